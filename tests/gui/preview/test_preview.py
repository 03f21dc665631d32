from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from core.document import Document, HitPassage, Part
from gui.preview import slices
from gui.preview.pane import PreviewPane
from tests.gui.results.test_model import hit

FILLER = "Something else is written here. \n" * 3000
TEXT = "🏠 " + FILLER + "The lease ends on 31 March. " + FILLER + "Of the lease, the end."
FIRST = TEXT.index("The lease ends")
LAST = TEXT.index("Of the lease")
DOCUMENT = Document(TEXT, "pdf", parts=(Part(0, FIRST, "page", 1), Part(FIRST, LAST, "page", 2)))


def passage(number: int, start: int, end: int) -> HitPassage:
    shown = TEXT[start:end]
    mark = shown.index("lease")
    lanes = frozenset({"words"})
    return HitPassage(number, start, end, 1, 1, "page", "", 1.0, lanes, shown, ((mark, mark + 5),))  # type: ignore[arg-type]


HIT = replace(hit("/docs/lease.pdf"), passages=(passage(1, FIRST, FIRST + 27), passage(2, LAST, len(TEXT))))


@pytest.fixture
def pane(qtbot: QtBot) -> PreviewPane:
    made = PreviewPane()
    qtbot.addWidget(made)
    made.resize(500, 600)
    made.show()
    return made


def marked(pane: PreviewPane) -> list[str]:
    return [selection.cursor.selectedText() for selection in pane.text.extraSelections()]  # type: ignore[attr-defined]


def test_a_hit_asks_for_its_document_and_shows_the_passage_marked(qtbot: QtBot, pane: PreviewPane) -> None:
    with qtbot.waitSignal(pane.document_requested) as requested:
        pane.show_hit(HIT)
    assert requested.args == ["/docs/lease.pdf"]
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    assert marked(pane) == ["lease"]
    assert pane.text.textCursor().block().text().startswith("The lease ends")
    top = pane.text.cursorRect().top()
    assert 0 <= top < pane.text.viewport().height()


def test_the_next_passage_is_marked_in_its_own_place(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    pane.next_passage()
    assert pane.passage_number == 1
    assert pane.text.textCursor().block().text().startswith("Of the lease")
    pane.next_passage()
    assert pane.passage_number == 1
    pane.previous_passage()
    assert pane.text.textCursor().block().text().startswith("The lease ends")


def test_a_late_document_of_another_hit_is_not_shown(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/other.pdf", Document("Other", "text"))
    assert pane.text.toPlainText() == ""


def test_the_same_hit_again_keeps_the_passage_and_asks_for_nothing(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    pane.next_passage()
    with qtbot.assertNotEmitted(pane.document_requested):
        pane.show_hit(replace(HIT, score=0.5))
    assert pane.passage_number == 1


def test_a_file_without_text_says_so(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", None)
    assert not pane.text.isVisible()


def test_only_a_slice_of_a_long_document_is_laid_out(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    assert len(pane.text.toPlainText()) <= slices.MAX_CHARACTERS + 2
    assert len(TEXT) > 2 * slices.MAX_CHARACTERS


@pytest.mark.parametrize("offset", [0, 1, 39_999, 100_000, len(TEXT) - 1])
def test_a_slice_has_the_documents_own_characters(offset: int) -> None:
    piece = slices.around(DOCUMENT, offset)
    assert piece.start <= offset <= piece.end
    assert len(piece.text) == piece.end - piece.start
    assert piece.position(piece.end) >= len(piece.text)


def test_the_passage_can_be_copied_whole(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    assert pane.passage_text(HIT) == "The lease ends on 31 March."


def test_the_menu_finds_what_is_like_the_selection_or_the_passage(qtbot: QtBot, pane: PreviewPane) -> None:
    def trigger(text: str) -> list[object]:
        menu = pane.text.menu()
        action = next(entry for entry in menu.actions() if entry.text() == text)
        with qtbot.waitSignal(pane.text.similar_requested) as similar:
            action.trigger()
        menu.deleteLater()
        return list(similar.args)

    assert not next(entry for entry in pane.text.menu().actions() if entry.text().startswith("Find")).isEnabled()
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    assert trigger("Find similar passages") == ["The lease ends on 31 March."]
    cursor = pane.text.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
    pane.text.setTextCursor(cursor)
    assert trigger("Find passages similar to the selection") == ["lease"]


def test_typing_in_the_text_is_left_to_the_window(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    before = pane.text.toPlainText()
    qtbot.keyClick(pane.text, Qt.Key.Key_X)
    assert pane.text.toPlainText() == before


def test_a_document_that_was_read_meanwhile_is_shown(qtbot: QtBot, pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", None)
    assert "only the name" in pane._note.text()
    with qtbot.waitSignal(pane.document_requested) as requested:
        pane.refresh()
    assert requested.args == ["/docs/lease.pdf"]
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    assert marked(pane) == ["lease"]


def test_the_same_document_again_leaves_the_text_where_it_was_scrolled_to(pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", DOCUMENT)
    bar = pane.text.verticalScrollBar()
    bar.setValue(bar.value() + 100)
    place = bar.value()
    pane.refresh()
    pane.show_document("/docs/lease.pdf", replace(DOCUMENT))
    assert bar.value() == place


def test_what_was_said_of_one_document_is_not_said_of_the_next(pane: PreviewPane) -> None:
    pane.show_hit(HIT)
    pane.show_document("/docs/lease.pdf", None)
    pane.show_hit(replace(HIT, path="/docs/other.pdf"))
    assert pane._note.text() == ""
    pane.show_hit(HIT)
    assert "only the name" in pane._note.text()
