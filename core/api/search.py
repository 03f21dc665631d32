"""Searches: the answer to one query, as the command line prints it and other programs get it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from core.api.json_values import broad_wildcards_as_json, hits_as_json, query_as_json
from core.api.values import Facet, Search
from core.document import Hit
from core.errors import VectorStoreError
from core.events import Progress
from core.library import Library, PersonalView
from core.messages import tr
from core.messages.visible import decoded
from core.search.query import Query


def search(library: Library | PersonalView, request: Search) -> dict[str, Any]:
    """A `SearchAnswer`; waits for the engine if it is just starting, unless it is to be quick."""
    query = library.queries.parse(request.q)
    if request.quick:
        *_, hits = _quick(library, query, request.limit)
    else:
        hits = library.queries.search(query, request.limit)
    return _answer(library, request, query, hits)


def steps(library: Library | PersonalView, request: Search) -> Iterator[dict[str, Any]]:
    """Each better `SearchAnswer` to a query: by names and words at once, by meaning, reranked."""
    query = library.queries.parse(request.q)
    found = (
        _quick(library, query, request.limit) if request.quick else library.queries.search_steps(query, request.limit)
    )
    for hits in found:
        yield _answer(library, request, query, hits[: request.limit])


def facets(library: Library | PersonalView, request: Facet) -> dict[str, Any]:
    """The `Facets` of a query."""
    found = library.queries.facets(library.queries.parse(request.q), request.field)
    return {"values": [{"value": decoded(each.value), "count": each.count} for each in found]}


def _quick(library: Library | PersonalView, query: Query, limit: int) -> Iterator[list[Hit]]:
    """The steps of a search that never waits for an engine."""
    found = library.queries.retrieval_steps(query, limit)
    yield next(found)
    progress = library.progress()
    if progress.engine.is_ready or (progress.handover is not None and progress.handover.can_embed):
        yield from found


def _answer(library: Library | PersonalView, request: Search, query: Query, hits: list[Hit]) -> dict[str, Any]:
    effect = library.queries.filter_effect(query)
    read = query_as_json(library.queries.as_meant(query))
    read["narrowing"] = None if effect is None else dataclasses.asdict(effect)
    read["broad_wildcards"] = broad_wildcards_as_json(library.queries.broad_wildcards(query))
    relaxed = [] if hits or request.quick else library.queries.relaxed(query, request.limit)
    notes = {
        "unavailable": _unavailable(library.progress()),
        "by_example": bool(query.likes),
        "by_relevance": query.is_by_relevance,
        "relaxed": [
            {"dropped": " ".join(map(str, one.dropped)), "text": one.text, "hits": one.hits} for one in relaxed
        ],
    }
    shown = hits_as_json(library.queries.access.readable_now(hits), query)
    return {"query": request.q, "read": read, "hits": shown, "notes": notes}


def _unavailable(progress: Progress) -> str:
    """Why a search could not find by meaning, and what to do; "" if it could."""
    trouble = progress.trouble
    if not progress.meaning.done:
        return ""
    if progress.engine.is_unavailable:
        reason = progress.engine.detail, progress.engine.remedy
    elif trouble is not None and trouble.code == VectorStoreError.code:
        reason = trouble.sentence, trouble.remedy
    else:
        return ""
    return " ".join(filter(None, (tr("Searching by meaning is not possible at the moment."), *reason)))
