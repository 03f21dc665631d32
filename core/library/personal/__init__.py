"""A library as one of several people sees it who ask it."""
