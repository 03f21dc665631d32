"""What the user has set up, as one file: export, import."""
