"""Folders, problems, exclusions and pauses in the real window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from core.events import Problem
from core.library import Library
from gui.app.application import App
from gui.widgets.elided_button import ElidedButton
from tests.builders import multilingual_folder
from tests.gui.conftest import WAIT_MS, Opened
from tests.gui.questions import ask

pytestmark = pytest.mark.slow

Start = Callable[..., App]
Keys = Qt.KeyboardModifier


def test_what_is_searched_already_is_said_when_it_is_dropped_again(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    banner, controller = app.window.banner, app.library_controller
    assert controller is not None
    controller.folders.add([str(documents)])  # as at each start with a folder
    assert not banner.isVisible()
    controller.folders.add_dropped([str(documents)])
    assert banner.sentence.text() == "“Documents” is already searchable."
    controller.folders.add_dropped([str(documents / "Kitchen")])
    assert banner.sentence.text() == "“Kitchen” is already searchable as part of “Documents”."
    ask(qtbot, app, "lease", "lease")
    assert not banner.isVisible()


def test_a_folder_that_cannot_be_added_is_said_in_the_banner(qtbot: QtBot, start: Start, tmp_path: Path) -> None:
    app = start()
    assert app.library_controller is not None
    app.library_controller.folders.add([str(tmp_path / "nowhere")])
    assert app.window.banner.isVisible()
    assert "nowhere" in app.window.banner.sentence.text()


def test_a_folder_is_removed_after_a_question(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    panel = app.window.folders
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1, timeout=WAIT_MS)
    panel.view.setCurrentIndex(panel.rows.index(0))
    qtbot.keyClick(panel.view, Qt.Key.Key_Delete)
    box = next(widget for widget in app.window.findChildren(QMessageBox) if widget.isVisible())
    assert "untouched" in box.informativeText()
    remove = next(button for button in box.buttons() if button.property("path"))
    qtbot.mouseClick(remove, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is app.window.no_folders, timeout=WAIT_MS)
    assert documents.is_dir()


def test_problems_are_counted_listed_and_tried_again(
    qtbot: QtBot, start: Start, documents: Path, tmp_path: Path, opened: Opened
) -> None:
    multilingual_folder.write_unreadable(documents / "Scans")
    app = start(documents)
    qtbot.waitUntil(app.window.status.problems.isVisible, timeout=WAIT_MS)
    qtbot.mouseClick(app.window.status.problems, Qt.MouseButton.LeftButton)
    assert app.library_controller is not None
    dialog = app.library_controller.problems.dialog
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: dialog.rows.count == 4, timeout=WAIT_MS)
    broken = documents / "Scans" / "tax return 2019.pdf"
    broken.write_bytes(
        multilingual_folder.pdf(["Income and expenses of the year 2019, as declared in the following spring."])
    )
    dialog.tree.select(str(broken))
    qtbot.mouseClick(dialog.open_folder, Qt.MouseButton.LeftButton)
    assert opened.paths == [str(broken.parent)]
    qtbot.mouseClick(dialog.retry_chosen, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.rows.index_of(str(broken)).isValid(), timeout=WAIT_MS)
    assert dialog.rows.count == 3


def test_ignored_problems_leave_the_count_until_that_is_undone(qtbot: QtBot, start: Start, documents: Path) -> None:
    multilingual_folder.write_unreadable(documents / "Scans")
    app = start(documents)
    status = app.window.status
    qtbot.waitUntil(lambda: status.problems.accessibleName() == "4 problems", timeout=WAIT_MS)
    assert app.library is not None
    assert app.library_controller is not None
    dialog = app.library_controller.problems.dialog
    dialog.show()
    dialog.tree.selectAll()
    qtbot.keyClick(dialog.tree, Qt.Key.Key_Delete)
    assert not status.problems.isVisible()
    assert dialog.title.text() == "No problems"
    qtbot.waitUntil(lambda: app.library is not None and not app.library.problems(), timeout=WAIT_MS)
    app.library_controller.show_lists()
    qtbot.mouseClick(dialog.other_list, Qt.MouseButton.LeftButton)
    assert dialog.title.text() == "4 ignored files"
    qtbot.mouseClick(dialog.toast.action, Qt.MouseButton.LeftButton)
    assert status.problems.accessibleName() == "4 problems"
    qtbot.waitUntil(lambda: app.library is not None and len(app.library.problems()) == 4, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: dialog.rows.count == 4, timeout=WAIT_MS)


def test_pausing_says_so_and_for_how_long(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    status = app.window.status
    assert app.library is not None
    menu = status.pause_menu()
    assert [action.text() for action in menu.actions()][1] == "Pause for 1 hour"
    menu.actions()[1].trigger()
    assert app.library.indexing.paused
    assert status.summary.text().startswith("Paused until ")
    assert status.resume.isVisible()
    qtbot.mouseClick(status.resume, Qt.MouseButton.LeftButton)
    assert not app.library.indexing.paused
    assert not status.resume.isVisible()
    status.pause_menu().actions()[-1].trigger()
    assert status.summary.text() == "Paused"
    qtbot.mouseClick(status.pause, Qt.MouseButton.LeftButton)
    assert not app.library.indexing.paused


def test_a_click_on_pause_asks_for_how_long(qtbot: QtBot, start: Start) -> None:
    app = start()
    qtbot.mouseClick(app.window.status.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    assert app.library is not None
    assert not app.library.indexing.paused


def test_what_is_left_out_is_previewed_while_typing_and_gone_when_saved(
    qtbot: QtBot, start: Start, documents: Path
) -> None:
    app = start(documents)
    panel = app.window.folders
    qtbot.waitUntil(lambda: panel.rows.rowCount() == 1, timeout=WAIT_MS)
    panel.exclude_requested.emit(str(documents))
    dialog = app.library_controller.folders._exclusions  # type: ignore[union-attr]
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.effect.text() == "Hides nothing.", timeout=WAIT_MS)
    dialog.lines.setPlainText("Kitchen/")
    qtbot.waitUntil(lambda: dialog.effect.text().startswith("Hides ") and "nothing" not in dialog.effect.text())
    assert dialog.examples.text() == "Kitchen/"
    dialog.lines.setPlainText("!")
    qtbot.waitUntil(lambda: "not a valid pattern" in dialog.effect.text(), timeout=WAIT_MS)
    assert not dialog.save.isEnabled()
    dialog.lines.setPlainText("Kitchen/\n\n")
    qtbot.waitUntil(dialog.save.isEnabled, timeout=WAIT_MS)
    dialog.gitignore.setChecked(True)
    dialog.accept()
    assert app.library is not None
    qtbot.waitUntil(lambda: app.library.exclusions.get(documents).patterns == ("Kitchen/",), timeout=WAIT_MS)
    assert app.library.exclusions.get(documents).gitignore
    qtbot.waitUntil(lambda: not app.library.search("sourdough", lanes=("words",)), timeout=WAIT_MS)


def test_the_lists_are_read_on_another_thread(
    qtbot: QtBot, start: Start, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = start(documents)
    assert app.library is not None
    assert app.library_controller is not None
    threads: list[threading.Thread] = []
    read = type(app.library).problems

    def problems(library: Library, *, with_ignored: bool = False) -> list[Problem]:
        threads.append(threading.current_thread())
        return read(library, with_ignored=with_ignored)

    monkeypatch.setattr(type(app.library), "problems", problems)
    app.library_controller.show_lists()
    qtbot.waitUntil(lambda: bool(threads), timeout=WAIT_MS)
    assert threading.main_thread() not in threads


def test_the_selected_folder_is_marked_and_the_button_to_add_one_stays(
    qtbot: QtBot, start: Start, documents: Path
) -> None:
    app = start(documents)
    panel = app.window.folders
    (add,) = panel.findChildren(ElidedButton)
    row = panel.view.visualRect(panel.rows.index(0))
    edge = QPoint(row.right() - 20, row.top() + 4)

    def ground() -> QColor:
        return panel.view.viewport().grab().toImage().pixelColor(edge)

    before, place = ground(), add.geometry()
    panel.view.selectionModel().select(panel.rows.index(0), QItemSelectionModel.SelectionFlag.Select)
    assert ground() != before
    assert add.geometry() == place
