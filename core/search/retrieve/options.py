"""Tells an option of a command (tar -xzf) from a word to leave out (lease -draft): documents have the option."""

from __future__ import annotations

import re

from core.search.query import Node, Not, Query, Term
from core.store.candidates import Candidates
from core.store.lexical.index import LexicalIndex

OPTION = re.compile(r"[A-Za-z][\w-]*\Z")


def options_as_text(query: Query, index: LexicalIndex, scope: Candidates | None = None) -> Query:
    """The query with words behind a minus as text where a passage has them with the minus, beside its other words.

    Only passages in the `scope` count, if there is one.
    """
    words = [part.text for part in query.parts if isinstance(part, Term)]
    parts = tuple(_as_text(part, words, index, scope) for part in query.parts)
    return query if parts == query.parts else Query(query.text, parts)


def _as_text(part: Node, words: list[str], index: LexicalIndex, scope: Candidates | None) -> Node:
    match part:
        case Not(Term(text, "all"), span) if words and OPTION.match(text):
            is_option = index.queries().has_option(f"-{text.lower()}", words, scope)
            return Term(f"-{text}", span=span) if is_option else part
        case _:
            return part
