"""What a screen reader is told of the window: its tree over AT-SPI, and the checks of it."""
