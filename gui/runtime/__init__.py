"""The border with core: events as signals, polling, background queries and desktop services."""
