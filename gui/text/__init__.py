"""What the window says about values and errors of core."""
