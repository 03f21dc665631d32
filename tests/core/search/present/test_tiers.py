"""Tiers: which hits contain the words of a query, their order, and strengths that never contradict it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import TIERS, Hit
from core.search.present.tiers import falling, in_tiers
from core.search.query import parse
from core.search.rank.calibration import band_of
from core.search.rank.sentence_rerank import is_prose
from tests.core.search.test_searcher import SearchableLibrary, unit_vector

LONG = "\n".join(f"Line {number} of a long report about other things." for number in range(40))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    made = SearchableLibrary(tmp_path_factory.mktemp("tiers"))
    near, far = unit_vector(0), unit_vector(0, 1)
    made.add_document("/made/lease.txt", "The deposit is returned after the keys were handed back.", near)
    made.add_document("/made/money.txt", "Paid a deposit for the van.", far)
    made.add_document("/made/apart.txt", f"A deposit was paid.\n{LONG}\nThe keys hang in the hall.", far)
    made.add_document("/made/deposit keys.txt", "Nothing of it is said here.", far)
    made.add_document("/made/sum.txt", "What the tenant gave at the start comes back in spring.", near)
    made.add_document("/made/vertrag.txt", "租房押金在退房后退还。", far)
    made.add_document("/made/fern.txt", "Ferns like shade.", far)
    yield made
    made.close()


def tiers(library: SearchableLibrary, text: str) -> dict[str, str]:
    hits = library.searcher.search(parse(text), unit_vector(0), limit=10)
    return {Path(hit.path).name: hit.tier for hit in hits}


def containing(library: SearchableLibrary, text: str) -> set[str]:
    return {name for name, tier in tiers(library, text).items() if tier == "contains"}


def test_a_file_contains_the_words_in_any_form_in_its_text_or_name(library: SearchableLibrary) -> None:
    assert containing(library, "deposit key") == {"lease.txt", "apart.txt", "deposit keys.txt"}
    assert tiers(library, "deposit key")["sum.txt"] == "related"
    assert tiers(library, "deposit key")["money.txt"] == "related"


def test_stop_words_are_not_asked_for(library: SearchableLibrary) -> None:
    assert "lease.txt" in containing(library, "is the deposit returned")


def test_words_that_are_far_apart_in_a_file_count(library: SearchableLibrary) -> None:
    hit = next(h for h in library.searcher.search(parse("deposit hall"), None, limit=5) if "apart" in h.path)
    assert not hit.says_all
    assert hit.tier == "contains"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("keys OR van", {"lease.txt", "apart.txt", "deposit keys.txt", "money.txt"}),
        ("deposit (van OR hall)", {"money.txt", "apart.txt"}),
        ("deposit -van", {"lease.txt", "apart.txt", "deposit keys.txt"}),
        ('"a deposit" van', {"money.txt"}),
        ("=deposit ~keys", {"lease.txt", "money.txt", "apart.txt", "deposit keys.txt"}),
        ("押金", {"vertrag.txt"}),
        ("~deposit", set()),
    ],
)
def test_operators(library: SearchableLibrary, query: str, expected: set[str]) -> None:
    assert containing(library, query) == expected


def test_filters_alone_are_fulfilled_and_examples_are_only_related(library: SearchableLibrary) -> None:
    assert set(tiers(library, "type:text").values()) == {"contains"}
    assert set(tiers(library, 'like:"/made/lease.txt"').values()) == {"related"}
    assert containing(library, "fern OR name:sum") == {"fern.txt", "sum.txt"}


def test_hits_that_contain_the_words_come_first(library: SearchableLibrary) -> None:
    hits = library.searcher.search(parse("deposit keys"), unit_vector(0), limit=10)
    assert [hit.tier for hit in hits] == sorted((hit.tier for hit in hits), key=TIERS.index)
    assert {hit.tier for hit in hits} == set(TIERS)


def test_words_of_the_title_are_marked(library: SearchableLibrary) -> None:
    def marked(query: str) -> list[str]:
        hits = library.searcher.search(parse(query), None, limit=10)
        hit = next(hit for hit in hits if hit.path.endswith("deposit keys.txt"))
        return [hit.title[start:end] for start, end in hit.title_marks]

    assert marked("key deposits") == ["deposit", "keys"]
    assert marked("depo") == ["deposit"]  # while it is typed


def hit(number: int, chance: float, tier: str) -> Hit:
    lanes = frozenset({"words"})
    return Hit(str(number), "", "text", None, 1.0, lanes, "", (), (), chance=chance, band=band_of(chance), tier=tier)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from(TIERS))))
def test_no_hit_seems_stronger_than_one_above_it_in_its_tier(given_hits: list[tuple[float, str]]) -> None:
    hits = [hit(number, *one) for number, one in enumerate(given_hits)]
    ordered = in_tiers(hits)
    assert sorted(one.path for one in ordered) == sorted(one.path for one in hits)
    for tier in TIERS:
        of_tier = [one for one in ordered if one.tier == tier]
        assert [one.path for one in of_tier] == [one.path for one in hits if one.tier == tier]
        chances = [one.chance for one in of_tier]
        assert chances == sorted(chances, reverse=True)
        assert all(one.band == band_of(one.chance) for one in of_tier)
    assert in_tiers(ordered) == ordered


def test_only_what_rises_is_averaged() -> None:
    assert falling([0.9, 0.2, 0.4, 0.1]) == pytest.approx([0.9, 0.3, 0.3, 0.1])
    assert falling([]) == []


@pytest.mark.parametrize(
    "text", ["12 345,00 | 99 % --- 4711 / 2024-03-05", "=========== * * * 17", "0.5 0.75 1.25 1.5 x"]
)
def test_rows_of_digits_and_symbols_are_no_sentences(text: str) -> None:
    assert not is_prose(text)


@pytest.mark.parametrize("text", ["Rent is 3,450.00 EUR.", "押金在退房后三十天内无息退还。", "किराया हर महीने देना है।"])
def test_sentences_with_numbers_and_of_any_script_are_sentences(text: str) -> None:
    assert is_prose(text)
