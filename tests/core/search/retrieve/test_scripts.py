"""A question's script is one of the library's, or of none of its texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.models import Calibration
from core.search.query import parse
from core.search.rank import calibration
from core.search.retrieve.scripts import is_foreign_script
from core.store.lexical.index import LexicalIndex
from tests.core.search.test_searcher import SearchableLibrary, unit_vector

ENGLISH = "The harbour is closed in winter, and the boats are taken out of the water."
CHINESE = "图书馆在冬天关闭，夏天重新开放。"
RUSSIAN = "Библиотека закрыта зимой и открыта летом для всех читателей."
QUESTIONS = {
    "english": "When is the harbour closed?",
    "german": "Wann ist der Hafen geschlossen?",
    "chinese": "图书馆什么时候关闭？",
    "japanese": "図書館はいつ閉まりますか",
    "russian": "Когда закрыта библиотека?",
    "korean": "도서관은 언제 닫나요?",
}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[LexicalIndex]:
    index = LexicalIndex(tmp_path / "words", writable=True)
    yield index
    index.close()


@pytest.mark.parametrize(
    ("texts", "foreign"),
    [
        ([ENGLISH] * 9, {"chinese", "japanese", "russian", "korean"}),
        ([CHINESE] * 9, {"english", "german", "russian", "korean"}),
        ([ENGLISH] * 9 + [RUSSIAN], {"chinese", "japanese", "korean"}),
        ([], set()),
    ],
)
def test_a_script_is_foreign_if_no_text_is_in_it(index: LexicalIndex, texts: list[str], foreign: set[str]) -> None:
    for number, text in enumerate(texts, 1):
        index.add(number, "", [(number, text)], number=number)
    index.commit()
    assert {name for name, text in QUESTIONS.items() if is_foreign_script(text, index)} == foreign
    assert not is_foreign_script("2024", index), "digits are of every script"
    assert not is_foreign_script("", index)


def test_a_passage_in_a_hundred_does_not_make_a_script_one_of_the_librarys(index: LexicalIndex) -> None:
    for number in range(1, 102):
        index.add(number, "", [(number, CHINESE if number == 1 else ENGLISH)], number=number)
    index.commit()
    assert is_foreign_script(QUESTIONS["chinese"], index)
    assert not is_foreign_script(QUESTIONS["english"], index)


def test_a_passage_that_answers_in_another_script_is_the_more_likely(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = SearchableLibrary(tmp_path)
    for number in range(4):
        library.add_document(f"/made/{number}.txt", ENGLISH, unit_vector(number))
    vector = unit_vector(0, 5)

    def chance(text: str, other_script: float) -> float:
        curve = Calibration(-4.0, 0.77, 0.29, other_script=other_script)
        monkeypatch.setattr(calibration, "calibration_of", lambda _model: curve)
        return library.searcher.search(parse(text), vector, limit=4)[0].chance

    assert chance(QUESTIONS["chinese"], 0.6) > chance(QUESTIONS["chinese"], 0.0)
    assert chance("what is frozen", 0.6) == chance("what is frozen", 0.0)
    library.close()
