"""Search: a parsed query to ranked hits with snippets and match details."""

from core.search.searcher import Searcher

__all__ = ["Searcher"]
