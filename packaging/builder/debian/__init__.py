"""The package for Debian and Ubuntu, one for each release, since each has a Python of its own."""
