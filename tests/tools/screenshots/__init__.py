"""Screenshots of the real window in each of its states, see `__main__`."""
