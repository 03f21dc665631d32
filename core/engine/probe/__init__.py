"""What an engine is asked, and whether its answers are those of the model that it should serve."""
