"""All passages of one file that match a query."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.search.file_passages import NEAREST_PASSAGES
from core.search.query import parse
from tests.core.search.test_searcher import SearchableLibrary, unit_vector


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    made = SearchableLibrary(tmp_path_factory.mktemp("passages"))
    lines = [f"Day {n}: the gulls {'fought over a herring' if n % 7 == 0 else 'slept'}." for n in range(1, 50)]
    made.add_document("/made/log.txt", "\n".join(lines), *(unit_vector(n % 16) for n in range(49)))
    made.add_document("/made/other.txt", "A herring is a fish.", unit_vector(1))
    yield made
    made.close()


def found(library: SearchableLibrary, query: str, path: bytes = b"/made/log.txt") -> list[str]:
    passages = library.searcher.passages_in_file(parse(query), unit_vector(0), path)
    assert [one.start for one in passages] == sorted(one.start for one in passages)
    assert all(one.snippet[start:end] == "herring" for one in passages for start, end in one.marks)
    return [one.snippet for one in passages]


def test_every_passage_with_a_word_in_the_order_of_the_text(library: SearchableLibrary) -> None:
    days = (7, 14, 21, 28, 35, 42, 49)
    assert found(library, "herring") == [f"Day {n}: the gulls fought over a herring." for n in days]


def test_without_a_word_the_nearest_by_meaning(library: SearchableLibrary) -> None:
    assert len(found(library, "birdfights")) == NEAREST_PASSAGES


def test_an_unknown_file_and_a_closed_searcher_have_none(library: SearchableLibrary, tmp_path: Path) -> None:
    assert found(library, "herring", b"/made/unknown.txt") == []
    closed = SearchableLibrary(tmp_path)
    closed.close()
    assert closed.searcher.passages_in_file(parse("herring"), None, b"/made/log.txt") == ()
