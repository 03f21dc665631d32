"""Signs that no index, model or database takes: made harmless in what was typed, before and after it is read."""

from __future__ import annotations

import re
from dataclasses import replace

from core.search.query.ast import Filter, Group, Node, Not, Or, Phrase, Term

UNKNOWN = "\ufffd"
SURROGATE = re.compile("[\ud800-\udfff]")
# All surrogates but those that stand for a byte of a path that is not UTF-8, as `os.fsdecode` gives them.
NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
PATHS = frozenset({"in", "like", "path"})  # fields that take such bytes


def sanitize(text: str) -> str:
    """A text as lanes are asked it: a lone surrogate is an unknown sign."""
    return SURROGATE.sub(UNKNOWN, text)


def for_reading(text: str) -> str:
    """A typed text as its parts are read from, of the same length: only bytes of a path are still surrogates."""
    return NO_BYTE.sub(UNKNOWN, text)


def sanitize_node(node: Node) -> Node:
    """A part without lone surrogates, unless it names a path."""
    match node:
        case Term(text) | Phrase(text):
            return replace(node, text=sanitize(text))
        case Filter(field, value):
            return node if field in PATHS else replace(node, value=sanitize(value))
        case Not(part):
            return replace(node, part=sanitize_node(part))
        case Group(parts) | Or(parts):
            return replace(node, parts=tuple(map(sanitize_node, parts)))
