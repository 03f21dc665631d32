"""Reading a hit inside the window: its own text with the passage marked."""
