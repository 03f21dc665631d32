"""Queries on a real catalogue and its indexes."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Document, Part, Passage
from core.search import Searcher
from core.search.query import parse
from core.search.retrieve.retrievers import RetrieverScores
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Vectors
from core.store.index_set import IndexSet
from tests.builders.catalogues import STAT, model_spec, put_text

DIMENSION = 16


def unit_vector(number: int, other: int | None = None) -> Vectors:
    """A vector along one axis, or halfway between two."""
    vector = np.zeros(DIMENSION, np.float32)
    vector[number] = 1.0
    if other is not None:
        vector[other] = 1.0
    return vector / np.float32(np.linalg.norm(vector))


class SearchableLibrary:
    """A small library with real indexes and vectors chosen by the test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalogue = Catalogue(root, writable=True)
        self.index_set = IndexSet(root, self.catalogue, model_spec(), "lines", writable=True)
        self.searcher = Searcher(root, self.index_set)

    def add_document(self, path: str, text: str, *vectors: Vectors, title: str = "") -> int:
        content = put_text(self.catalogue, path, text, self.index_set.chunking_id, title=title)
        self.set_vectors(content, *vectors)
        self.update_indexes()
        return content

    def set_vectors(self, content: int, *vectors: Vectors) -> None:
        rows = self.catalogue.passages.of_content(content, self.index_set.chunking_id)
        for row, vector in zip(rows, vectors, strict=False):
            self.catalogue.vectors.put(self.index_set.model_id, [row.id], vector.reshape(1, -1))
            self.index_set.vectors.add(np.array([row.id]), vector.reshape(1, -1), row.content_id)

    def update_indexes(self) -> None:
        for number, path in self.catalogue.files.all_paths():
            self.index_set.names.put(number, path)
        self.index_set.apply_changes(self.catalogue)
        self.index_set.words.commit()

    def close(self) -> None:
        self.searcher.close()
        self.index_set.close()
        self.catalogue.close()

    def paths(self, text: str, vector: Vectors | None = None, limit: int = 10) -> list[str]:
        return [Path(hit.path).name for hit in self.searcher.search(parse(text), vector, limit=limit)]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SearchableLibrary]:
    library = SearchableLibrary(tmp_path)
    yield library
    library.close()


@pytest.fixture
def harbours(library: SearchableLibrary) -> SearchableLibrary:
    library.add_document("/made/a.txt", "The harbour is closed.\nNothing else here.", unit_vector(0), unit_vector(1))
    library.add_document("/made/b.txt", "Boats cannot land.\nA harbour again.", unit_vector(2), unit_vector(0, 3))
    library.add_document("/made/harbour plan.txt", "Streets and squares.", unit_vector(4))
    library.add_document("/made/far.txt", "Cake with plums.", unit_vector(9))
    return library


def test_a_hit_has_the_retrievers_that_found_it(harbours: SearchableLibrary) -> None:
    hits = {Path(hit.path).name: hit for hit in harbours.searcher.search(parse("harbour"), unit_vector(0), limit=10)}
    assert hits["a.txt"].lanes == {"words", "meaning"}
    assert hits["b.txt"].lanes == {"words", "meaning"}
    assert {"names"} <= hits["harbour plan.txt"].lanes
    assert "words" not in hits["far.txt"].lanes
    scores = [hit.score for hit in harbours.searcher.search(parse("harbour"), unit_vector(0), limit=10)]
    assert scores == sorted(scores, reverse=True)


def test_without_a_vector_the_other_retrievers_answer(harbours: SearchableLibrary) -> None:
    assert set(harbours.paths("harbour")) == {"a.txt", "b.txt", "harbour plan.txt"}
    assert all("meaning" not in hit.lanes for hit in harbours.searcher.search(parse("harbour"), None, limit=9))


def test_only_the_given_retrievers_answer(harbours: SearchableLibrary) -> None:
    words = harbours.searcher.search(parse("harbour"), unit_vector(0), limit=10, retrievers=("words",))
    assert {Path(hit.path).name for hit in words} == {"a.txt", "b.txt"}
    assert all(hit.lanes == {"words"} for hit in words)
    (name,) = harbours.searcher.search(parse("harbour"), None, limit=10, retrievers=("names",))
    assert name.lanes == {"names"}
    (near,) = harbours.searcher.search(parse("anything"), unit_vector(9), limit=1, retrievers=("meaning",))
    assert Path(near.path).name == "far.txt"


@pytest.mark.parametrize(("text", "limit"), [("", 10), ("  \n", 10), ("harbour", 0), ("harbour", -1)])
def test_an_empty_query_finds_nothing(harbours: SearchableLibrary, text: str, limit: int) -> None:
    assert harbours.searcher.search(parse(text), unit_vector(0), limit=limit) == []


def test_no_more_than_the_limit_best_first(harbours: SearchableLibrary) -> None:
    whole = harbours.paths("harbour", unit_vector(0))
    for limit in range(1, 5):
        assert harbours.paths("harbour", unit_vector(0), limit) == whole[:limit]


def test_a_hit_shows_its_best_passages_first(harbours: SearchableLibrary) -> None:
    hit = next(
        h for h in harbours.searcher.search(parse("harbour"), unit_vector(0), limit=10) if h.path.endswith("b.txt")
    )
    assert [passage.snippet for passage in hit.passages] == ["A harbour again.", "Boats cannot land."]
    best = hit.passages[0]
    assert best.lanes == {"words", "meaning"}
    assert (hit.snippet, hit.marks) == (best.snippet, best.marks)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["harbour"]
    assert (best.start, best.end, best.line) == (19, 35, 2)


def test_at_most_three_passages_of_a_file(library: SearchableLibrary) -> None:
    library.add_document("/made/a.txt", "\n".join(f"harbour {n}" for n in range(10)))
    (hit,) = library.searcher.search(parse("harbour"), None, limit=5)
    assert len(hit.passages) == 3


def test_a_file_found_by_its_name_shows_its_beginning(harbours: SearchableLibrary) -> None:
    (hit,) = harbours.searcher.search(parse("harbour plan"), None, limit=1, retrievers=("names",))
    assert hit.snippet == "Streets and squares."
    assert hit.marks == ()
    assert hit.passages[0].lanes == frozenset()


def test_a_file_without_text_is_found_by_its_name(library: SearchableLibrary) -> None:
    home = library.catalogue.folders.add(b"/made", single=False)
    library.catalogue.files.put(home, b"/made/sunset \xff.jpg", STAT, kind="image", readable=False)
    library.update_indexes()
    (hit,) = library.searcher.search(parse("sunset"), unit_vector(0), limit=5)
    assert (hit.kind, hit.snippet, hit.passages, hit.lanes) == ("image", "", (), {"names"})
    assert hit.title == "sunset \udcff.jpg"
    assert (hit.size, hit.modified) == (STAT.size, STAT.mtime_ns / 1e9)


def test_a_file_with_a_text_that_is_empty_has_no_snippet(library: SearchableLibrary) -> None:
    library.add_document("/made/sunset.txt", "")
    (hit,) = library.searcher.search(parse("sunset"), None, limit=5)
    assert (hit.snippet, hit.passages) == ("", ())


def test_copies_are_one_hit_with_their_places(library: SearchableLibrary) -> None:
    library.add_document("/made/a.txt", "The harbour.", unit_vector(0))
    library.add_document("/made/copy of a.txt", "The harbour.")
    (hit,) = library.searcher.search(parse("harbour"), unit_vector(0), limit=5)
    assert hit.path == "/made/a.txt"
    assert hit.also_at == ("/made/copy of a.txt",)


def test_a_file_that_was_forgotten_meanwhile_is_left_out(harbours: SearchableLibrary) -> None:
    gone = [number for number, path in harbours.catalogue.files.all_paths() if path == b"/made/a.txt"]
    harbours.catalogue.files.remove(gone)
    assert "a.txt" not in harbours.paths("harbour", unit_vector(0))
    harbours.catalogue.contents.retire_orphans(1.0)
    assert set(harbours.paths("harbour", unit_vector(0))) == {"b.txt", "harbour plan.txt", "far.txt"}


def test_the_title_of_the_document_is_shown_and_found(library: SearchableLibrary) -> None:
    library.add_document("/made/x1.txt", "Some text.", title="Harbour regulations")
    (hit,) = library.searcher.search(parse("regulations"), None, limit=5)
    assert hit.title == "Harbour regulations"


@pytest.mark.parametrize(("unit", "shown"), [("page", 2), ("slide", 2), ("sheet", None), ("chapter", None)])
def test_the_page_is_that_of_the_words_and_only_where_a_number_says_something(
    library: SearchableLibrary, unit: str, shown: int | None
) -> None:
    text = "First page here. Second page: harbour."
    border = text.index("Second")
    parts = (Part(0, border, unit, 1, "one"), Part(border, len(text), unit, 2, "two"))  # type: ignore[arg-type]
    with library.catalogue.transaction():
        content = library.catalogue.contents.put(b"hash", Document(text, "pdf", parts=parts))
        library.catalogue.passages.put(content, library.index_set.chunking_id, [Passage(0, border, len(text), 5, 2, 1)])
        home = library.catalogue.folders.add(b"/made", single=False)
        number = library.catalogue.files.put(home, b"/made/a.pdf", STAT, kind="pdf", readable=True)
        library.catalogue.files.set_read(number, content, STAT, None)
    library.update_indexes()
    (hit,) = library.searcher.search(parse("harbour"), None, limit=5)
    assert hit.page == shown
    assert (hit.passages[0].unit, hit.passages[0].label) == (unit, "two")


def test_equal_questions_have_equal_answers(harbours: SearchableLibrary) -> None:
    answers = [harbours.paths("harbour closed boats", unit_vector(0)) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


def test_a_closed_searcher_finds_nothing(harbours: SearchableLibrary) -> None:
    harbours.searcher.close()
    assert harbours.paths("harbour") == []


def test_many_threads_ask_while_documents_come(harbours: SearchableLibrary) -> None:
    stop, wrong = threading.Event(), []

    def ask() -> None:
        try:
            while not stop.is_set():
                if "a.txt" not in harbours.paths("harbour closed", unit_vector(0)):
                    wrong.append("not found")
        except Exception as error:  # noqa: BLE001
            wrong.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        harbours.add_document(f"/made/new{number}.txt", f"More text {number}.", unit_vector(10))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


few = st.sampled_from([0.1, 0.5, 2.0])  # so that there are equals
retrievers = st.tuples(*(st.dictionaries(st.integers(1, 12), few, max_size=8) for _ in range(3)))


@settings(max_examples=60, deadline=None)
@given(found=retrievers, turned=st.randoms(use_true_random=False))
def test_the_list_does_not_depend_on_the_order_of_the_retrievers_scores(
    many_files: SearchableLibrary, found: tuple[dict[int, float], ...], turned: random.Random
) -> None:
    def shuffled(scores: dict[int, float]) -> dict[int, float]:
        return dict(turned.sample(sorted(scores.items()), len(scores)))

    answers = []
    for _ in range(3):
        words, cosines, named = map(shuffled, found)
        names = {("content", number): score for number, score in named.items()}
        scores = RetrieverScores(words, cosines, cosines, names)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(many_files.searcher._retrievers, "retrieve", lambda *_, scores=scores, **__: scores)
            answers.append(many_files.paths("harbour", None, 20))
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) == len(set().union(*found))


@pytest.fixture(scope="module")
def many_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchableLibrary]:
    """Twelve files of one passage each, so that a passage has its file's number."""
    library = SearchableLibrary(tmp_path_factory.mktemp("many"))
    for number in range(1, 13):
        library.add_document(f"/made/{number:02}.txt", f"Text {number}.")
    yield library
    library.close()


def test_hits_with_every_word_are_weak_where_all_documents_say_the_same(library: SearchableLibrary) -> None:
    for number in range(40):
        text = f"Report of station {number:02}: the turbine ran {chr(97 + number % 26) * 5} without a fault."
        content = put_text(library.catalogue, f"/made/{number}.txt", text, library.index_set.chunking_id)
        library.set_vectors(content, unit_vector(0))
    library.update_indexes()
    both = library.searcher.search(parse("turbine fault"), unit_vector(0), limit=10)
    assert both
    assert all(hit.says_all and hit.band == "weak" for hit in both)
    one = library.searcher.search(parse("turbine nowhere"), unit_vector(0), limit=10)
    assert one
    assert not any(hit.says_all for hit in one)
    assert {hit.band for hit in one} == {"none"}
