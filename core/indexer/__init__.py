"""The way in: change -> read -> store words -> embed -> store vectors, by the one thread that writes."""

from core.indexer.indexer import Indexer

__all__ = ["Indexer"]
