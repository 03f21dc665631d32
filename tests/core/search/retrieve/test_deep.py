"""A long book beside short files: its passages fill the first depth of a retriever but crowd out no file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.document import Retriever
from core.search.query import parse
from core.search.retrieve import retrievers
from tests.core.search.test_searcher import SearchableLibrary, unit_vector

LINES = 900  # more than the first depth of a retriever, and four times that
SHORT = 15


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    library = SearchableLibrary(tmp_path_factory.mktemp("deep"))
    book = "\n".join(f"harbour harbour {number}" for number in range(LINES))
    library.add_document("/made/shelf/book.txt", book, *[unit_vector(0)] * LINES)
    for number in range(SHORT):
        text = f"A long note about many other things, and of a harbour, number {number}."
        library.add_document(f"/made/shelf/{number}.txt", text, unit_vector(0, 1))
    for number in range(3):
        library.add_document(f"/made/else/{number}.txt", f"harbour, and nothing else {number}", unit_vector(0))
    yield library
    library.close()


@pytest.mark.parametrize("query", ["harbour in:shelf", "=harbour in:shelf", "~harbour in:shelf"])
@pytest.mark.parametrize("limit", [5, SHORT + 1, 20])
def test_a_filter_returns_the_files_that_it_leaves(library: SearchableLibrary, query: str, limit: int) -> None:
    hits = library.searcher.search(parse(query), unit_vector(0), limit=limit)
    assert len(hits) == min(limit, SHORT + 1)
    assert all(hit.path.startswith("/made/shelf/") for hit in hits)


@pytest.mark.parametrize("retriever", ["words", "meaning"])
def test_each_retriever_finds_all_of_them(library: SearchableLibrary, retriever: Retriever) -> None:
    hits = library.searcher.search(parse("harbour in:shelf"), unit_vector(0), limit=20, retrievers=(retriever,))
    assert len(hits) == SHORT + 1
    assert hits[0].path == "/made/shelf/book.txt"


@pytest.mark.parametrize("retriever", ["words", "meaning"])
def test_many_files_of_a_large_scope_are_found_too(
    library: SearchableLibrary, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.lexical.query.MAX_TERM_SET_CONTENTS", 3)
    assert (
        len(library.searcher.search(parse("harbour in:shelf"), unit_vector(0), limit=20, retrievers=(retriever,)))
        == SHORT + 1
    )


def test_without_a_filter_it_goes_deeper_once(library: SearchableLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    depths: list[int] = []
    search = library.index_set.vectors.search
    monkeypatch.setattr(
        library.index_set.vectors,
        "search",
        lambda vector, limit, scope: depths.append(limit) or search(vector, limit, scope),
    )
    library.searcher.search(parse("harbour"), unit_vector(0), limit=20, retrievers=("meaning",))
    assert depths == [200, 800]
    depths.clear()
    library.searcher.search(parse("harbour"), unit_vector(0), limit=1, retrievers=("meaning",))
    assert depths == [200]


def test_the_depth_is_limited(library: SearchableLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrievers, "MAX_DEPTH", 500)
    hits = library.searcher.search(parse("harbour in:shelf"), unit_vector(0), limit=20, retrievers=("meaning",))
    assert [hit.path for hit in hits] == ["/made/shelf/book.txt"]
