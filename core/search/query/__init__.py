"""The query language: what a person types, read by a grammar that never refuses anything."""

from core.search.query.ast import Filter, Group, Node, Not, Or, Phrase, Term
from core.search.query.parser import parse
from core.search.query.query import Query, like_text

__all__ = ["Filter", "Group", "Node", "Not", "Or", "Phrase", "Query", "Term", "like_text", "parse"]
