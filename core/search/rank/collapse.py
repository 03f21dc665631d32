"""Collapses near-duplicates into one place of the result list, with the others as versions of the hit shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.document import Hit
from core.search.rank.fusion import Key, Ranked

SCORE_TOLERANCE = 0.5  # of near-duplicates with scores this close, the newest represents them


def group_near_duplicates(ranked: Ranked[Key], pairs: Collection[tuple[int, int]]) -> list[Ranked[Key]]:
    """Group ranked files into places of the result list, best first.

    `pairs` are indices of near-duplicates in the list, the better one first. A file joins its best near-duplicate that
    has a place of its own, so a lower file never changes the places above it.
    """
    better: dict[int, list[int]] = {}
    for first, second in pairs:
        better.setdefault(second, []).append(first)
    places: dict[int, Ranked[Key]] = {}
    for number, entry in enumerate(ranked):
        first = min((other for other in better.get(number, ()) if other in places), default=number)
        places.setdefault(first, []).append(entry)
    return list(places.values())


def collapse(hits: Sequence[Hit]) -> Hit:
    """Merge the hits of one place (best first): the newest of the near-best hits, with the others as its versions.

    A message that only quotes what was searched for never stands for one that says it.
    """
    best = hits[0]
    near_best = [hit for hit in hits if hit.score >= best.score - SCORE_TOLERANCE]
    shown = max(near_best, key=lambda hit: (not _is_quotation(hit), hit.modified))
    others = sorted(hits[1:], key=lambda hit: -hit.modified)
    return replace(best, versions=tuple(others)).led_by(shown.path) if others else best


def _is_quotation(hit: Hit) -> bool:
    return bool(hit.passages) and hit.passages[0].unit == "quote"
