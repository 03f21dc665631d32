"""Searching, as it runs on background threads: find, relax a query without hits, rerank."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.document import Hit
from gui.runtime.latest_task import NothingYet
from gui.status import progress_text

if TYPE_CHECKING:
    from core.library import FilterEffect, Library, Query, Relaxed

LIMIT = 40  # hits
ARRANGED_LIMIT = 200  # hits of a list that is sorted or grouped, in which the first are not the best
READY_STATES = frozenset({"ready", "busy"})  # of an engine that answers at once


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query to run; `refresh` when it runs again because the library has changed."""

    query: Query
    refresh: bool = False
    limit: int = 0  # hits; 0 for as many as the window shows


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits so far of the query as it is `meant`; without any, `relaxed` has the queries that find more.

    `broad_wildcards` are those that stand for more words than were searched, with the number of these.
    """

    hits: list[Hit]
    meant: Query
    relaxed: Sequence[Relaxed] = ()
    filter_effect: FilterEffect | None = None
    broad_wildcards: Sequence[tuple[str, int]] = ()


@dataclass(frozen=True, slots=True)
class RerankRequest:
    """The hits of a search, to be put in a better order."""

    search: SearchRequest
    hits: list[Hit]


def limit_of(query: Query) -> int:
    """The largest number of hits that a query shows."""
    return LIMIT if query.order == "relevance" and query.grouping == "none" else ARRANGED_LIMIT


def search(library: Library, request: SearchRequest) -> Iterator[SearchResult | NothingYet]:
    """Yield hits by name and words, unless it is a refresh, then by meaning too if an engine is ready.

    While another model indexes, the previous one answers by meaning with an engine of its own.
    """
    limit = request.limit or limit_of(request.query)
    query, steps = request.query, library.queries.retrieval_steps(request.query, limit=limit)
    hits = next(steps)
    meant = library.queries.as_meant(query)
    yield NothingYet() if request.refresh else SearchResult(hits, meant)
    progress = library.progress()
    if progress.engine.state in READY_STATES or progress_text.previous_model_answers(progress):
        for hits in steps:
            if not request.refresh:
                yield SearchResult(hits, meant)
    elif progress.engine.state == "released" and query.meaning and not request.refresh:
        library.engines.start()  # searched again once it is ready
    if not hits:
        yield SearchResult([], meant, library.queries.relaxed(query, LIMIT))
        return
    effect, broad = library.queries.filter_effect(query), library.queries.broad_wildcards(query)
    if effect or broad or request.refresh:
        yield SearchResult(hits, meant, filter_effect=effect, broad_wildcards=broad)


def rerank(library: Library, request: RerankRequest) -> Iterator[list[Hit]]:
    """Yield the hits in better orders; a refresh yields only the last, so that the list does not jump."""
    steps = library.queries.reranking_steps(request.search.query, request.hits)
    yield from [[request.hits, *steps][-1]] if request.search.refresh else steps


def outside_folder(library: Library, query: Query) -> str:
    """A folder on disk that a query asks for but that is not searched; "" if there is none."""
    from core.library import values_of

    for value in (*values_of(query, "in"), *query.likes):
        path = os.path.abspath(os.path.expanduser(value)) if value[:1] in "/~" else ""
        folder = path if os.path.isdir(path) else os.path.dirname(path)
        if path and os.path.isdir(folder) and library.prices.covering(path) is None:
            return folder
    return ""
