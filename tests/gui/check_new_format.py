"""A Gemini page in the window; run by tests/system/test_new_format.py in a copy that reads such pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from gui.app.application import App
from tests.gui.conftest import WAIT_MS
from tests.gui.questions import ask, found, row
from tests.system.test_new_format import PAGE


def test_a_page_is_a_row_with_its_kind_and_is_shown(qtbot: QtBot, start: Callable[..., App], documents: Path) -> None:
    (documents / "foghorn.gmi").write_text(PAGE, encoding="utf-8")
    app = start(documents)
    ask(qtbot, app, "brass diaphragm", "foghorn")
    assert "foghorn" in found(app)[0]
    hit = app.window.results.rows.hits()[row(app, "foghorn")]
    assert (hit.kind, hit.title) == ("web", "The foghorn is repaired")
    qtbot.waitUntil(lambda: "brass diaphragm was replaced" in app.window.preview.reading.toPlainText(), timeout=WAIT_MS)
    ask(qtbot, app, "type:web ext:gmi", "foghorn")
    assert len(found(app)) == 1
    assert not app.window.results.grab().isNull()
