"""The first hits in a better order, when a reranker has read the question together with each passage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.document import Hit
from core.search.bands import band

FIRST = 16  # hits whose best passages are read again: a second or so on a card
READ = 2  # how much the reranker's chance counts against the one that the lanes gave


def to_read(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that a reranker reads: the first ones, as far as they have a passage."""
    return [hit for hit in hits[:FIRST] if hit.passages]


def reranked(hits: Sequence[Hit], answers: Sequence[float]) -> list[Hit]:
    """The hits with those that were read in a new order, among the places that they had.

    `answers` are the reranker's scores, 0 to 1, of `to_read(hits)` in their order. Equals stay as they were, and the
    scores that order the list stay with its places.
    """
    read = to_read(hits)
    places_of = {answer: place for place, answer in reversed([*enumerate(sorted(answers, reverse=True), 1)])}
    told = [_told(hit, answer, places_of[answer]) for hit, answer in zip(read, answers, strict=True)]
    told.sort(key=lambda hit: -hit.chance)
    places = [number for number, hit in enumerate(hits[:FIRST]) if hit.passages]
    ordered = list(hits)
    for place, hit in zip(places, told, strict=True):
        ordered[place] = replace(hit, score=hits[place].score)
    return ordered


def _told(hit: Hit, answer: float, place: int) -> Hit:
    likely = (hit.chance + READ * answer) / (1 + READ)
    return replace(hit, answers=answer, answers_place=place, chance=likely, band=band(likely))
