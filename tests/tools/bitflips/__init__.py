"""Flips random bits in a library and checks that the doctor finds and mends each; see `__main__`."""
