"""Relaxes a query that finds nothing by removing operators."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.search.query import Node, Query, parse


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A query's text without the `dropped` parts, and the number of documents it finds (`hits`)."""

    dropped: tuple[Node, ...]
    text: str
    hits: int


def relaxed(query: Query, count: Callable[[Query], int]) -> Iterator[Relaxed]:
    """Yield the query without one operator, for each operator whose removal finds documents; else without all of them.

    `count` returns the number of documents that a query finds.
    """
    found = False
    operators = tuple(part for part in query.operators if not Query("", (part,)).is_arrangement)
    for part in operators:
        text = query.without(part)
        hits = count(parse(text)) if text else 0
        if hits:
            found = True
            yield Relaxed((part,), text, hits)
    if found or len(operators) < 2:
        return
    rest = query
    for part in operators:
        if part in rest.operators:
            rest = parse(rest.without(rest.operators[rest.operators.index(part)]))
    hits = count(rest) if rest.text else 0
    if hits:
        yield Relaxed(operators, rest.text, hits)
