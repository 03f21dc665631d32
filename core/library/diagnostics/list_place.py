"""Where a file is in the list of a query: its place, its tier, and whether it is folded away as less likely."""

from __future__ import annotations

from collections.abc import Sequence

from core.document import Hit, folded
from core.events import ListPlace
from core.messages import terms


def list_place(hits: Sequence[Hit], path: str, *, by_relevance: bool) -> ListPlace:
    """The place of a file among the hits of a query.

    A list with an order of its own is not divided into tiers.
    """
    fold = folded(hits) if by_relevance else [False] * len(hits)
    containing = sum(hit.tier == "contains" for hit in hits)
    likely = len(hits) - containing - sum(fold)
    found = [number for number, hit in enumerate(hits) if path in hit.paths]
    if not found:
        return ListPlace(terms.not_in_list(len(hits)), None, len(hits), containing, likely)
    place = found[0]
    hit = hits[place]
    heading = terms.tier(hit.tier, [other.lanes for other in hits if other.tier == hit.tier]) if by_relevance else ""
    return ListPlace(
        terms.place_in_list(place + 1, heading, folded=fold[place]), place + 1, len(hits), containing, likely,
        hit.tier, hit.band, hit.chance, fold[place],
    )  # fmt: skip
