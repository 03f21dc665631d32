"""A window at rest lets the machine sleep, and sees at once what begins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.runtime.poll_timer import OFTEN_MS, SELDOM_MS, STEADY, PollTimer
from tests.gui.conftest import WAIT_MS


def test_it_is_slow_when_nothing_was_seen_for_a_while_and_fast_from_the_first_change_on(qtbot: QtBot) -> None:
    owner = QObject()
    pulse = PollTimer(owner)
    assert pulse.interval() == OFTEN_MS
    for _ in range(STEADY - 1):
        pulse.saw(change=False)
    assert pulse.interval() == OFTEN_MS
    pulse.saw(change=False)
    assert pulse.interval() == SELDOM_MS
    pulse.saw(change=False)
    assert pulse.interval() == SELDOM_MS
    pulse.saw(change=True)
    assert pulse.interval() == OFTEN_MS


def test_a_window_at_rest_looks_seldom_and_a_saved_file_wakes_it(
    qtbot: QtBot, start: Callable[..., App], documents: Path
) -> None:
    app = start(documents)
    assert app.keeping is not None
    (pulse,) = app.keeping.findChildren(PollTimer)
    qtbot.waitUntil(lambda: pulse.interval() == SELDOM_MS, timeout=WAIT_MS)
    intervals = [pulse.interval()]
    pulse.timeout.connect(lambda: intervals.append(pulse.interval()))
    (documents / "new.txt").write_text("The ferry to the island leaves at eight.", encoding="utf-8")
    qtbot.waitUntil(lambda: OFTEN_MS in intervals, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: pulse.interval() == SELDOM_MS, timeout=WAIT_MS)
