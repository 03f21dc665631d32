"""Files whose texts are versions of one another as one place of the list; each of them stays within reach."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.document import Hit
from core.search.rank.fusion import Key, Ranked

NEAR = 0.5  # of a score: among versions that are found about as well, the newest one speaks for all


def group_near_duplicates(ranked: Ranked[Key], versions: Collection[tuple[int, int]]) -> list[Ranked[Key]]:
    """The ranked files by the place that they are shown at, best first; `versions` are pairs of numbers in the list.

    A file joins the first one that it is a version of and that has a place of its own: what is further down changes
    nothing above it.
    """
    alike: dict[int, list[int]] = {}
    for first, second in versions:
        alike.setdefault(second, []).append(first)
    places: dict[int, Ranked[Key]] = {}
    for number, entry in enumerate(ranked):
        first = min((other for other in alike.get(number, ()) if other in places), default=number)
        places.setdefault(first, []).append(entry)
    return list(places.values())


def collapse(hits: Sequence[Hit]) -> Hit:
    """The hits of one place, best first, as one: the newest of the best, with the others in it, newest first."""
    best = hits[0]
    near = [hit for hit in hits if hit.score >= best.score - NEAR]
    shown = max(near, key=lambda hit: hit.modified)
    others = sorted(hits[1:], key=lambda hit: -hit.modified)
    return replace(best, versions=tuple(others)).led_by(shown.path) if others else best
