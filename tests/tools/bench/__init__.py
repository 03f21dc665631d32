"""Measurements: they print figures and ratios taken in one run, and assert nothing."""
