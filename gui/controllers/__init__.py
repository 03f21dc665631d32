"""Connect the widgets to the library: one controller for each area of the window."""
