"""Back and forward through the queries, and the recent searches and documents of the empty page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.widgets.elided_button import ElidedButton
from tests.gui.conftest import WAIT_MS, Opened
from tests.gui.questions import ask, found

pytestmark = pytest.mark.slow

Start = Callable[..., App]
ALT = Qt.KeyboardModifier.AltModifier


def settled(qtbot: QtBot, app: App) -> None:
    """Wait until the query in the box is one to come back to."""
    navigation = app.search_controller.navigation  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not navigation._settled.isActive(), timeout=WAIT_MS)


def press(app: App, button: Qt.MouseButton) -> None:
    """Press a button of the mouse over the list."""
    target = app.window.results.viewport()
    at = QPointF(5, 5)
    everywhere = QPointF(target.mapToGlobal(QPoint(5, 5)))
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QMouseEvent(QMouseEvent.Type.MouseButtonPress, at, everywhere, button, button, none))


def test_back_and_forward_lead_through_the_queries(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    box, search = app.window.search.box, app.window.search
    assert not search.back.isEnabled()
    assert not search.forward.isEnabled()
    ask(qtbot, app, "lease", "lease")
    settled(qtbot, app)
    ask(qtbot, app, "sourdough", "Sourdough")
    settled(qtbot, app)
    qtbot.keyClick(box, Qt.Key.Key_Left, ALT)
    assert box.text() == "lease"
    qtbot.waitUntil(lambda: any("lease" in path for path in found(app)), timeout=WAIT_MS)
    press(app, Qt.MouseButton.ForwardButton)
    assert box.text() == "sourdough"
    assert not search.forward.isEnabled()
    press(app, Qt.MouseButton.BackButton)
    qtbot.mouseClick(search.back, Qt.MouseButton.LeftButton)
    assert box.text() == ""
    assert not search.back.isEnabled()
    assert search.forward.isEnabled()
    assert app.window.pages.currentWidget() is app.window.hint
    qtbot.mouseClick(search.forward, Qt.MouseButton.LeftButton)
    box.clear()
    qtbot.keyClick(box, Qt.Key.Key_Left, ALT)
    assert box.text() == "lease", "back to what was cleared"


def test_back_after_find_similar_restores_the_selection(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease OR sourdough", "lease")
    qtbot.waitUntil(lambda: not app.search_controller._reranking.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    results = app.window.results
    hit = results.rows.hits()[1]
    qtbot.mouseClick(
        results.viewport(),
        Qt.MouseButton.LeftButton,
        pos=results.visualRect(results.rows.index(results.rows.row_of(hit.path))).center(),
    )
    app.hit_actions.do("similar", hit)
    qtbot.waitUntil(lambda: bool(found(app)) and hit.path not in found(app), timeout=WAIT_MS)
    qtbot.keyClick(app.window, Qt.Key.Key_Left, ALT)
    assert app.window.search.box.text() == "lease OR sourdough"
    qtbot.waitUntil(lambda: results.current() is not None and results.current().path == hit.path, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not app.search_controller._reranking.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    assert results.current().path == hit.path, "also after reranking"  # type: ignore[union-attr]


def test_the_empty_page_shows_what_was_searched_for_and_opened(
    qtbot: QtBot, start: Start, documents: Path, opened: Opened
) -> None:
    app = start(documents)
    hint = app.window.hint
    assert hint.examples.isVisible()
    assert not hint.clear.isVisible()
    ask(qtbot, app, "lease", "lease")
    path = found(app)[0]
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(opened.paths), timeout=WAIT_MS)
    app.window.search.box.clear()
    assert not hint.examples.isVisible()
    (search,) = hint.searches.findChildren(ElidedButton)
    (document,) = hint.documents.findChildren(ElidedButton)
    assert search.text() == "lease"
    assert Path(path).name in document.text()
    qtbot.mouseClick(document, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.paths == [path, path], timeout=WAIT_MS)
    qtbot.mouseClick(search, Qt.MouseButton.LeftButton)
    assert app.window.search.box.text() == "lease"
    app.window.search.box.clear()
    qtbot.keyClick(hint.documents.findChildren(ElidedButton)[-1], Qt.Key.Key_Delete)
    assert not hint.documents.isVisible()
    assert app.library.history.documents() == []  # type: ignore[union-attr]
    qtbot.mouseClick(hint.clear, Qt.MouseButton.LeftButton)
    assert hint.examples.isVisible()
    assert app.library.history.searches() == []  # type: ignore[union-attr]


def test_a_search_without_results_is_not_remembered(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    qtbot.keyClicks(app.window.search.box, "lease ext:zzz")
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.no_results, timeout=WAIT_MS)
    settled(qtbot, app)
    assert app.library.history.searches() == []  # type: ignore[union-attr]
