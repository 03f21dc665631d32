from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from core.document import Document, HitPassage, Part
from gui.preview import slices
from gui.preview.pane import PreviewPane
from gui.preview.reading_view import PIECE
from tests.gui.results.test_model import hit

FILLER = "Something else is written here. \n" * 3000
TEXT = "🏠 " + FILLER + "The lease ends on 31 March. " + FILLER + "Of the lease, the end."
FIRST = TEXT.index("The lease ends")
LAST = TEXT.index("Of the lease")
DOCUMENT = Document(TEXT, "document", parts=(Part(0, FIRST, "page", 1), Part(FIRST, LAST, "page", 2)))


def passage(number: int, start: int, end: int) -> HitPassage:
    shown = TEXT[start:end]
    mark = shown.index("lease")
    lanes = frozenset({"words"})
    return HitPassage(number, start, end, 1, 1, "page", "", 1.0, lanes, shown, ((mark, mark + 5),))  # type: ignore[arg-type]


HIT = replace(
    hit("/docs/lease.odt"), kind="document", passages=(passage(1, FIRST, FIRST + 27), passage(2, LAST, len(TEXT)))
)


@pytest.fixture
def pane(qtbot: QtBot) -> PreviewPane:
    made = PreviewPane()
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    return made


def marked(pane: PreviewPane) -> list[str]:
    return [selection.cursor.selectedText() for selection in pane.body.text.extraSelections()]  # type: ignore[attr-defined]


def test_a_hit_asks_for_its_document_and_shows_the_passage_marked(qtbot: QtBot, pane: PreviewPane) -> None:
    with qtbot.waitSignal(pane.document_requested) as requested:
        pane.show_hit(HIT)
    assert requested.args == ["/docs/lease.odt"]
    pane.show_document("/docs/lease.odt", DOCUMENT)
    assert marked(pane) == ["lease"]
    assert pane.body.text.textCursor().block().text().startswith("The lease ends")
    top = pane.body.text.cursorRect().top()
    assert 0 <= top < pane.body.text.viewport().height()


def test_the_next_passage_is_marked_in_its_own_place(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT)
    pane.next_passage()
    assert pane.navigation.passage_index == 1
    assert pane.body.text.textCursor().block().text().startswith("Of the lease")
    pane.next_passage()
    assert pane.navigation.passage_index == 1
    pane.previous_passage()
    assert pane.body.text.textCursor().block().text().startswith("The lease ends")


def test_a_late_document_of_another_hit_is_not_shown(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/other.odt", Document("Other", "text"))
    assert pane.body.text.toPlainText() == ""


def test_the_same_hit_again_keeps_the_passage_and_asks_for_nothing(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT)
    pane.next_passage()
    with qtbot.assertNotEmitted(pane.document_requested):
        pane.show_hit(replace(HIT, score=0.5))
    assert pane.navigation.passage_index == 1


def test_a_file_without_text_says_so(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", None)
    assert not pane.body.text.isVisible()


def test_only_a_slice_of_a_long_document_is_laid_out(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT)
    assert len(pane.body.text.toPlainText()) <= slices.MAX_CHARACTERS + 2
    assert len(TEXT) > 2 * slices.MAX_CHARACTERS


@pytest.mark.parametrize("offset", [0, 1, 39_999, 100_000, len(TEXT) - 1])
def test_a_slice_has_the_documents_own_characters(offset: int) -> None:
    piece = slices.around(DOCUMENT, offset)
    assert piece.start <= offset <= piece.end
    assert len(piece.text) == piece.end - piece.start
    assert piece.position(piece.end) >= len(piece.text)


def test_the_passage_can_be_copied_whole(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT)
    assert pane.passage_text(HIT) == "The lease ends on 31 March."


def test_the_menu_finds_what_is_like_the_selection_or_the_passage(qtbot: QtBot, pane: PreviewPane) -> None:
    def trigger(text: str) -> list[object]:
        menu = pane.body.text.menu()
        action = next(entry for entry in menu.actions() if entry.text() == text)
        with qtbot.waitSignal(pane.body.text.similar_requested) as similar:
            action.trigger()
        menu.deleteLater()
        return list(similar.args)

    assert not next(entry for entry in pane.body.text.menu().actions() if entry.text().startswith("Find")).isEnabled()
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT)
    assert trigger("Find similar passages") == ["The lease ends on 31 March."]
    cursor = pane.body.text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
    pane.body.text.setTextCursor(cursor)
    assert trigger("Find passages similar to the selection") == ["lease"]


def test_typing_in_the_text_is_left_to_the_window(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT)
    before = pane.body.text.toPlainText()
    qtbot.keyClick(pane.body.text, Qt.Key.Key_X)
    assert pane.body.text.toPlainText() == before


def test_a_document_that_was_read_meanwhile_is_shown(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", None)
    assert "only the name" in pane.body.note.sentence.text()
    with qtbot.waitSignal(pane.document_requested) as requested:
        pane.refresh()
    assert requested.args == ["/docs/lease.odt"]
    pane.show_document("/docs/lease.odt", DOCUMENT)
    assert marked(pane) == ["lease"]


def test_the_same_document_again_leaves_the_text_where_it_was_scrolled_to(pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT)
    bar = pane.body.text.verticalScrollBar()
    bar.setValue(bar.value() + 100)
    place = bar.value()
    pane.refresh()
    pane.show_document("/docs/lease.odt", replace(DOCUMENT))
    assert bar.value() == place


def test_what_was_said_of_one_document_is_not_said_of_the_next(pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", None)
    pane.show_hit(replace(HIT, path="/docs/other.odt"))
    assert pane.body.note.sentence.text() == ""
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", None)
    assert "only the name" in pane.body.note.sentence.text()


def test_many_words_are_marked_in_pieces_from_the_passage_on(qtbot: QtBot, pane: PreviewPane) -> None:
    text = "The lease ends. " * 1000
    words = [(start, start + 5) for start in range(4, len(text), 16)]
    here = HitPassage(1, 9600, 9616, None, 1, None, "", 1.0, frozenset({"words"}), "The lease ends. ", ((4, 9),))
    many = replace(HIT, passages=(here,))
    pane.show_hit(many)
    pane.show_document(many.path, Document(text, "document"), words)
    starts = sorted(selection.cursor.selectionStart() for selection in pane.body.text.extraSelections())  # type: ignore[attr-defined]
    assert len(starts) == PIECE + 1  # and the current one
    assert 9604 in starts
    assert max(abs(start - 9604) for start in starts) <= 16 * (PIECE // 2 + 1)
    qtbot.waitUntil(lambda: len(marked(pane)) == len(words))
    assert set(marked(pane)) == {"lease"}


def test_the_nearest_sentence_of_an_unlikely_document_is_not_marked(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.odt", DOCUMENT, [])
    assert pane.navigation.marks().sentences
    assert marked(pane) == ["lease"]
    pane.show_hit(replace(HIT, band="none"))
    assert not pane.navigation.marks().sentences
    assert marked(pane) == []
