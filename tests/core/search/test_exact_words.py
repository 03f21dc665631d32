"""Files that have all words of a query come first, however near others are in meaning, embedded or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.search.query import parse
from tests.core.search.test_searcher import SearchableLibrary, unit_vector

NEAR, FAR = unit_vector(0), unit_vector(9)
OTHERS = 30  # files that are near in meaning, more than a list of ten has


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    made = SearchableLibrary(tmp_path_factory.mktemp("words"))
    for number in range(OTHERS):
        made.add_document(f"/made/near{number}.txt", f"Note {number} about a case in the harbour.", NEAR)
    made.add_document("/made/casing.txt", "The casing of the pump was replaced.", FAR)
    made.add_document("/made/waiting.txt", "A zephyr on the veranda.")
    lines = [f"Line {number} of the log." for number in range(40)]
    made.add_document("/made/apart.txt", "\n".join(["The lagoon.", *lines, "A heron."]), *[FAR] * 42)
    made.add_document("/made/lagoon.txt", "By the lagoon.", NEAR)
    made.add_document("/made/heron.txt", "A grey heron.", NEAR)
    made.add_document("/made/letter.txt", "The tenant paid rent and deposit for the flat in May.", FAR)
    book = [f"{word} {number} of a book." for number in range(12) for word in ("tenant", "rent", "deposit", "flat")]
    made.add_document("/made/book.txt", "\n".join([*book, "In May."]), *[NEAR] * 49)
    yield made
    made.close()


def first(library: SearchableLibrary, text: str) -> tuple[str, str]:
    hit = library.searcher.search(parse(text), NEAR, limit=10)[0]
    return Path(hit.path).name, hit.tier


def test_a_rare_word_outranks_every_meaning(library: SearchableLibrary) -> None:
    assert first(library, "pump") == ("casing.txt", "contains")


def test_a_word_as_typed_outranks_its_other_forms(library: SearchableLibrary) -> None:
    assert first(library, "casing") == ("casing.txt", "contains")
    assert first(library, "casing replaced") == ("casing.txt", "contains")


def test_a_file_without_a_vector_is_found_by_its_words(library: SearchableLibrary) -> None:
    assert first(library, "zephyr") == ("waiting.txt", "contains")
    assert first(library, "zephyr veranda") == ("waiting.txt", "contains")


def test_two_words_that_only_one_file_has_need_not_stand_together(library: SearchableLibrary) -> None:
    assert first(library, "lagoon heron") == ("apart.txt", "contains")


def test_a_question_is_not_answered_by_a_long_text_with_each_word_somewhere(library: SearchableLibrary) -> None:
    hits = library.searcher.search(parse("tenant rent deposit flat"), NEAR, limit=50)
    tiers = {Path(hit.path).name: hit.tier for hit in hits}
    assert first(library, "tenant rent deposit flat") == ("letter.txt", "contains")
    assert tiers["book.txt"] == "related"  # each of the words is in every fourth line of it


def test_passages_without_language_are_found_by_words_and_resemble_nothing(tmp_path: Path) -> None:
    library = SearchableLibrary(tmp_path)
    try:
        nothing = 0 * NEAR
        library.add_document("/made/codes.txt", "quoll 4711 0815 1234", nothing)
        library.add_document("/made/near.txt", "A note about marsupials.", NEAR)
        assert first(library, "quoll") == ("codes.txt", "contains")
        found = library.searcher.search(parse("animals"), NEAR, limit=10, retrievers=("words", "meaning"))
        assert [Path(hit.path).name for hit in found] == ["near.txt"]
        assert not library.searcher.search(parse("like:/made/codes.txt"), None, limit=10)
    finally:
        library.close()
