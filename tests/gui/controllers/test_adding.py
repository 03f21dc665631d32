"""A folder shows its price before it is added; a small one that was dropped is just added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.folders import price_dialog
from gui.folders.price_dialog import PriceDialog
from tests.gui.conftest import WAIT_MS, wait_complete
from tests.gui.questions import ask, found

pytestmark = pytest.mark.slow

Start = Callable[..., App]


def asked(qtbot: QtBot, app: App) -> PriceDialog:
    """The dialog, once the folder is counted."""
    adding = app.library_controller.folders.adding  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: adding.dialog is not None and adding.dialog.isVisible(), timeout=WAIT_MS)
    dialog = adding.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.progress.isVisible(), timeout=WAIT_MS)
    return dialog


def folders(app: App) -> list[str]:
    return [folder.path for folder in app.library.folders()]  # type: ignore[union-attr]


def test_a_chosen_folder_shows_its_price_and_is_added_without_what_lost_its_tick(
    qtbot: QtBot, start: Start, documents: Path
) -> None:
    app = start()
    app.window.folders.add_requested.emit([str(documents)])
    dialog = asked(qtbot, app)
    assert folders(app) == []
    files = [path for path in documents.rglob("*") if path.is_file()]
    assert dialog.files.text() == f"{len(files)} files"
    assert 0 < len(dialog.ticks) <= 5
    kitchen = dialog.ticks[str(documents / "Kitchen")]
    kitchen.click()
    assert dialog.files.text() == f"{len([path for path in files if 'Kitchen' not in path.parts])} files"
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: folders(app) == [str(documents)], timeout=WAIT_MS)
    wait_complete(qtbot, app)
    assert app.library.exclusions.get(documents).patterns == ("/Kitchen/",)  # type: ignore[union-attr]
    ask(qtbot, app, "lease OR sourdough", "lease")
    assert not any("Kitchen" in path for path in found(app))


def test_who_cancels_adds_nothing_and_the_next_is_asked_for(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start()
    app.window.folders.add_requested.emit([str(documents / "Kitchen"), str(documents / "Flat")])
    first = asked(qtbot, app)
    qtbot.mouseClick(first.cancel, Qt.MouseButton.LeftButton)
    second = asked(qtbot, app)
    assert second is not first
    qtbot.keyClick(second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: folders(app) == [str(documents / "Flat")], timeout=WAIT_MS)


@pytest.mark.usefixtures("unhurried_count")
def test_a_small_folder_that_is_dropped_is_just_added(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start()
    app.window.overlay.dropped.emit([str(documents / "Kitchen")])
    qtbot.waitUntil(lambda: folders(app) == [str(documents / "Kitchen")], timeout=WAIT_MS)


def test_a_large_folder_that_is_dropped_shows_its_price(
    qtbot: QtBot, start: Start, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(price_dialog, "LARGE_FILES", 3)
    app = start()
    app.window.overlay.dropped.emit([str(documents)])
    qtbot.mouseClick(asked(qtbot, app).cancel, Qt.MouseButton.LeftButton)
    assert folders(app) == []


def test_a_folder_tells_which_ones_it_takes_in(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents / "Kitchen")
    app.window.folders.add_requested.emit([str(documents)])
    dialog = asked(qtbot, app)
    assert dialog.note.text() == "Kitchen is inside this folder and becomes a part of it."
    dialog.accept()
    qtbot.waitUntil(lambda: folders(app) == [str(documents)], timeout=WAIT_MS)


def test_a_folder_outside_that_is_asked_for_can_be_added(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents / "Kitchen")
    app.window.search.box.setText(f'lease in:"{documents / "Flat"}"')
    page = app.window.no_results
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is page, timeout=WAIT_MS)
    assert page.add_folder.isVisible()
    assert page.add_folder.text() == "Add “Flat” to the search…"
    qtbot.mouseClick(page.add_folder, Qt.MouseButton.LeftButton)
    asked(qtbot, app).accept()
    qtbot.waitUntil(lambda: any("lease" in path for path in found(app)), timeout=WAIT_MS)
    app.window.search.box.setText("nonsensical ext:zzz")
    qtbot.waitUntil(lambda: app.window.pages.currentWidget() is page, timeout=WAIT_MS)
    assert not page.add_folder.isVisible()
