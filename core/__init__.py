"""The finder without a window: folders in, ranked hits out."""
