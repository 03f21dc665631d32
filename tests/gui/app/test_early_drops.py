"""What is dropped on the window or its search box before the library is open is taken as soon as it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.library import Library
from gui.app.application import App
from tests.gui.conftest import WAIT_MS
from tests.gui.questions import found
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

Start = Callable[..., App]


@pytest.fixture
def library(root: Path, documents: Path) -> None:
    """A library that was closed after it had read the documents."""
    with Library.open(root) as library:
        library.add_folder(documents)
        wait_until(lambda: library.progress().words.done and not library.progress().words.waiting, "they are read")


def drop_on_box(app: App, *paths: Path) -> None:
    """Drop files at the place of the search box, as Qt does: a disabled widget gets no drop, its window does."""
    box = app.window.search.box
    place = QPoint(20, 10)
    target = box
    if not box.isEnabled():
        place, target = box.mapTo(app.window, place), app.window  # type: ignore[assignment]
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(target, QDragEnterEvent(place, copy, mime, left, none))
    QApplication.sendEvent(target, QDropEvent(place.toPointF(), copy, mime, left, none))


@pytest.mark.usefixtures("library")
def test_a_file_dropped_on_the_box_while_the_library_is_opened_is_searched_for(
    qtbot: QtBot, start: Start, may_open: threading.Event, documents: Path
) -> None:
    app = start(ready=False)
    assert app.library_controller is None
    example = documents / "Flat" / "lease-2024-signed.pdf"
    drop_on_box(app, example)
    may_open.set()
    qtbot.waitUntil(lambda: bool(found(app)), timeout=WAIT_MS)
    assert app.window.search.text() == f'like:"{example}"'
    assert str(example) not in found(app)


@pytest.mark.usefixtures("library")
def test_what_is_dropped_while_another_one_has_the_library_waits_for_it(
    qtbot: QtBot, start: Start, root: Path, documents: Path
) -> None:
    window = None
    other = Library.open(root)
    try:
        app = start(ready=False)
        window = app.window
        qtbot.waitUntil(lambda: window.pages.currentWidget() is window.unusable, timeout=WAIT_MS)
        drop_on_box(app, documents / "Flat")
        example = documents / "Flat" / "lease-2024-signed.pdf"
        drop_on_box(app, example)
    finally:
        other.close()
    qtbot.waitUntil(lambda: bool(found(app)), timeout=WAIT_MS)
    assert window.search.text() == f'like:"{example}"'
    assert app.library is not None
    assert [folder.path for folder in app.library.folders()] == [str(documents)], "nothing was added"
