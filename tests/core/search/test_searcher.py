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


def axis(number: int, other: int | None = None) -> Vectors:
    """A vector along one axis, or halfway between two."""
    vector = np.zeros(DIMENSION, np.float32)
    vector[number] = 1.0
    if other is not None:
        vector[other] = 1.0
    return vector / np.float32(np.linalg.norm(vector))


class Made:
    """A library of a few texts, whose passages point where a test wants."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.catalogue = Catalogue(root, writable=True)
        self.index_set = IndexSet(root, self.catalogue, model_spec(), "lines", writable=True)
        self.searcher = Searcher(root, self.index_set)

    def put(self, path: str, text: str, *vectors: Vectors, title: str = "") -> int:
        content = put_text(self.catalogue, path, text, self.index_set.chunking_id, title=title)
        self.point(content, *vectors)
        self.take_over()
        return content

    def point(self, content: int, *vectors: Vectors) -> None:
        rows = self.catalogue.passages.of_content(content, self.index_set.chunking_id)
        for row, vector in zip(rows, vectors, strict=False):
            self.catalogue.vectors.put(self.index_set.model_id, [row.id], vector.reshape(1, -1))
            self.index_set.vectors.add(np.array([row.id]), vector.reshape(1, -1))

    def take_over(self) -> None:
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
def made(tmp_path: Path) -> Iterator[Made]:
    library = Made(tmp_path)
    yield library
    library.close()


@pytest.fixture
def harbours(made: Made) -> Made:
    made.put("/made/a.txt", "The harbour is closed.\nNothing else here.", axis(0), axis(1))
    made.put("/made/b.txt", "Boats cannot land.\nA harbour again.", axis(2), axis(0, 3))
    made.put("/made/harbour plan.txt", "Streets and squares.", axis(4))
    made.put("/made/far.txt", "Cake with plums.", axis(9))
    return made


def test_a_hit_has_the_retrievers_that_found_it(harbours: Made) -> None:
    hits = {Path(hit.path).name: hit for hit in harbours.searcher.search(parse("harbour"), axis(0), limit=10)}
    assert hits["a.txt"].lanes == {"words", "meaning"}
    assert hits["b.txt"].lanes == {"words", "meaning"}
    assert {"names"} <= hits["harbour plan.txt"].lanes
    assert "words" not in hits["far.txt"].lanes
    scores = [hit.score for hit in harbours.searcher.search(parse("harbour"), axis(0), limit=10)]
    assert scores == sorted(scores, reverse=True)


def test_without_a_vector_the_other_retrievers_answer(harbours: Made) -> None:
    assert set(harbours.paths("harbour")) == {"a.txt", "b.txt", "harbour plan.txt"}
    assert all("meaning" not in hit.lanes for hit in harbours.searcher.search(parse("harbour"), None, limit=9))


def test_only_the_given_retrievers_answer(harbours: Made) -> None:
    words = harbours.searcher.search(parse("harbour"), axis(0), limit=10, retrievers=("words",))
    assert {Path(hit.path).name for hit in words} == {"a.txt", "b.txt"}
    assert all(hit.lanes == {"words"} for hit in words)
    (name,) = harbours.searcher.search(parse("harbour"), None, limit=10, retrievers=("names",))
    assert name.lanes == {"names"}
    (near,) = harbours.searcher.search(parse("anything"), axis(9), limit=1, retrievers=("meaning",))
    assert Path(near.path).name == "far.txt"


@pytest.mark.parametrize(("text", "limit"), [("", 10), ("  \n", 10), ("harbour", 0), ("harbour", -1)])
def test_an_empty_query_finds_nothing(harbours: Made, text: str, limit: int) -> None:
    assert harbours.searcher.search(parse(text), axis(0), limit=limit) == []


def test_no_more_than_the_limit_best_first(harbours: Made) -> None:
    whole = harbours.paths("harbour", axis(0))
    for limit in range(1, 5):
        assert harbours.paths("harbour", axis(0), limit) == whole[:limit]


def test_a_hit_shows_its_best_passages_first(harbours: Made) -> None:
    hit = next(h for h in harbours.searcher.search(parse("harbour"), axis(0), limit=10) if h.path.endswith("b.txt"))
    assert [passage.snippet for passage in hit.passages] == ["A harbour again.", "Boats cannot land."]
    best = hit.passages[0]
    assert best.lanes == {"words", "meaning"}
    assert (hit.snippet, hit.marks) == (best.snippet, best.marks)
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["harbour"]
    assert (best.start, best.end, best.line) == (19, 35, 2)


def test_at_most_three_passages_of_a_file(made: Made) -> None:
    made.put("/made/a.txt", "\n".join(f"harbour {n}" for n in range(10)))
    (hit,) = made.searcher.search(parse("harbour"), None, limit=5)
    assert len(hit.passages) == 3


def test_a_file_found_by_its_name_shows_its_beginning(harbours: Made) -> None:
    (hit,) = harbours.searcher.search(parse("harbour plan"), None, limit=1, retrievers=("names",))
    assert hit.snippet == "Streets and squares."
    assert hit.marks == ()
    assert hit.passages[0].lanes == frozenset()


def test_a_file_without_text_is_found_by_its_name(made: Made) -> None:
    home = made.catalogue.folders.add(b"/made", single=False)
    made.catalogue.files.put(home, b"/made/sunset \xff.jpg", STAT, kind="image", readable=False)
    made.take_over()
    (hit,) = made.searcher.search(parse("sunset"), axis(0), limit=5)
    assert (hit.kind, hit.snippet, hit.passages, hit.lanes) == ("image", "", (), {"names"})
    assert hit.title == "sunset \udcff.jpg"
    assert (hit.size, hit.modified) == (STAT.size, STAT.mtime_ns / 1e9)


def test_a_file_with_a_text_that_is_empty_has_no_snippet(made: Made) -> None:
    made.put("/made/sunset.txt", "")
    (hit,) = made.searcher.search(parse("sunset"), None, limit=5)
    assert (hit.snippet, hit.passages) == ("", ())


def test_copies_are_one_hit_with_their_places(made: Made) -> None:
    made.put("/made/a.txt", "The harbour.", axis(0))
    made.put("/made/copy of a.txt", "The harbour.")
    (hit,) = made.searcher.search(parse("harbour"), axis(0), limit=5)
    assert hit.path == "/made/a.txt"
    assert hit.also_at == ("/made/copy of a.txt",)


def test_a_file_that_was_forgotten_meanwhile_is_left_out(harbours: Made) -> None:
    gone = [number for number, path in harbours.catalogue.files.all_paths() if path == b"/made/a.txt"]
    harbours.catalogue.files.remove(gone)
    assert "a.txt" not in harbours.paths("harbour", axis(0))
    harbours.catalogue.contents.retire_orphans(1.0)
    assert set(harbours.paths("harbour", axis(0))) == {"b.txt", "harbour plan.txt", "far.txt"}


def test_the_title_of_the_document_is_shown_and_found(made: Made) -> None:
    made.put("/made/x1.txt", "Some text.", title="Harbour regulations")
    (hit,) = made.searcher.search(parse("regulations"), None, limit=5)
    assert hit.title == "Harbour regulations"


@pytest.mark.parametrize(("unit", "shown"), [("page", 2), ("slide", 2), ("sheet", None), ("chapter", None)])
def test_the_page_is_that_of_the_words_and_only_where_a_number_says_something(
    made: Made, unit: str, shown: int | None
) -> None:
    text = "First page here. Second page: harbour."
    border = text.index("Second")
    parts = (Part(0, border, unit, 1, "one"), Part(border, len(text), unit, 2, "two"))  # type: ignore[arg-type]
    with made.catalogue.transaction():
        content = made.catalogue.contents.put(b"hash", Document(text, "pdf", parts=parts))
        made.catalogue.passages.put(content, made.index_set.chunking_id, [Passage(0, border, len(text), 5, 2, 1)])
        home = made.catalogue.folders.add(b"/made", single=False)
        number = made.catalogue.files.put(home, b"/made/a.pdf", STAT, kind="pdf", readable=True)
        made.catalogue.files.set_read(number, content, STAT, None)
    made.take_over()
    (hit,) = made.searcher.search(parse("harbour"), None, limit=5)
    assert hit.page == shown
    assert (hit.passages[0].unit, hit.passages[0].label) == (unit, "two")


def test_equal_questions_have_equal_answers(harbours: Made) -> None:
    answers = [harbours.paths("harbour closed boats", axis(0)) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


def test_a_closed_searcher_finds_nothing(harbours: Made) -> None:
    harbours.searcher.close()
    assert harbours.paths("harbour") == []


def test_many_threads_ask_while_documents_come(harbours: Made) -> None:
    stop, wrong = threading.Event(), []

    def ask() -> None:
        try:
            while not stop.is_set():
                if "a.txt" not in harbours.paths("harbour closed", axis(0)):
                    wrong.append("not found")
        except Exception as error:  # noqa: BLE001
            wrong.append(repr(error))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(15):
        harbours.put(f"/made/new{number}.txt", f"More text {number}.", axis(10))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []


few = st.sampled_from([0.1, 0.5, 2.0])  # so that there are equals
retrievers = st.tuples(*(st.dictionaries(st.integers(1, 12), few, max_size=8) for _ in range(3)))


@settings(max_examples=60, deadline=None)
@given(found=retrievers, turned=st.randoms(use_true_random=False))
def test_the_list_does_not_depend_on_the_order_of_the_retrievers_scores(
    many: Made, found: tuple[dict[int, float], ...], turned: random.Random
) -> None:
    def shuffled(scores: dict[int, float]) -> dict[int, float]:
        return dict(turned.sample(sorted(scores.items()), len(scores)))

    answers = []
    for _ in range(3):
        words, cosines, named = map(shuffled, found)
        names = {("content", number): score for number, score in named.items()}
        scores = RetrieverScores(words, cosines, cosines, names)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(many.searcher._retrievers, "retrieve", lambda *_, scores=scores, **__: scores)
            answers.append(many.paths("harbour", None, 20))
    assert answers[0] == answers[1] == answers[2]
    assert len(answers[0]) == len(set().union(*found))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """Twelve files of one passage each, so that a passage has its file's number."""
    library = Made(tmp_path_factory.mktemp("many"))
    for number in range(1, 13):
        library.put(f"/made/{number:02}.txt", f"Text {number}.")
    yield library
    library.close()


def test_hits_with_every_word_are_weak_where_all_documents_say_the_same(made: Made) -> None:
    for number in range(40):
        text = f"Report of station {number:02}: the turbine ran {chr(97 + number % 26) * 5} without a fault."
        content = put_text(made.catalogue, f"/made/{number}.txt", text, made.index_set.chunking_id)
        made.point(content, axis(0))
    made.take_over()
    both = made.searcher.search(parse("turbine fault"), axis(0), limit=10)
    assert both
    assert all(hit.says_all and hit.band == "weak" for hit in both)
    one = made.searcher.search(parse("turbine nowhere"), axis(0), limit=10)
    assert one
    assert not any(hit.says_all for hit in one)
    assert {hit.band for hit in one} == {"none"}
