"""Controllers connect the widgets with the library: one for each area of the window."""
