"""Replaces lone surrogates in typed text: no index, model or database accepts them."""

from __future__ import annotations

import re
from dataclasses import replace

from core.search.query.ast import Filter, Group, Node, Not, Or, Phrase, Term

REPLACEMENT = "\ufffd"
# And the noncharacters by which wildcards are marked for the indexes.
SURROGATE = re.compile("[\ud800-\udfff\ufdd0-\ufdef]")
# Surrogates other than those that `os.fsdecode` uses for the undecodable bytes of a path.
NON_PATH_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff\ufdd0-\ufdef]")
PATH_FIELDS = frozenset({"in", "like", "path"})  # fields whose values may hold undecodable bytes


def sanitize(text: str) -> str:
    """The text with each lone surrogate replaced."""
    return SURROGATE.sub(REPLACEMENT, text)


def sanitize_for_parsing(text: str) -> str:
    """A text of the same length in which only undecodable bytes of paths are still surrogates."""
    return NON_PATH_SURROGATE.sub(REPLACEMENT, text)


def sanitize_node(node: Node) -> Node:
    """The node without lone surrogates, except in filters that name a path."""
    match node:
        case Term(text) | Phrase(text):
            return replace(node, text=sanitize(text))
        case Filter(field, value):
            return node if field in PATH_FIELDS else replace(node, value=sanitize(value))
        case Not(part):
            return replace(node, part=sanitize_node(part))
        case Group(parts) | Or(parts):
            return replace(node, parts=tuple(map(sanitize_node, parts)))
