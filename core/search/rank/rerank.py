"""The first hits in a better order, when a reranker has read the question together with each passage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from core.document import Hit
from core.errors import EngineError
from core.search.rank.calibration import band

FIRST = 16  # hits whose best passages are read again: a second or so on a card
AT_ONCE = 8  # of them at a time: those that are seen come first
BUDGET = 1.5  # seconds for all; who has read on by then does not want another order any more
READ = 2  # how much the reranker's chance counts against the one that the lanes gave


def to_read(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that a reranker reads: the first ones, as far as they have a passage."""
    return [hit for hit in hits[:FIRST] if hit.passages]


def reranked(hits: Sequence[Hit], answers: Sequence[float]) -> list[Hit]:
    """The hits with those that were read in a new order, among the places that they had.

    `answers` are the reranker's scores, 0 to 1, of `to_read(hits)` in their order, or of the first of them. Equals stay
    as they were, and the scores that order the list stay with its places.
    """
    read = to_read(hits)[: len(answers)]
    places_of = {answer: place for place, answer in reversed([*enumerate(sorted(answers, reverse=True), 1)])}
    told = [_told(hit, answer, places_of[answer]) for hit, answer in zip(read, answers, strict=True)]
    told.sort(key=lambda hit: -hit.chance)
    places = [number for number, hit in enumerate(hits[:FIRST]) if hit.passages][: len(answers)]
    ordered = list(hits)
    for place, hit in zip(places, told, strict=True):
        ordered[place] = replace(hit, score=hits[place].score)
    return ordered


def in_steps(
    hits: Sequence[Hit],
    scores: Callable[[list[Hit], float], Sequence[float]],
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[list[Hit]]:
    """The hits in a better order as soon as the first were read, and again when the others were, within the budget.

    `scores(some, within)` are the reranker's for some hits; an EngineError ends it, with what there is. Nothing is
    begun that will not be done in time, as far as one can tell from what was done.
    """
    end = clock() + BUDGET
    read, answers, took = to_read(hits), list[float](), 0.0
    while len(read) > 1 and len(answers) < len(read) and clock() + took < end:
        begun = clock()
        try:
            answers += scores(read[len(answers) : len(answers) + AT_ONCE], end - begun)
        except EngineError:
            return
        took = clock() - begun
        yield reranked(hits, answers)


def _told(hit: Hit, answer: float, place: int) -> Hit:
    likely = (hit.chance + READ * answer) / (1 + READ)
    return replace(hit, answers=answer, answers_place=place, chance=likely, band=band(likely))
