"""The list of searched folders and the dialog of their exclusions."""
