"""Searching, as it runs on background threads: find, relax a query without hits, rerank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.document import Hit
from gui.status import progress_text

if TYPE_CHECKING:
    from core.library import FilterEffect, Library, Query, Relaxed

LIMIT = 40  # hits
READY_STATES = frozenset({"ready", "busy"})  # of an engine that answers at once


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query to run; `refresh` when it runs again because the library has changed."""

    query: Query
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits so far; without any, `relaxed` has the queries that find more."""

    hits: list[Hit]
    relaxed: Sequence[Relaxed] = ()
    filter_effect: FilterEffect | None = None


@dataclass(frozen=True, slots=True)
class RerankRequest:
    """The hits of a search, to be put in a better order."""

    search: SearchRequest
    hits: list[Hit]


def search(library: Library, request: SearchRequest) -> Iterator[SearchResult]:
    """Yield hits by name and words, then by meaning too if an engine is ready; a refresh yields only the last.

    While another model indexes, the previous one answers by meaning with an engine of its own.
    """
    query, steps = request.query, library.queries.retrieval_steps(request.query, limit=LIMIT)
    hits = next(steps)
    if not request.refresh:
        yield SearchResult(hits)
    progress = library.progress()
    if progress.engine.state in READY_STATES or progress_text.previous_model_answers(progress):
        for hits in steps:
            if not request.refresh:
                yield SearchResult(hits)
    if not hits:
        yield SearchResult([], library.queries.relaxed(query, LIMIT))
    elif (effect := library.queries.filter_effect(query)) or request.refresh:
        yield SearchResult(hits, filter_effect=effect)


def rerank(library: Library, request: RerankRequest) -> Iterator[list[Hit]]:
    """Yield the hits in better orders; a refresh yields only the last, so that the list does not jump."""
    steps = library.queries.reranking_steps(request.search.query, request.hits)
    yield from [[request.hits, *steps][-1]] if request.search.refresh else steps
