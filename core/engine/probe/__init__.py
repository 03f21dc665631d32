"""The health check of an engine: whether it serves the model that it should."""
