"""The index of file names."""
