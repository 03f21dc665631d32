"""What the user opens from the results is learnt, if that is on, and measured in a dialog."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from gettext import NullTranslations
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.library import Estimate, Training
from core.messages import set_language, use
from gui.app.application import App
from gui.dialogs.measure_table import estimate_text
from gui.widgets.plain_text import PlainMessageBox
from tests.gui.conftest import WAIT_MS, Opened
from tests.gui.questions import ask

pytestmark = pytest.mark.slow

Start = Callable[..., App]


def test_what_is_opened_is_measured_exported_and_cleared(
    qtbot: QtBot, start: Start, documents: Path, opened: Opened, tmp_path: Path
) -> None:
    app = start(documents)
    assert app.library is not None
    assert app.library_controller is not None
    dialog = app.library_controller.diagnostics.measure
    ask(qtbot, app, "lease", "lease")
    qtbot.keyClick(app.window.search.box, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(opened.paths) == 1, timeout=WAIT_MS)
    assert app.library.measure.judgements.all() == [], "nothing is learnt before the user turns it on"
    dialog.measure()
    qtbot.waitUntil(lambda: dialog.title.text() == "Nothing to measure yet", timeout=WAIT_MS)
    assert "Turn on" in dialog.note.text()
    assert not dialog.export_button.isEnabled()

    app.library.change_settings(replace(app.library.settings, keep_judgements=True))
    opened.answers = False  # no application can open it
    with qtbot.waitSignal(app.opener.trouble, timeout=WAIT_MS):
        qtbot.keyClick(app.window.search.box, Qt.Key.Key_Return)
    assert app.library.measure.judgements.all() == []
    opened.answers = True
    with qtbot.waitSignal(app.opener.opened, timeout=WAIT_MS):
        qtbot.keyClick(app.window.search.box, Qt.Key.Key_Return)
    learnt = app.library.measure.judgements.all()
    assert [(one.query, one.path) for one in learnt] == [("lease", opened.paths[-1])]
    dialog.measure()
    qtbot.waitUntil(dialog.table.isVisible, timeout=WAIT_MS)
    assert dialog.title.text() == "1 search, 1 opened document"
    cells = [[dialog.table.item(row, column).text() for column in range(5)] for row in range(dialog.table.rowCount())]
    assert cells[0] == ["Words only", *["1.00 (1.00 … 1.00)"] * 3, "+0.00 (+0.00 … +0.00)"]
    assert cells[-1][4] == "in use"

    qtbot.mouseClick(dialog.learn_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.title.text() == "Not enough to learn from yet", timeout=WAIT_MS)
    assert dialog.note.text() == "1 opened document, 100 are needed to learn from."
    assert dialog.table.isVisible()
    each = Estimate(0.5, 0.4, 0.6)
    for used, told in ((True, "is used from now on"), (False, "not used")):
        dialog.task.result_ready.emit(None, Training(120, 100, used, each, each, each))
        assert told in dialog.title.text()
        assert "0.50 (0.40 … 0.60) before" in dialog.note.text()

    qtbot.mouseClick(dialog.compare_button, Qt.MouseButton.LeftButton)
    assert not dialog.compare_button.isEnabled()
    qtbot.waitUntil(lambda: dialog.table.item(0, 0).text() == "English", timeout=20 * WAIT_MS)
    assert dialog.table.horizontalHeaderItem(0).text() == "Model"
    assert [dialog.table.item(row, 4).text() for row in range(2)] == ["in use", "+0.00 (+0.00 … +0.00)"]
    assert dialog.title.text().startswith("1 search, ")

    exported = tmp_path / "searches.jsonl"
    dialog.export(str(exported))
    assert json.loads(exported.read_text(encoding="utf-8"))["query"] == "lease"
    dialog.export(str(tmp_path / "no" / "folder"))
    assert "cannot be written" in dialog.title.text()
    qtbot.mouseClick(dialog.clear_button, Qt.MouseButton.LeftButton)
    box = dialog.findChild(PlainMessageBox)
    assert box is not None
    clear = next(button for button in box.buttons() if button.text() == "Clear")
    qtbot.mouseClick(clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.title.text() == "Nothing to measure yet", timeout=WAIT_MS)
    assert "Open some documents" in dialog.note.text()
    assert app.library.measure.judgements.all() == []
    dialog.close()


def test_scores_are_written_as_the_language_does() -> None:
    set_language("de")
    try:
        assert estimate_text(Estimate(-0.16, -0.2, 0.012), sign=True) == "−0,16 (−0,20 … +0,01)"
        assert estimate_text(Estimate(0.74, 0.68, 0.8)) == "0,74 (0,68 … 0,80)"
    finally:
        use(NullTranslations(), "en")
