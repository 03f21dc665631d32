"""The preview of a hit: its text with the passage highlighted."""
