"""The query language: what a person types, read by a grammar that never refuses anything."""

from core.search.query.ast import Either, Filter, Group, Node, Not, Phrase, Word
from core.search.query.parser import read
from core.search.query.query import Query, like_text

__all__ = ["Either", "Filter", "Group", "Node", "Not", "Phrase", "Query", "Word", "like_text", "read"]
