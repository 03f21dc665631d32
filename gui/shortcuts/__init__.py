"""The keyboard shortcuts of the main window: which there are, their keys, and the user's own ones."""
