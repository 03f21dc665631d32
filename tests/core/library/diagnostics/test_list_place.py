"""Where a file is in the list of a query, and where that is cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.document import Band, Hit, Tier
from core.library.diagnostics.list_place import list_place

HIT = Hit("", "", "text", None, 1.0, frozenset({"meaning"}), "", (), ())


def hits(*places: tuple[Tier, Band]) -> list[Hit]:
    return [replace(HIT, path=f"/{number}", tier=tier, band=band) for number, (tier, band) in enumerate(places, 1)]


LIST = hits(
    ("contains", "weak"), ("related", "strong"), ("related", "likely"), ("related", "weak"), ("related", "none")
)


@pytest.mark.parametrize(
    ("path", "rank", "tier", "folded", "sentence"),
    [
        ("/1", 1, "contains", False, "All results: rank 1, under “Contain your words”"),
        ("/3", 3, "related", False, "All results: rank 3, under “Related by meaning”"),
        ("/4", 4, "related", True, "All results: rank 4, under “Related by meaning”, hidden as less likely"),
        ("/9", None, None, False, "All results: not among the first 5"),
    ],
)
def test_the_place_tells_the_tier_and_the_cut(
    path: str, rank: int | None, tier: Tier | None, folded: bool, sentence: str
) -> None:
    place = list_place(LIST, path, by_relevance=True)
    assert (place.rank, place.tier, place.folded, place.sentence) == (rank, tier, folded, sentence)
    assert (place.listed, place.containing, place.likely) == (5, 1, 2)
    assert list_place([], path, by_relevance=True).sentence == "All results: none"


def test_nothing_is_cut_where_no_hit_contains_the_words_or_the_list_has_its_own_order() -> None:
    related = LIST[1:]
    assert list_place(related, "/5", by_relevance=True).likely == len(related)
    place = list_place(LIST, "/5", by_relevance=False)
    assert (place.folded, place.sentence) == (False, "All results: rank 5")


def test_a_copy_has_the_place_of_its_hit() -> None:
    versions = (replace(HIT, path="/old"),)
    [first, *others] = LIST
    place = list_place([first, replace(others[0], also_at=("/copy",), versions=versions), *others[1:]], "/old",
                       by_relevance=True)  # fmt: skip
    assert place.rank == 2
