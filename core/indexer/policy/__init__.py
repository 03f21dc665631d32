"""When indexing runs and in which order: throttling, pauses and the queue."""
