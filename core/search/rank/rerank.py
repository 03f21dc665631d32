"""Reranking: reorders the first hits by a cross-encoder that reads the query together with each passage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from core.document import TIERS, Hit
from core.errors import EngineError
from core.search.rank.calibration import band_of

MAX_RERANKED = 16  # hits; about a second on a GPU
BATCH_HITS = 8  # scored at a time: the visible ones first
BUDGET_SECONDS = 1.5  # for all batches; after that the list must not change while it is being read
RERANKER_WEIGHT = 2  # of the reranker's score, relative to the hit's own probability


def rerankable(hits: Sequence[Hit]) -> list[Hit]:
    """The hits to score with a reranker: those of the first `MAX_RERANKED` that have a passage."""
    return [hit for hit in hits[:MAX_RERANKED] if hit.passages]


def reranked(hits: Sequence[Hit], answers: Sequence[float]) -> list[Hit]:
    """Reorder the scored hits of each tier among their places; all other hits stay where they are.

    `answers` are the reranker's scores, 0 to 1, of `rerankable(hits)` or of the first of them. Ties keep their order,
    and `score` stays with the place, so that the list remains sorted by it.
    """
    scored = rerankable(hits)[: len(answers)]
    rank_of = {answer: rank for rank, answer in reversed([*enumerate(sorted(answers, reverse=True), 1)])}
    updated = [_with_answer(hit, answer, rank_of[answer]) for hit, answer in zip(scored, answers, strict=True)]
    updated.sort(key=lambda hit: (TIERS.index(hit.tier), -hit.chance))
    places = [number for number, hit in enumerate(hits[:MAX_RERANKED]) if hit.passages][: len(answers)]
    ordered = list(hits)
    for place, hit in zip(places, updated, strict=True):
        ordered[place] = replace(hit, score=hits[place].score)
    return ordered


def rerank_in_batches(
    hits: Sequence[Hit],
    scores: Callable[[list[Hit], float], Sequence[float]],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[list[Hit]]:
    """Yield the reranked hits after each batch, within `BUDGET_SECONDS`.

    `scores(hits, timeout)` returns the reranker's scores of some hits; an EngineError ends the iteration. A batch is
    not started if it would exceed the budget, judging by the duration of the last one.
    """
    deadline = clock() + BUDGET_SECONDS
    candidates, answers, batch_seconds = rerankable(hits), list[float](), 0.0
    while len(candidates) > 1 and len(answers) < len(candidates) and clock() + batch_seconds < deadline:
        started = clock()
        try:
            answers += scores(candidates[len(answers) : len(answers) + BATCH_HITS], deadline - started)
        except EngineError:
            return
        batch_seconds = clock() - started
        yield reranked(hits, answers)


def _with_answer(hit: Hit, answer: float, rank: int) -> Hit:
    probability = (hit.chance + RERANKER_WEIGHT * answer) / (1 + RERANKER_WEIGHT)
    return replace(hit, answers=answer, answers_place=rank, chance=probability, band=band_of(probability))
