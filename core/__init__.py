"""The finder without a window: folders in, ranked hits out."""

VERSION = "0.1.0"  # of everything; the packages take it from here
