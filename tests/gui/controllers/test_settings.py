"""The settings: one dialog at a time; this and every other dialog is gone once it is closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from core.events import Folder
from gui.app.application import App
from gui.status.details import StatusDetails
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow

Start = Callable[..., App]
ROUNDS = 3
FEW = (QDialog, QMenu, StatusDetails)


def living(window: QWidget) -> dict[str, int]:
    """The number of dialogs, menus and popups by class; those that are kept for the next opening are among them."""
    counts: dict[str, int] = {}
    for widget in QApplication.allWidgets():
        if isinstance(widget, FEW) and widget is not window:
            name = type(widget).__name__
            counts[name] = counts.get(name, 0) + 1
    return counts


def openers(app: App, folder: Folder) -> dict[str, Callable[[], object]]:
    """What opens each dialog, as a click or its key does."""
    assert app.library_controller is not None
    assert app.extras is not None
    controller, window = app.library_controller, app.window
    diagnostics, hit = controller.diagnostics, window.results.rows.results()[0]
    files = app.hit_actions.files
    return {
        "settings": controller.settings.show,
        "problems": controller.problems.dialog.show,
        "why": diagnostics.show_why,
        "check": diagnostics.doctor.examine,
        "privacy": diagnostics.privacy.open_view,
        "measure": diagnostics.measure.measure,
        "rebuild": controller.maintenance.ask_to_rebuild,
        "syntax": app.help.show_sheet,
        "manual": app.help.show_contents,
        "details": window.status.show_details,
        "dates": window.filters._choose_dates,
        "properties": lambda: files.do("properties", [hit]),
        "exclusions": lambda: controller.folders.show_exclusions(folder.path),
        "removal": lambda: window.folders.removal_box(folder).open(),
        "price": lambda: controller.folders.add_priced([str(Path(folder.path).parent)]),
        "save search": app.extras.saved_searches.save,
    }


def close_all(qtbot: QtBot, app: App) -> None:
    """Close what was opened, as Esc does."""
    for widget in QApplication.topLevelWidgets():
        if isinstance(widget, FEW) and widget.isVisible():
            widget.close()
    qtbot.waitUntil(lambda: app.window.isActiveWindow() or not QApplication.activeModalWidget(), timeout=WAIT_MS)


def test_a_dialog_is_gone_once_it_is_closed(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    app.window.search.box.setText("sourdough")
    qtbot.waitUntil(lambda: bool(app.window.results.rows.results()), timeout=WAIT_MS)
    assert app.library is not None
    shows = openers(app, app.library.folders()[0])
    after_first: dict[str, int] = {}

    def is_as_after_first() -> bool:
        """Whether no more are left than after the first round, in which some may be about to delete themselves."""
        return all(count <= after_first.get(name, 0) for name, count in living(app.window).items())

    for number in range(ROUNDS):
        for name, show in shows.items():
            show()
            opened = [one for one in QApplication.topLevelWidgets() if isinstance(one, FEW) and one.isVisible()]
            assert opened, name
            del opened
            close_all(qtbot, app)
        if number == 0:
            qtbot.wait(50)  # dialogs delete themselves in the next round of the event loop
            after_first |= living(app.window)
        qtbot.waitUntil(is_as_after_first, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "SettingsDialog" not in living(app.window), timeout=WAIT_MS)


def test_the_settings_are_open_once(qtbot: QtBot, start: Start) -> None:
    app = start()
    assert app.library_controller is not None
    controller = app.library_controller.settings
    controller.show()
    first = controller.dialog
    assert first is not None
    controller.show()
    assert controller.dialog is first
    first.reject()
    assert controller.dialog is None
    qtbot.waitUntil(lambda: not isValid(first), timeout=WAIT_MS)
