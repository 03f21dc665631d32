"""A machine that sleeps, by clocks that the test turns."""

from __future__ import annotations

from core.watch.suspend import LONG, SuspendDetector, asleep_so_far


def test_a_long_sleep_is_told_once() -> None:
    clock = 5.0
    sleep = SuspendDetector(lambda: clock)
    assert not sleep.is_over()
    clock += LONG + 1
    assert sleep.is_over()
    assert not sleep.is_over()
    clock += LONG / 2
    assert not sleep.is_over()


def test_this_machine_is_awake() -> None:
    assert asleep_so_far() >= 0.0
    assert not SuspendDetector().is_over()
