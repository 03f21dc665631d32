"""The way out: a query in, ranked hits with their evidence out."""

from core.search.searcher import Searcher

__all__ = ["Searcher"]
