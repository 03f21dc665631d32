"""Drops: files dropped on the window are added, on the search box they become part of the query."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.application import App
from tests.gui.conftest import WAIT_MS

Start = Callable[..., App]
Keys = Qt.KeyboardModifier


@pytest.mark.usefixtures("unhurried_count")
def test_files_dropped_on_the_window_are_added_and_the_overlay_shows_meanwhile(
    qtbot: QtBot, start: Start, documents: Path
) -> None:
    app = start()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(documents)), QUrl("https" + "://example.invalid/")])
    place, copy, left, none = QPoint(50, 50), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Keys.NoModifier
    QApplication.sendEvent(app.window, QDragEnterEvent(place, copy, mime, left, none))
    assert app.window.overlay.isVisible()
    QApplication.sendEvent(app.window, QDropEvent(place.toPointF(), copy, mime, left, none))
    assert not app.window.overlay.isVisible()
    assert app.library is not None
    qtbot.waitUntil(lambda: [folder.path for folder in app.library.folders()] == [str(documents)], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: app.window.folders.rows.rowCount() == 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.hint, timeout=WAIT_MS)
    QApplication.sendEvent(app.window, QDragEnterEvent(place, copy, mime, left, none))
    nothing = QMimeData()
    QApplication.sendEvent(app.window, QDropEvent(place.toPointF(), copy, nothing, left, none))
    assert not app.window.overlay.isVisible(), "of a program that ended before it gave its files"


def test_a_document_or_a_folder_dropped_on_the_search_box_is_asked_about(
    qtbot: QtBot, start: Start, documents: Path
) -> None:
    app = start(documents)
    box, overlay = app.window.search.box, app.window.overlay
    place, copy, left, none = QPoint(20, 10), Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Keys.NoModifier

    def drop(*paths: Path) -> None:
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        mime.setText("as a file manager writes it")
        QApplication.sendEvent(box, QDragEnterEvent(place, copy, mime, left, none))
        assert overlay.isVisible()
        QApplication.sendEvent(box, QDropEvent(place.toPointF(), copy, mime, left, none))
        assert not overlay.isVisible()

    added: list[object] = []
    overlay.dropped.connect(added.append)
    some = next(path for path in sorted(documents.rglob("*")) if path.is_file())
    drop(some)
    assert box.text() == f'like:"{some}"'
    assert app.library is not None
    assert app.library.queries.parse(box.text()).likes == (str(some),)
    box.setText("the lease")
    drop(documents)
    assert box.text() == f'in:"{documents}" the lease'
    drop(documents, some)
    assert box.text() == f'in:"{documents}" like:"{some}"'
    assert added == []
    other = documents.parent / "other"
    other.mkdir()
    box.clear()
    drop(documents, other)
    assert box.text() == f'(in:"{documents}" OR in:"{other}")'
    box.setText(f"{box.text()} the lease")
    drop(other)
    assert box.text() == f'in:"{other}" the lease'
    box.setEnabled(False)
    drop(some)
    assert box.text() == f'in:"{other}" the lease'
    box.setEnabled(True)
    text = QMimeData()
    text.setText("words")
    box.clear()
    QApplication.sendEvent(box, QDragEnterEvent(place, copy, text, left, none))
    QApplication.sendEvent(box, QDropEvent(place.toPointF(), copy, text, left, none))
    assert box.text() == "words"
