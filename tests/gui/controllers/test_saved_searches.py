"""Saved searches in the side panel: saved, chosen, renamed, removed and taken back, and what is new told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.controllers.saved_searches import SavedSearchController
from gui.folders.model import FolderRoles
from gui.search.saved_list import SavedRoles
from tests.gui.conftest import WAIT_MS, wait_complete
from tests.gui.questions import ask, found

pytestmark = pytest.mark.slow

Start = Callable[..., App]
CONTROL = Qt.KeyboardModifier.ControlModifier


def saved(app: App) -> list[tuple[str, int | None]]:
    items = app.window.folders.saved.items
    return [(items.item(row).text(), items.item(row).data(SavedRoles.COUNT)) for row in range(items.rowCount())]


def save(qtbot: QtBot, app: App, query: str, name: str, *, notify: bool = False) -> SavedSearchController:
    controller = app.extras.saved_searches
    assert controller is not None
    app.window.search.box.setText(query)
    qtbot.keyClick(app.window, Qt.Key.Key_D, CONTROL)
    assert controller.dialog is not None
    assert controller.dialog.name.text() == query
    controller.dialog.name.setText(name)
    controller.dialog.notify.setChecked(notify)
    qtbot.keyClick(controller.dialog.name, Qt.Key.Key_Return)
    assert controller.dialog is None
    return controller


def menu_entry(app: App, text: str) -> None:
    """Choose an entry of the menu of the first saved search."""
    view = app.window.folders.saved
    menu: QMenu = view.menu_for(view.items.index(0, 0))
    next(action for action in menu.actions() if action.text() == text).trigger()
    menu.close()


def test_a_search_is_saved_chosen_and_removed_with_a_way_back(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    assert not app.window.filters.save.isEnabled()
    save(qtbot, app, "lease sort:date", "My lease")
    view = app.window.folders.saved
    qtbot.waitUntil(lambda: len(saved(app)) == 1 and bool(saved(app)[0][1]), timeout=WAIT_MS)
    assert saved(app)[0][0] == "My lease"
    assert view.items.item(0).data(SavedRoles.MARKED), "it is the one that is shown"
    app.window.search.box.clear()
    assert not view.items.item(0).data(SavedRoles.MARKED)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.items.index(0, 0)).center())
    assert app.window.search.box.text() == "lease sort:date"
    qtbot.waitUntil(lambda: any("lease" in path for path in found(app)), timeout=WAIT_MS)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert saved(app) == []
    assert app.window.toast.isVisible()
    qtbot.mouseClick(app.window.toast.action, Qt.MouseButton.LeftButton)
    assert saved(app)[0][0] == "My lease"


def test_a_search_is_renamed(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    controller = save(qtbot, app, "lease", "Old")
    menu_entry(app, "Rename…")
    assert controller.dialog is not None
    assert controller.dialog.name.text() == "Old"
    controller.dialog.name.clear()
    assert not controller.dialog.save.isEnabled()
    controller.dialog.name.setText("New")
    qtbot.mouseClick(controller.dialog.save, Qt.MouseButton.LeftButton)
    assert [name for name, _ in saved(app)] == ["New"]


def test_only_who_wants_to_hear_of_new_matches_does(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    told: list[tuple[str, str, str]] = []
    controller = save(qtbot, app, "lease", "Lease")
    controller._tell = lambda *said: told.append(said)
    qtbot.waitUntil(lambda: bool(saved(app)[0][1]), timeout=WAIT_MS)
    before = saved(app)[0][1] or 0
    for number, notify in enumerate((False, True), start=1):
        if notify:
            menu_entry(app, "Notify me of new matches")
        (documents / f"another{number}.txt").write_text("The lease of the garden.", encoding="utf-8")
        app.library_controller.folders.rescan()  # type: ignore[union-attr]
        total = before + number
        qtbot.waitUntil(lambda total=total: _checked(controller, app, total), timeout=WAIT_MS)  # type: ignore[misc]
        assert told == ([("1 new document for “Lease”", "another2.txt", "lease")] if notify else [])
    wait_complete(qtbot, app)


def _checked(controller: SavedSearchController, app: App, total: int) -> bool:
    """Whether so many documents match, asking again now instead of in a minute."""
    controller.check()
    return saved(app)[0][1] == total


def test_a_click_on_a_folder_searches_in_it_and_another_click_in_all(
    qtbot: QtBot, start: Start, documents: Path
) -> None:
    app = start(documents / "Kitchen", documents / "Flat")
    ask(qtbot, app, "lease OR sourdough", "lease")
    view = app.window.folders.view
    qtbot.waitUntil(lambda: app.window.folders.rows.rowCount() == 2, timeout=WAIT_MS)
    place = view.visualRect(app.window.folders.rows.index(app.window.folders.rows.row_of(str(documents / "Flat"))))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    assert app.window.search.box.text().startswith("lease OR sourdough in:")
    assert app.window.filters.buttons["in"].accessibleName() == "Folder: Flat"
    row = app.window.folders.rows.row_of(str(documents / "Flat"))
    assert app.window.folders.rows.index(row).data(FolderRoles.MARKED)
    qtbot.waitUntil(lambda: bool(found(app)) and all("/Flat/" in path for path in found(app)), timeout=WAIT_MS)
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
    assert app.window.search.box.text() == "lease OR sourdough"
    rows = app.window.folders.rows
    assert not any(rows.index(row).data(FolderRoles.MARKED) for row in range(rows.rowCount()))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert app.window.filters.buttons["in"].is_set
