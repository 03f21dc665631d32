"""Near-duplicates collapse into one place of the result list; the hit there lists the others."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.document import Hit
from core.search.rank.fusion import Key, Ranked

SCORE_TOLERANCE = 0.5  # of near-duplicates with scores this close, the newest represents them


def group_near_duplicates(ranked: Ranked[Key], pairs: Collection[tuple[int, int]]) -> list[Ranked[Key]]:
    """The ranked files grouped by the place they are shown at, best first.

    `pairs` are indices of near-duplicates in the list, the better one first. A file joins the best near-duplicate that
    has its own place, so a lower file never changes the places above it.
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
    """One hit for the hits of one place, best first: the newest of the best, with the others, newest first."""
    best = hits[0]
    close = [hit for hit in hits if hit.score >= best.score - SCORE_TOLERANCE]
    shown = max(close, key=lambda hit: hit.modified)
    others = sorted(hits[1:], key=lambda hit: -hit.modified)
    return replace(best, versions=tuple(others)).led_by(shown.path) if others else best
