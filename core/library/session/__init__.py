"""An open library: its stores, its indexer and its query executor."""
