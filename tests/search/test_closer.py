"""The sentence that answers: chosen by meaning among those of the first hits, and shown first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.document import Document, Passage
from core.search.closer import BUDGET, CLEARLY, HITS, Look, chosen
from core.search.snippet import LONGEST, snippet_from
from core.search.wanted import Wanted
from core.store import analysis
from core.store.contents import PassageRow
from tests.search.test_searcher import STAT, Made, axis

PASSAGE = (
    "The harbour is a place of many boats and of more gulls. In summer people swim near the lighthouse every day. "
    "From November on no ship may enter it any more. The gulls stay."
)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    library = Made(tmp_path)
    yield library
    library.close()


def put(made: Made, path: str, text: str) -> None:
    """A document of one passage that is all of its text."""
    with made.catalogue.transaction():
        content = made.catalogue.contents.put(path.encode().ljust(32), Document(text, "text"))
        made.catalogue.contents.put_passages(content, made.shelf.recipe_id, [Passage(0, 0, len(text), 9, None, 1)])
        home = made.catalogue.files.add_folder(b"/made", single=False)
        number = made.catalogue.files.put(home, path.encode(), STAT, kind="text", readable=True)
        made.catalogue.files.set_read(number, content, STAT, None)
    made.point(content, axis(0))
    made.take_over()


def test_the_nearest_sentence_is_shown_first_and_marked(made: Made) -> None:
    put(made, "/made/a.txt", PASSAGE)
    question = "when is the harbour closed"
    hits = made.searcher.search(question, axis(0), limit=5)
    assert hits[0].snippet.startswith("The harbour")
    (look,) = made.searcher.looks(question, hits)
    assert look.texts[2] == "From November on no ship may enter it any more."
    vectors = np.array([axis(1), axis(2), axis(0)])[: len(look.texts)]
    answers = chosen([look], vectors, axis(0))
    (closer,) = made.searcher.closer(question, hits, answers)
    assert closer.snippet.startswith("From November on no ship")
    assert [closer.snippet[start:end] for start, end in closer.marks] == [look.texts[2]]
    assert (closer.passages[0].snippet, closer.path, closer.score) == (closer.snippet, hits[0].path, hits[0].score)


def test_a_sentence_that_is_hardly_nearer_changes_nothing() -> None:
    row = PassageRow(1, 1, 0, 60, 9, None, 1)
    look = Look(0, row, (0, 30), ((0, 30), (31, 60)), ("one", "two"))
    near = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    assert chosen([look], near, np.array([0.5, 0.5 + CLEARLY / 2], np.float32)) == []
    assert chosen([look], near, np.array([0.5, 0.5 + 2 * CLEARLY], np.float32)) == [(look, (31, 60))]


def test_only_the_first_hits_are_looked_at_and_no_more_than_the_budget(made: Made) -> None:
    for number in range(HITS + 3):
        put(made, f"/made/{number}.txt", f"Number {number} of some. " + PASSAGE)
    hits = made.searcher.search("harbour", axis(0), limit=20)
    assert len(made.searcher.looks("harbour", hits)) == HITS
    put(made, "/made/long.txt", "A harbour, a harbour, a harbour, harbour. " * (BUDGET // 30))
    hits = made.searcher.search("harbour", None, limit=20)
    assert sum(len(text) for look in made.searcher.looks("harbour", hits) for text in look.texts) <= BUDGET


def test_a_hit_without_text_and_a_closed_searcher_have_nothing_to_look_at(made: Made) -> None:
    put(made, "/made/a.txt", PASSAGE)
    hits = made.searcher.search("harbour", axis(0), limit=5)
    assert made.searcher.looks("harbour", []) == []
    made.searcher.close()
    assert made.searcher.looks("harbour", hits) == []
    assert made.searcher.closer("harbour", hits, []) == hits


@pytest.mark.parametrize(
    "sentence", ["A short one.", "word " * 120 + "end.", "港は冬の間閉鎖されます。", "هل الميناء مغلق؟"]
)
def test_a_snippet_from_a_sentence_is_of_the_passage(sentence: str) -> None:
    passage = f"Something before. {sentence} Something after."
    at = passage.index(sentence)
    cut = snippet_from(passage, (at, at + len(sentence)), Wanted(analysis.asked("nowhere"), ("english",)))
    assert len(cut.text) <= LONGEST + 2
    assert cut.offset == at
    assert cut.text.removesuffix("…").strip()[:9] == sentence[:9]
    assert all(0 <= start < end <= len(cut.text) for start, end in cut.marks)
