"""Builds the packages and tries each as a person would, on clean minimal systems: `python -m tests.packages`."""
