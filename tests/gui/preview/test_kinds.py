"""The preview of twelve kinds of file in the real window, from the real library and the real drawing process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.app.application import App
from tests.builders.documents import pdf
from tests.builders.previewed_documents import KINDS, write_kinds
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow

Start = Callable[..., App]


def show(qtbot: QtBot, app: App, word: str, name: str) -> None:
    """Search for a word, and make a document current."""
    app.window.search.box.setText(word)
    rows = app.window.results.rows

    def row() -> int:
        return next((n for n in range(rows.rowCount()) if (hit := rows.hit(n)) and hit.path.endswith(name)), -1)

    qtbot.waitUntil(lambda: row() >= 0, timeout=WAIT_MS)
    app.window.results.enter()  # so that the next hits leave it current
    app.window.results.setCurrentIndex(rows.index(row()))
    qtbot.waitUntil(lambda: app.window.preview.path.endswith(name), timeout=WAIT_MS)


def is_shown(app: App, word: str, view: str) -> bool:
    """Whether the word is marked as the current match in the expected view."""
    preview = app.window.preview
    body, navigation = preview.body, preview.navigation
    if body.view != view or body.shows_note:
        return False
    match view:
        case "page":
            pages = body.pages
            has_picture = bool(pages._pictures.of(pages.page))
            return has_picture and (not navigation.has_text or bool(pages.marks.boxes(pages.page).current))
        case "table":
            current = body.table.grid.currentIndex()
            return word in str(current.data() or "") and current.data(Qt.ItemDataRole.BackgroundRole) is not None
    marked = [one.cursor.selectedText() for one in preview.reading.extraSelections()]  # type: ignore[attr-defined]
    return word in marked


def test_each_kind_is_shown_in_its_own_way(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    app = start(write_kinds(tmp_path / "Kinds"))
    preview = app.window.preview
    for name, (word, view) in KINDS.items():
        show(qtbot, app, word, name)
        qtbot.waitUntil(lambda: is_shown(app, word, view), timeout=WAIT_MS)  # noqa: B023
        match name:
            case "agreement.pdf":
                check_pdf(qtbot, app)
            case "scan of a beach.png":
                assert preview.body.facts.isVisible()
            case "sheet.xlsx":
                tabs = preview.body.table.tabs
                assert [tabs.tabText(n) for n in range(tabs.count())] == ["Coast", "Empty"]
            case "notes.md":
                shown = preview.body.formatted.toPlainText()
                assert "Finding the way" in shown
                assert "#" not in shown
                assert "**" not in shown
            case "article.html":
                shown = preview.body.formatted.toPlainText()
                assert "hidden" not in shown
                assert "•  logs" in shown
            case "talk.odp":
                assert "Numbers" in preview.header.place.text()
            case "tides.py":
                qtbot.waitUntil(lambda: has_colours(app), timeout=WAIT_MS)


def check_pdf(qtbot: QtBot, app: App) -> None:
    """All three matches are counted and gone through; the text view has them too, and a selection is copied."""
    preview = app.window.preview
    pages = preview.body.pages
    assert preview.tools.position.text() == "1 of 3"
    assert preview.header.place.text() == "Page 2 of 3"
    preview.next_match()
    qtbot.waitUntil(lambda: bool(pages.marks.boxes(2).current), timeout=WAIT_MS)
    assert preview.tools.position.text() == "2 of 3"
    assert len(pages.marks.boxes(2).words) == 1
    assert pages.marks.boxes(1).words
    pages.selection.select_page(2)
    pages.copy_selection()
    assert QGuiApplication.clipboard().text() == "Back to the harbour, and harbours."
    preview.tools._buttons["text"].click()
    marked = [one.cursor.selectedText() for one in preview.body.text.extraSelections()]  # type: ignore[attr-defined]
    assert sorted(marked) == ["harbour", "harbour", "harbours"]
    preview.tools._buttons["page"].click()
    preview.find_in_document()
    qtbot.keyClicks(preview.find_bar.field, "the")
    qtbot.waitUntil(lambda: preview.tools.position.text().endswith("of 4"), timeout=WAIT_MS)
    qtbot.keyClick(preview.find_bar.field, Qt.Key.Key_Escape)
    assert preview.tools.position.text().endswith("of 3")


def has_colours(app: App) -> bool:
    """Whether the first line of code has more than one colour."""
    block = app.window.preview.body.text.document().begin()
    return len({one.format.foreground().color().name() for one in block.layout().formats()}) > 1


def test_the_last_match_leads_on_to_the_next_hit(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "Two"
    folder.mkdir()
    (folder / "one.txt").write_text("A quokka and a quokka.")
    (folder / "two.txt").write_text("Nothing, and then a quokka; nothing else of that kind here, only more words.")
    app = start(folder)
    preview = app.window.preview
    app.window.search.box.setText("quokka")
    qtbot.waitUntil(lambda: len(app.window.results.rows.hits()) == 2, timeout=WAIT_MS)
    search = app.search_controller
    assert search is not None
    qtbot.waitUntil(lambda: not search._searching.busy and not search._reranking.busy, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: " of " in preview.tools.position.text(), timeout=WAIT_MS)
    first = preview.path
    seen = []
    for _ in range(3):
        seen.append((preview.path, preview.tools.position.text()))
        preview.next_match()
        qtbot.waitUntil(lambda: " of " in preview.tools.position.text(), timeout=WAIT_MS)
    assert len({path for path, _ in seen}) == 2
    assert sorted(text for _, text in seen) == ["1 of 1", "1 of 2", "2 of 2"]
    last = preview.path
    preview.next_match()
    assert preview.path == last != first


def test_a_document_that_is_damaged_locked_or_gone_says_so(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    import io

    from pypdf import PdfReader, PdfWriter

    folder = tmp_path / "Trouble"
    folder.mkdir()
    (folder / "broken-abacus.pdf").write_bytes(b"%PDF-1.4 and then nothing")
    (folder / "gone-abacus.pdf").write_bytes(pdf(["An abacus of wood"]))
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["Beads"]))))
    writer.encrypt("sesame", algorithm="AES-256")
    writer.write(folder / "locked-abacus.pdf")
    app = start(folder)
    preview = app.window.preview
    note = preview.body.note

    def says(text: str) -> None:
        qtbot.waitUntil(lambda: preview.body.shows_note and text in note.sentence.text(), timeout=WAIT_MS)

    show(qtbot, app, "abacus", "broken-abacus.pdf")
    says("damaged")
    assert not note.password.isVisible()
    show(qtbot, app, "abacus", "locked-abacus.pdf")
    says("protected")
    qtbot.keyClicks(note.password, "wrong")
    qtbot.keyClick(note.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "not the password" in note.remedy.text(), timeout=WAIT_MS)
    qtbot.keyClicks(note.password, "sesame")
    qtbot.keyClick(note.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(preview.body.pages._pictures.of(0)), timeout=WAIT_MS)
    app.library.indexing.pause(None)
    (folder / "gone-abacus.pdf").unlink()
    show(qtbot, app, "abacus wood", "gone-abacus.pdf")
    says("does not exist")
    qtbot.waitUntil(note.show_text.isVisible, timeout=WAIT_MS)
    note.show_text.click()
    assert "An abacus of wood" in preview.body.text.toPlainText()


@pytest.mark.parametrize("size", [(700, 500), (1400, 900)])
def test_a_hidden_preview_can_be_shown_again(
    qtbot: QtBot, start: Start, documents: Path, size: tuple[int, int]
) -> None:
    app = start(documents)
    window = app.window
    window.resize(*size)
    window.search.box.setText("lease")
    qtbot.waitUntil(lambda: bool(window.results.rows.hits()), timeout=WAIT_MS)
    if not window.preview.isVisible():
        window.search.preview.click()
    assert window.preview.isVisible()
    window.search.preview.click()
    assert not window.preview.isVisible()
    assert not window.search.preview.isChecked()
    assert window.search.preview.isVisible()
    window.search.preview.click()
    assert window.preview.isVisible()
    assert window.search.preview.isChecked()
