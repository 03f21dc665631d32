"""Memory is given back while nothing is shown, and taken again with the next search."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.settings import Settings
from gui.app.application import App
from gui.app.resting import HIDDEN_SECONDS, MINUTE, Resting
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("gui.app.resting.time", made)
    return made


@pytest.fixture
def engine_settings() -> Settings:
    """The built-in engine, which can be unloaded."""
    return Settings(model="multilingual", engine="builtin")


@pytest.fixture
def collectors() -> Iterator[list[threading.Thread]]:
    """The threads that collect Python's garbage."""
    threads: list[threading.Thread] = []

    def note(phase: str, _facts: dict[str, int]) -> None:
        if phase == "start":
            threads.append(threading.current_thread())

    gc.callbacks.append(note)
    yield threads
    gc.callbacks.remove(note)


def resting(app: App) -> Resting:
    assert app.residence._resting is not None
    return app.residence._resting


def loaded(app: App) -> bool:
    assert app.library is not None
    return app.library._sessions.current.index_set().vectors.is_loaded  # type: ignore[attr-defined]


def test_nothing_is_given_back_while_the_window_is_shown(
    start: Callable[..., App], documents: Path, clock: Clock, qtbot: QtBot
) -> None:
    app = start(documents)
    clock.now += 100 * MINUTE
    resting(app).check()
    qtbot.wait(100)
    assert loaded(app)


def test_a_hidden_window_gives_memory_and_engine_back_and_a_search_takes_them_again(
    start: Callable[..., App], documents: Path, clock: Clock, qtbot: QtBot, collectors: list[threading.Thread]
) -> None:
    app = start(documents)
    library = app.library
    assert library is not None
    library.engines.start()
    qtbot.waitUntil(lambda: library.progress().engine.state == "ready", timeout=WAIT_MS)
    library._sessions.current.index_set().vectors.save()  # type: ignore[attr-defined]  # it does so in its own time
    app.window.hide()
    resting(app).check()
    assert loaded(app)
    clock.now += HIDDEN_SECONDS
    collectors.clear()
    resting(app).check()
    qtbot.waitUntil(lambda: not loaded(app), timeout=WAIT_MS)
    assert set(collectors) == {threading.main_thread()}  # another one would destroy widgets on itself
    assert library.progress().engine.state == "ready"
    clock.now += app.preferences.rest_minutes * MINUTE
    resting(app).check()
    qtbot.waitUntil(lambda: library.progress().engine.state == "released", timeout=WAIT_MS)
    resting(app).check()
    assert not resting(app)._timer.isActive()
    app.residence.toggle_quick_search()
    qtbot.waitUntil(lambda: library.progress().engine.state == "ready", timeout=WAIT_MS)
    qtbot.keyClicks(app.residence.quick.box, "deposit")
    hits = app.residence.quick.hits
    qtbot.waitUntil(lambda: any("meaning" in hit.lanes for hit in hits.hits()), timeout=WAIT_MS)
    assert loaded(app)
    qtbot.keyClick(app.residence.quick.box, Qt.Key.Key_Escape)
    assert resting(app)._timer.isActive()
    library.engines.unload()
    qtbot.waitUntil(lambda: library.progress().engine.state == "released", timeout=WAIT_MS)
    app.residence.show_window()
    qtbot.keyClicks(app.window.search.box, "landlord")
    rows = app.window.results.rows
    qtbot.waitUntil(lambda: any("meaning" in hit.lanes for hit in rows.hits()), timeout=WAIT_MS)


def test_a_window_that_closed_is_watched_no_longer(
    start: Callable[..., App], documents: Path, clock: Clock, qtbot: QtBot
) -> None:
    app = start(documents)
    app.window.hide()
    assert resting(app)._timer.isActive()
    resting(app).stop()
    app.window.show()
    app.window.hide()
    assert not resting(app)._timer.isActive()
