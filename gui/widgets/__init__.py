"""Widgets, theme and assets that the rest of the window shares."""
