"""Folders are left out by a tick or by a line, and what is left out goes from the list at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeWidgetItem
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.folders.exclusions_dialog import ExclusionsDialog
from tests.gui.conftest import WAIT_MS
from tests.gui.questions import ask, found

pytestmark = pytest.mark.slow

Start = Callable[..., App]
CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


def opened(qtbot: QtBot, app: App, folder: Path) -> ExclusionsDialog:
    controller = app.library_controller.folders  # type: ignore[union-attr]
    controller.show_exclusions(str(folder))
    dialog = controller._exclusions
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() > 0, timeout=WAIT_MS)
    return dialog


def item(dialog: ExclusionsDialog, name: str) -> QTreeWidgetItem:
    (found_item,) = dialog.tree.findItems(name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    return found_item


def test_ticks_and_lines_say_the_same(qtbot: QtBot, start: Start, documents: Path) -> None:
    (documents / "Kitchen" / "Old [2]").mkdir()
    (documents / "Kitchen" / "Old [2]" / "cake.txt").write_text("Cake.", encoding="utf-8")
    app = start(documents)
    dialog = opened(qtbot, app, documents)
    files = [path for path in (documents / "Kitchen").rglob("*") if path.is_file()]
    qtbot.waitUntil(lambda: item(dialog, "Kitchen").text(1) == str(len(files)), timeout=WAIT_MS)
    old = item(dialog, "Old [2]")
    old.setCheckState(0, UNCHECKED)
    assert dialog.exclusions().patterns == ("/Kitchen/Old \\[2\\]/",)
    item(dialog, "Kitchen").setCheckState(0, UNCHECKED)
    assert old.isDisabled()
    dialog.lines.setPlainText("*.bak")
    assert (item(dialog, "Kitchen").checkState(0), old.checkState(0)) == (CHECKED, CHECKED)
    dialog.lines.setPlainText("*.bak\n/Kitchen/")
    assert item(dialog, "Kitchen").checkState(0) == UNCHECKED
    item(dialog, "Kitchen").setCheckState(0, CHECKED)
    assert dialog.exclusions().patterns == ("*.bak",)
    dialog.lines.setPlainText("Kitchen/")
    assert item(dialog, "Kitchen").checkState(0) == UNCHECKED, "it is named without its path"
    item(dialog, "Kitchen").setCheckState(0, CHECKED)
    assert dialog.exclusions().patterns == ("Kitchen/", "!/Kitchen/")
    assert item(dialog, "Kitchen").checkState(0) == CHECKED
    item(dialog, "Kitchen").setCheckState(0, UNCHECKED)
    assert dialog.exclusions().patterns == ("Kitchen/",)
    dialog.reject()


def test_what_is_left_out_goes_from_the_list_at_once(qtbot: QtBot, start: Start, documents: Path) -> None:
    app = start(documents)
    ask(qtbot, app, "lease OR sourdough", "Sourdough")
    qtbot.waitUntil(lambda: not app.search_controller._reranking.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    before = found(app)
    dialog = opened(qtbot, app, documents)
    item(dialog, "Kitchen").setCheckState(0, UNCHECKED)
    dialog.accept()
    assert found(app) == [path for path in before if "/Kitchen/" not in path] != before
    qtbot.waitUntil(lambda: not app.search_controller._refresh_timer.isActive(), timeout=WAIT_MS)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not app.search_controller._searching.busy, timeout=WAIT_MS)  # type: ignore[union-attr]
    assert not any("/Kitchen/" in path for path in found(app)), "nor does it come back"
