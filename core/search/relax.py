"""A query that finds nothing: which of its conditions stands in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.search.query import Node, Query, parse


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A text without some parts of a query, and how many documents it finds."""

    dropped: tuple[Node, ...]
    text: str
    hits: int


def relaxed(query: Query, count: Callable[[str], int]) -> Iterator[Relaxed]:
    """The query without each of its operators, where that finds something; else without all of them."""
    found = False
    for part in query.operators:
        text = query.without(part)
        hits = count(text) if text else 0
        if hits:
            found = True
            yield Relaxed((part,), text, hits)
    if found or len(query.operators) < 2:
        return
    text = query.text
    for _ in query.operators:
        rest = parse(text)
        if rest.operators:
            text = rest.without(rest.operators[0])
    hits = count(text) if text else 0
    if hits:
        yield Relaxed(query.operators, text, hits)
