"""Searches a server within the candidates of a query: by an expression, by several, or by going through more rows."""

from __future__ import annotations

import time

import numpy as np

from core.store.candidates import Candidates
from core.store.catalogue.vectors_table import Vectors
from core.store.vector.scan import best_of
from core.store.vector_servers.database import Found, VectorDatabase, away
from core.store.vector_servers.expression import OneOf

OVERFETCH = 8  # times as many rows as asked for, before candidates that fit into no expression are sent in parts


def search(
    database: VectorDatabase, vector: Vectors, limit: int, scope: Candidates | None, seconds: float
) -> list[tuple[int, float]]:
    """The nearest passages within a scope as (passage id, cosine), best first. Raises VectorStoreError."""
    end = time.monotonic() + seconds
    if scope is None:
        return _pairs(database.search(vector, limit, None, seconds))
    contents = scope.contents
    if not len(contents):
        return []
    if len(contents) <= database.max_values:
        return _pairs(database.search(vector, limit, OneOf("content", contents), seconds))
    wider = min(OVERFETCH * limit, database.max_results)
    found = _within(database.search(vector, wider, None, seconds), scope)
    if len(found.passages) >= limit:
        return _pairs(found)[:limit]
    parts = []
    for start in range(0, len(contents), database.max_values):
        left = end - time.monotonic()
        if left <= 0:
            raise away(database.address)
        part = OneOf("content", contents[start : start + database.max_values])
        parts.append(database.search(vector, limit, part, left))
    passages, cosines = best_of([(part.passages, part.cosines) for part in parts], limit)
    return list(zip(passages.tolist(), cosines.tolist(), strict=True))


def _within(found: Found, scope: Candidates) -> Found:
    kept = scope.has(found.contents) if len(found.contents) else np.zeros(0, np.bool_)
    return Found(found.passages[kept], found.contents[kept], found.cosines[kept])


def _pairs(found: Found) -> list[tuple[int, float]]:
    return list(zip(found.passages.tolist(), found.cosines.tolist(), strict=True))
