"""Polling slows down when nothing changes, and speeds up at the first change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.app.application import App
from gui.runtime.poll_timer import FAST_MS, IDLE_POLLS, SLOW_MS, PollTimer
from tests.gui.conftest import WAIT_MS

pytestmark = pytest.mark.slow


def test_it_is_slow_when_nothing_was_seen_for_a_while_and_fast_from_the_first_change_on(qtbot: QtBot) -> None:
    owner = QObject()
    poll_timer = PollTimer(owner)
    assert poll_timer.interval() == FAST_MS
    for _ in range(IDLE_POLLS - 1):
        poll_timer.record(changed=False)
    assert poll_timer.interval() == FAST_MS
    poll_timer.record(changed=False)
    assert poll_timer.interval() == SLOW_MS
    poll_timer.record(changed=False)
    assert poll_timer.interval() == SLOW_MS
    poll_timer.record(changed=True)
    assert poll_timer.interval() == FAST_MS


def test_a_window_at_rest_looks_seldom_and_a_saved_file_wakes_it(
    qtbot: QtBot, start: Callable[..., App], documents: Path
) -> None:
    app = start(documents)
    assert app.library_controller is not None
    (poll_timer,) = app.library_controller.findChildren(PollTimer)
    qtbot.waitUntil(lambda: poll_timer.interval() == SLOW_MS, timeout=WAIT_MS)
    intervals = [poll_timer.interval()]
    poll_timer.timeout.connect(lambda: intervals.append(poll_timer.interval()))
    (documents / "new.txt").write_text("The ferry to the island leaves at eight.", encoding="utf-8")
    qtbot.waitUntil(lambda: FAST_MS in intervals, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: poll_timer.interval() == SLOW_MS, timeout=WAIT_MS)
