"""Shared widgets, the theme, and icons."""
