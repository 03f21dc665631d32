"""The application: start, single instance, crash handling and display check."""
