"""The indexer: changes in folders -> texts -> lexical index -> vectors -> vector index, by one writing thread."""

from core.indexer.indexer import Indexer

__all__ = ["Indexer"]
