"""Mixed use of a library with faults for a long time; see `__main__`."""
