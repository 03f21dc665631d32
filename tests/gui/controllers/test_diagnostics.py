"""The diagnostics in the window: why a file is not found, the doctor, the repair of a damaged library."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from core.events import ConsistencyReport, Inconsistency
from core.library import Library
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.integrity.verify import IN_USE_MARKER
from gui.app.application import App
from gui.controllers.diagnostics import DiagnosticsController
from gui.dialogs.why import WhyDialog
from tests.gui.conftest import WAIT_MS, complete
from tests.system.catalogue_state import connected

pytestmark = pytest.mark.slow


def diagnostics(app: App) -> DiagnosticsController:
    assert app.library_controller is not None
    return app.library_controller.diagnostics


def drop(dialog: WhyDialog, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, mime, left, none)
    QApplication.sendEvent(dialog, enter)
    QApplication.sendEvent(dialog, QDropEvent(QPoint(50, 50), Qt.DropAction.CopyAction, mime, left, none))


def test_a_file_dropped_on_the_dialog_is_explained(
    qtbot: QtBot, start: Callable[..., App], documents: Path, tmp_path: Path
) -> None:
    app = start(documents)
    (tmp_path / "Other").mkdir()
    outside = tmp_path / "Other" / "outside.txt"
    outside.write_text("Not in any folder.", encoding="utf-8")
    app.window.search.box.setText("zzyzx quux")
    qtbot.mouseClick(app.window.no_results.why, Qt.MouseButton.LeftButton)
    why = diagnostics(app).why
    qtbot.waitUntil(why.isVisible)
    drop(why, outside)
    qtbot.waitUntil(lambda: "none of your folders" in why.sentence.text(), timeout=WAIT_MS)
    assert "drop it on the window" in why.remedy.text()
    assert app.library_controller is not None
    qtbot.mouseClick(why.add_folder, Qt.MouseButton.LeftButton)
    adding = app.library_controller.folders.adding
    qtbot.waitUntil(lambda: adding.dialog is not None and adding.dialog.isVisible(), timeout=WAIT_MS)
    assert adding.dialog is not None
    adding.dialog.accept()
    qtbot.waitUntil(lambda: "none of your folders" not in why.sentence.text(), timeout=WAIT_MS)
    assert not why.add_folder.isVisible()
    assert str(outside.parent) in [folder.path for folder in app.library.folders()]  # type: ignore[union-attr]
    known = next(path for path in documents.rglob("*.txt"))
    drop(why, known)
    qtbot.waitUntil(lambda: "searchable by its words" in why.sentence.text(), timeout=WAIT_MS)
    assert why.ranks.text().startswith("For “zzyzx quux”: All results: ")
    assert why.file.text() == known.name


def test_the_doctor_finds_and_repairs_inconsistencies(
    qtbot: QtBot, start: Callable[..., App], documents: Path, root: Path
) -> None:
    app = start(documents)
    doctor = diagnostics(app).doctor
    doctor.examine()
    qtbot.waitUntil(lambda: doctor.title.text() == "No problems found", timeout=WAIT_MS)
    assert not doctor.repair.isVisible()
    with connected(root) as db, db:
        db.execute("UPDATE texts SET data = x'00' WHERE content_id = 1")
    qtbot.mouseClick(doctor.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(doctor.repair.isVisible, timeout=WAIT_MS)
    assert "Damaged texts: 1." in doctor.found.text()
    qtbot.mouseClick(doctor.repair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: doctor.title.text() == "No problems found", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: complete(app), timeout=WAIT_MS)
    doctor.close()


def test_the_doctor_shows_no_count_that_was_not_taken(qtbot: QtBot, start: Callable[..., App], documents: Path) -> None:
    doctor = diagnostics(start(documents)).doctor
    ailment = Inconsistency("damaged", 1, "The catalogue is damaged.", "Repairing sets it aside.")
    doctor.show_report(ConsistencyReport(ailments=(ailment,), done=True))
    shown = [doctor.counts.itemAt(place).widget() for place in range(doctor.counts.count())]
    assert [one.text() for one in shown if isinstance(one, QLabel)] == ["Last backup", "None yet"]
    assert "The catalogue is damaged." in doctor.found.text()


def test_a_damaged_library_is_repaired_only_when_asked(
    qtbot: QtBot, start: Callable[..., App], documents: Path, root: Path
) -> None:
    with Library.open(root) as library:
        library.add_folder(documents)
        library.wait("words")
    with (root / CATALOGUE_NAME).open("rb+") as file:
        file.write(bytes(8192))
    (root / IN_USE_MARKER).touch()
    app = start(ready=False)
    window = app.window
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.unusable, timeout=WAIT_MS)
    assert window.unusable.repair.isVisible()
    assert not window.unusable.retry.isVisible()
    assert "damaged catalogue is kept" in window.unusable.remedy.text()
    assert not list(root.glob("broken-*"))
    qtbot.mouseClick(window.unusable.repair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.library_controller is not None, timeout=WAIT_MS)
    assert "set aside as broken-" in window.banner.sentence.text()
    assert len(list(root.glob("broken-*/catalogue.sqlite"))) == 1


def break_an_index(root: Path) -> None:
    """Overwrite a page of an index in the catalogue, as a crash may, and leave its texts intact."""
    with closing(sqlite3.connect(root / CATALOGUE_NAME)) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'files_by_time'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with (root / CATALOGUE_NAME).open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    (root / IN_USE_MARKER).touch()


def test_a_repair_shows_how_far_it_is_and_can_be_cancelled(
    qtbot: QtBot, start: Callable[..., App], documents: Path, root: Path
) -> None:
    with Library.open(root) as library:
        library.add_folder(documents)
        library.wait("words")
    break_an_index(root)
    app = start(ready=False)
    window, waiting = app.window, app.window.opening
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.unusable, timeout=WAIT_MS)
    gate, tell = threading.Event(), waiting.progress.report

    def slowly(what: str, done: int, total: int) -> None:
        tell(what, done, total)
        if what == "Saving texts and vectors":
            gate.wait()

    waiting.progress.report = slowly  # type: ignore[method-assign]
    qtbot.mouseClick(window.unusable.repair, Qt.MouseButton.LeftButton)
    try:
        qtbot.waitUntil(lambda: "Saving texts and vectors: " in waiting.progress.text.text(), timeout=WAIT_MS)
        assert waiting.progress.isVisible()
        qtbot.mouseClick(waiting.cancel, Qt.MouseButton.LeftButton)
        assert not waiting.cancel.isEnabled()
    finally:
        gate.set()
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.unusable, timeout=WAIT_MS)
    assert not list(root.glob("broken-*"))
    qtbot.mouseClick(window.unusable.repair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.library_controller is not None, timeout=WAIT_MS)
    assert len(list(root.glob("broken-*/catalogue.sqlite"))) == 1


def test_closing_the_window_leaves_a_repair(
    qtbot: QtBot, start: Callable[..., App], documents: Path, root: Path
) -> None:
    with Library.open(root) as library:
        library.add_folder(documents)
        library.wait("words")
    break_an_index(root)
    app = start(ready=False)
    window, waiting = app.window, app.window.opening
    qtbot.waitUntil(lambda: window.pages.currentWidget() is window.unusable, timeout=WAIT_MS)
    came = threading.Event()

    def slowly(what: str, _done: int, _total: int) -> None:
        if what == "Saving texts and vectors" and app.opening._repairing is not None:
            came.set()
            app.opening._repairing.wait()

    waiting.progress.report = slowly  # type: ignore[method-assign]
    qtbot.mouseClick(window.unusable.repair, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(came.is_set, timeout=WAIT_MS)
    app.quit()
    assert app.close()
    assert app.library is None
    assert not list(root.glob("broken-*"))
