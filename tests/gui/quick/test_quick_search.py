"""The quick search on a real library: typing, keys, recent documents, and what it says when there is nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.quick.popup import QuickSearch
from gui.quick.recent_model import RecentRow
from tests.gui.conftest import WAIT_MS, Opened

pytestmark = pytest.mark.slow

NONE, CONTROL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def app(start: Callable[..., App], documents: Path) -> App:
    return start(documents)


@pytest.fixture
def quick(app: App, qtbot: QtBot) -> QuickSearch:
    app.residence.toggle_quick_search()
    qtbot.waitUntil(app.residence.quick.isVisible, timeout=WAIT_MS)
    return app.residence.quick


def search(quick: QuickSearch, qtbot: QtBot, text: str) -> None:
    qtbot.keyClicks(quick.box, text)
    qtbot.waitUntil(lambda: quick._look == "rows" and not quick._is_stale, timeout=WAIT_MS)


def press(quick: QuickSearch, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    qtbot.keyClick(quick.box, key, modifiers)


def test_typing_and_enter_open_the_first_document(quick: QuickSearch, qtbot: QtBot, app: App, opened: Opened) -> None:
    search(quick, qtbot, "deposit")
    first = quick.hits.hits()[0].path
    assert "deposit" in quick.hits.hits()[0].snippet
    press(quick, qtbot, Qt.Key.Key_Return)
    assert quick.isHidden()
    qtbot.waitUntil(lambda: opened.paths == [first], timeout=WAIT_MS)
    assert app.library is not None
    assert [entry.text for entry in app.library.history.searches()] == ["deposit"]


def test_enter_before_the_rows_are_there_waits_for_them(quick: QuickSearch, qtbot: QtBot, opened: Opened) -> None:
    qtbot.keyClicks(quick.box, "deposit")
    press(quick, qtbot, Qt.Key.Key_Return)
    assert quick.isVisible()
    assert opened.paths == []
    qtbot.waitUntil(lambda: len(opened.paths) == 1, timeout=WAIT_MS)
    assert quick.isHidden()


def test_rows_of_an_earlier_text_that_come_late_are_not_chosen(
    quick: QuickSearch, qtbot: QtBot, opened: Opened
) -> None:
    search(quick, qtbot, "deposit")
    earlier = quick.hits.hits()
    quick.box.selectAll()
    qtbot.keyClicks(quick.box, "lisbon")
    quick.show_hits(earlier)  # as when the library has changed meanwhile
    press(quick, qtbot, Qt.Key.Key_Return)
    assert quick.isVisible()
    qtbot.waitUntil(lambda: bool(opened.paths), timeout=WAIT_MS)
    assert "Travel" in opened.paths[0]


def test_a_choice_of_rows_that_were_not_there_is_forgotten_with_the_next_letter(
    quick: QuickSearch, qtbot: QtBot, opened: Opened
) -> None:
    qtbot.keyClicks(quick.box, "depo")
    press(quick, qtbot, Qt.Key.Key_Return)
    search(quick, qtbot, "sit")
    assert quick.isVisible()
    assert opened.paths == []


def test_keys_choose_the_row(quick: QuickSearch, qtbot: QtBot, opened: Opened) -> None:
    search(quick, qtbot, "the")
    hits = quick.hits.hits()
    assert 3 <= len(hits) <= 8
    rows = [quick.results.currentIndex().row()]
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Up):
        press(quick, qtbot, key)
        rows.append(quick.results.currentIndex().row())
    assert rows == [0, 0, 1, 2, len(hits) - 1, len(hits) - 2]
    press(quick, qtbot, Qt.Key.Key_3, ALT)
    qtbot.waitUntil(lambda: opened.paths == [hits[2].path], timeout=WAIT_MS)


def test_the_row_that_was_moved_to_stays_current(quick: QuickSearch, qtbot: QtBot) -> None:
    search(quick, qtbot, "the")
    press(quick, qtbot, Qt.Key.Key_Down)
    hits = quick.hits.hits()
    quick.show_hits([*reversed(hits)])
    assert quick.hits.hit(quick.results.currentIndex().row()) == hits[1]


def test_control_enter_shows_the_folder(quick: QuickSearch, qtbot: QtBot, opened: Opened) -> None:
    search(quick, qtbot, "deposit")
    path = quick.hits.hits()[0].path
    press(quick, qtbot, Qt.Key.Key_Return, CONTROL)
    qtbot.waitUntil(lambda: opened.paths == [os.path.dirname(path)], timeout=WAIT_MS)


def test_tab_hands_the_query_to_the_window(quick: QuickSearch, qtbot: QtBot, app: App) -> None:
    app.window.hide()
    search(quick, qtbot, "deposit")
    press(quick, qtbot, Qt.Key.Key_Tab)
    assert quick.isHidden()
    assert app.window.isVisible()
    assert app.window.search.box.text() == "deposit"
    qtbot.waitUntil(lambda: app.window.results.rows.rowCount() > 0, timeout=WAIT_MS)


def test_escape_hides_and_the_last_query_is_selected(quick: QuickSearch, qtbot: QtBot) -> None:
    search(quick, qtbot, "deposit")
    press(quick, qtbot, Qt.Key.Key_Escape)
    assert quick.isHidden()
    quick.toggle()
    assert quick.box.selectedText() == "deposit"
    qtbot.waitUntil(lambda: quick._look == "rows", timeout=WAIT_MS)
    quick.toggle()
    assert quick.isHidden()


def test_an_empty_box_shows_what_was_used_last(
    quick: QuickSearch, qtbot: QtBot, app: App, documents: Path, opened: Opened
) -> None:
    assert "Type what you remember" in quick.line.text()
    assert app.library is not None
    here = next(documents.rglob("*.pdf"))
    app.library.history.add_document(str(here))
    app.library.history.add_document(str(documents / "gone.pdf"))
    app.library.history.add_search("lisbon")
    quick.hide()
    quick.toggle()
    qtbot.waitUntil(lambda: quick.recent.rowCount() == 2, timeout=WAIT_MS)
    assert [quick.recent.row(0), quick.recent.row(1)] == [RecentRow(str(here), "pdf"), RecentRow("lisbon")]
    press(quick, qtbot, Qt.Key.Key_2, ALT)
    assert quick.box.text() == "lisbon"
    qtbot.waitUntil(lambda: quick._look == "rows", timeout=WAIT_MS)
    quick.box.clear()
    qtbot.waitUntil(lambda: quick._look == "recent", timeout=WAIT_MS)
    press(quick, qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened.paths == [str(here)], timeout=WAIT_MS)


def test_nothing_found_is_said(quick: QuickSearch, qtbot: QtBot) -> None:
    qtbot.keyClicks(quick.box, "name:zzzzqqqq")
    qtbot.waitUntil(lambda: "Nothing found" in quick.line.text(), timeout=WAIT_MS)
    assert quick._look == "line"
    press(quick, qtbot, Qt.Key.Key_Return)
    assert quick.isVisible()


def test_what_cannot_be_opened_is_said_in_the_pop_up(quick: QuickSearch, qtbot: QtBot, opened: Opened) -> None:
    opened.answers = False
    search(quick, qtbot, "deposit")
    press(quick, qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(quick.isVisible, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "No application can open" in quick.line.text(), timeout=WAIT_MS)


def test_every_row_has_a_name_and_a_height(quick: QuickSearch, qtbot: QtBot) -> None:
    search(quick, qtbot, "the")
    option = QStyleOptionViewItem()
    option.initFrom(quick.results)
    for view in (quick.results, quick.recents):
        quick.recent.show([RecentRow("/a/b.pdf", "pdf"), RecentRow("lisbon")])
        for row in range(view.model().rowCount()):
            index = view.model().index(row, 0)
            assert index.data(Qt.ItemDataRole.AccessibleTextRole)
            assert view.itemDelegate().sizeHint(option, index).height() > 20
    assert quick.height() <= quick.screen().availableGeometry().height()
    assert QApplication.focusWidget() in {quick.box, None}


def test_without_a_library_it_says_that_it_is_being_opened(start: Callable[..., App], qtbot: QtBot) -> None:
    app = start(ready=False)
    app.residence.toggle_quick_search()
    assert app.residence.quick.line.text() == "Opening your library…"
    qtbot.keyClicks(app.residence.quick.box, "deposit")
    qtbot.waitUntil(lambda: app.library_controller is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "No documents are searchable yet" in app.residence.quick.line.text(), timeout=WAIT_MS)
