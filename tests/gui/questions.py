"""Questions asked in the window, and what its list then shows."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.app.application import App
from tests.gui.conftest import WAIT_MS


def ask(qtbot: QtBot, app: App, text: str, name: str) -> None:
    """Type a question and wait until a file of that name is in the list."""
    app.window.search.box.clear()
    qtbot.keyClicks(app.window.search.box, text)
    qtbot.waitUntil(lambda: any(name in path for path in found(app)), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not app.search_controller._searching.busy, timeout=WAIT_MS)  # type: ignore[union-attr]


def found(app: App) -> list[str]:
    return [hit.path for hit in app.window.results.rows.hits()]


def row(app: App, name: str) -> int:
    return next(number for number, path in enumerate(found(app)) if name in path)
