"""Collapse of near-duplicates: the order of places, the version shown, and that no version is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Document, Hit
from core.search.query import parse
from core.search.rank.collapse import SCORE_TOLERANCE, collapse, group_near_duplicates
from core.store.catalogue.files import KnownFile
from core.store.near_duplicates.sketch import sketch
from tests.builders.catalogues import lines_of
from tests.builders.edited_texts import edited, invoice, text
from tests.core.cli.test_explaining import FOUND
from tests.core.search.test_searcher import SearchableLibrary, unit_vector

DAY = 86_400 * 10**9
PAIRS = st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]))
DRAFT = f"Lease of the flat.\n{text(1)}"


@given(st.integers(0, 10), PAIRS)
def test_every_file_has_one_place_and_the_places_keep_the_order(count: int, pairs: set[tuple[int, int]]) -> None:
    ranked = [(f"file {number}", 10.0 - number) for number in range(count)]
    known = {pair for pair in pairs if max(pair) < count}
    places = group_near_duplicates(ranked, known)
    assert sorted(entry for place in places for entry in place) == sorted(ranked)
    assert [place[0] for place in places] == sorted((place[0] for place in places), key=ranked.index)
    assert all(place == sorted(place, key=ranked.index) for place in places)
    firsts = {ranked.index(place[0]) for place in places}
    assert all((first, ranked.index(entry)) in known for place in places for entry in place[1:]
               for first in [ranked.index(place[0])])  # fmt: skip
    assert not any(pair in known for pair in combinations(sorted(firsts), 2))


@given(st.integers(0, 10), PAIRS)
def test_what_is_further_down_changes_nothing_above(count: int, pairs: set[tuple[int, int]]) -> None:
    ranked = [(number, 10.0 - number) for number in range(10)]
    whole = [place[0] for place in group_near_duplicates(ranked, pairs)]
    part = [place[0] for place in group_near_duplicates(ranked[:count], {pair for pair in pairs if max(pair) < count})]
    assert whole[: len(part)] == part


def hit(name: str, score: float, modified: float) -> Hit:
    return replace(FOUND, path=name, score=score, modified=modified)


def test_the_newest_of_the_best_speaks_for_all() -> None:
    old, new, far = hit("old", 7.0, 1.0), hit("new", 7.0 - SCORE_TOLERANCE, 2.0), hit("far", 6.0, 3.0)
    one = collapse([old, new, far])
    assert (one.path, one.score) == ("new", 7.0)
    assert one.versions == (far, old)
    assert one.paths == ("new", "far", "old")
    assert collapse([old]) is old


class Versions(SearchableLibrary):
    """A library whose files have sketches and mtimes."""

    def add_file(self, path: str, body: str, *, days: int = 0) -> None:
        stat = KnownFile(0, 10, 1_700_000_000_000_000_000 + days * DAY, 7)
        contents = self.catalogue.contents
        with self.catalogue.transaction():
            home = self.catalogue.folders.add(b"/home", single=False)
            number = self.catalogue.files.put(home, path.encode(), stat, kind="text", readable=True)
            content = contents.put(body.encode(), Document(body, "text"))
            if not self.catalogue.passages.is_chunked(content, self.index_set.chunking_id):
                self.catalogue.passages.put(content, self.index_set.chunking_id, lines_of(body))
                self.catalogue.sketches.put(content, sketch(body))
            self.catalogue.files.set_read(number, content, stat, None)
        self.set_vectors(content, *(unit_vector(0, 1) for _ in lines_of(body)))
        self.update_indexes()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Versions]:
    library = Versions(tmp_path_factory.mktemp("versions"))
    library.add_file("/home/lease v1.txt", DRAFT)
    library.add_file("/home/sent/lease v2.txt", edited(DRAFT, 0.05, seed=2), days=2)
    library.add_file("/home/sent/lease final.txt", edited(DRAFT, 0.05, piece=5, seed=3), days=3)
    library.add_file("/home/copy of v1.txt", DRAFT, days=1)
    library.add_file("/home/other.txt", f"The lease of another flat.\n{text(50)}")
    for month in range(4):
        library.add_file(f"/home/bills/{month}.txt", invoice(month), days=month)
    yield library
    library.close()


def test_versions_are_one_hit_with_the_newest_first(library: Versions) -> None:
    hits = library.searcher.search(parse("lease flat"), unit_vector(0, 1), limit=20)
    (lease,) = [hit for hit in hits if "/home/lease v1.txt" in hit.paths]
    assert lease.path == "/home/sent/lease final.txt"
    assert [version.path for version in lease.versions] == ["/home/sent/lease v2.txt", "/home/lease v1.txt"]
    assert lease.versions[1].also_at == ("/home/copy of v1.txt",)
    assert lease.versions[0].snippet
    assert "/home/other.txt" in [hit.path for hit in hits]


def test_a_version_that_answers_better_speaks_for_all(library: Versions) -> None:
    (lease,) = [hit for hit in library.searcher.search(parse("lease v1"), None, limit=20) if len(hit.paths) > 1]
    assert lease.path == "/home/lease v1.txt"
    assert len(lease.versions) == 2


def test_a_filter_that_only_one_version_fulfils_shows_that_one(library: Versions) -> None:
    found = library.searcher.search(parse("lease name:v2"), unit_vector(0, 1), limit=20)
    assert [(hit.path, hit.versions) for hit in found] == [("/home/sent/lease v2.txt", ())]


def test_monthly_bills_are_each_a_hit(library: Versions) -> None:
    hits = library.searcher.search(parse("invoice meter"), unit_vector(0, 1), limit=20)
    assert {f"/home/bills/{month}.txt" for month in range(4)} <= {hit.path for hit in hits}


@pytest.mark.parametrize("query", ["lease", "lease flat", "invoice", "the", "lease v1", "harbour"])
@pytest.mark.parametrize("vector", [None, unit_vector(0, 1)])
def test_no_file_is_lost_and_the_same_question_has_the_same_answer(
    library: Versions, query: str, vector: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    folded = [library.searcher.search(parse(query), vector, limit=20) for _ in range(2)]  # type: ignore[arg-type]
    assert [hit.paths for hit in folded[0]] == [hit.paths for hit in folded[1]]
    with monkeypatch.context() as patched:
        patched.setattr("core.search.file_ranker.near_duplicates", lambda _: [])
        plain = library.searcher.search(parse(query), vector, limit=20)  # type: ignore[arg-type]
    assert sorted(path for hit in folded[0] for path in hit.paths) == sorted(p for hit in plain for p in hit.paths)
    assert [hit.score for hit in folded[0]] == sorted((hit.score for hit in folded[0]), reverse=True)


def test_what_is_folded_makes_room_for_others(library: Versions) -> None:
    whole = library.searcher.search(parse("lease"), unit_vector(0, 1), limit=20)
    assert any(hit.versions for hit in whole)
    for limit in range(1, len(whole)):
        some = library.searcher.search(parse("lease"), unit_vector(0, 1), limit=limit)
        assert len(some) == limit
        assert {path for hit in some for path in hit.paths} <= {path for hit in whole for path in hit.paths}


def test_conditions_alone_list_every_file(library: Versions) -> None:
    listed = library.searcher.search(parse("in:sent"), None, limit=20)
    assert [Path(hit.path).name for hit in listed] == ["lease final.txt", "lease v2.txt"]
