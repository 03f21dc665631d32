"""The query language: what a person types, read by a grammar that never refuses anything."""

from core.search.language.grammar import read
from core.search.language.nodes import Either, Filter, Group, Node, Not, Phrase, Word
from core.search.language.query import Query, like_text

__all__ = ["Either", "Filter", "Group", "Node", "Not", "Phrase", "Query", "Word", "like_text", "read"]
