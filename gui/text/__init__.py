"""Values and errors of core as text for the window."""
