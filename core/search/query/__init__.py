"""The query language: a parser that accepts any text."""

from core.search.query.ast import Filter, Group, Node, Not, Or, Phrase, Term
from core.search.query.parser import as_query, parse
from core.search.query.query import Query, like_text

__all__ = ["Filter", "Group", "Node", "Not", "Or", "Phrase", "Query", "Term", "as_query", "like_text", "parse"]
