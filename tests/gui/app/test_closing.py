"""The end waits for a library that still works, and not for one that is blocked."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from gui.app import library_opening

WORKING, BLOCKED = 1.0, 0.0  # seconds of the processor that are used between two looks


@pytest.mark.parametrize(("used", "ends"), [(WORKING, True), (BLOCKED, False)])
def test_a_thread_that_works_is_waited_for(monkeypatch: pytest.MonkeyPatch, used: float, *, ends: bool) -> None:
    may_end = threading.Event()
    readings: list[float] = []

    def process_time() -> float:
        readings.append(used)
        if len(readings) == 5:
            may_end.set()
        return sum(readings)

    monkeypatch.setattr(library_opening, "CLOSE_SECONDS", 0.01)
    monkeypatch.setattr(library_opening, "time", SimpleNamespace(process_time=process_time, monotonic=lambda: 0.0))
    closing = threading.Thread(target=may_end.wait)
    closing.start()
    try:
        assert library_opening._ends(closing) is ends
    finally:
        may_end.set()
        closing.join()


def test_one_that_works_without_end_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    may_end, clock = threading.Event(), iter(range(0, 10_000, 50))
    ticking = SimpleNamespace(process_time=lambda: next(clock), monotonic=lambda: float(next(clock)))
    monkeypatch.setattr(library_opening, "CLOSE_SECONDS", 0.01)
    monkeypatch.setattr(library_opening, "time", ticking)
    closing = threading.Thread(target=may_end.wait)
    closing.start()
    try:
        assert not library_opening._ends(closing)
    finally:
        may_end.set()
        closing.join()
