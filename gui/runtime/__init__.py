"""The boundary to core: events as signals, polling, background queries and desktop services."""
