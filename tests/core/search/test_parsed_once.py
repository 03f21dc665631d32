"""A query is parsed once, whatever the number of retrievers and rerankers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.library import Library
from tests.builders.parsed_texts import parsed_texts
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote, write_notes

TEXT = "note2 begins type:text"


@pytest.fixture(scope="module")
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


@pytest.fixture(scope="module")
def library(engine: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("parsed")
    write_notes(root / "notes", 6)
    with Library.open(root / "library", remote(engine)) as library:
        library.add_folder(root / "notes")
        library.wait(timeout=120)
        yield library


def test_a_search_parses_its_text_once(library: Library) -> None:
    with parsed_texts() as texts:
        assert library.search(TEXT)
    assert texts == [TEXT]


def test_a_query_that_was_parsed_is_parsed_no_more(library: Library) -> None:
    query = library.queries.parse(TEXT)
    with parsed_texts() as texts:
        assert library.search(query)
        assert [*library.queries.search_steps(query)]
        assert library.queries.filter_effect(query) is not None
        assert library.queries.relaxed(library.queries.parse("note2"), 10) == []
    assert texts == ["note2"]


def test_only_the_relaxed_texts_of_a_query_are_parsed_too(library: Library) -> None:
    query = library.queries.parse("note2 type:pdf")
    with parsed_texts() as texts:
        (relaxed,) = library.queries.relaxed(query)
    assert texts == [relaxed.text] == ["note2"]
