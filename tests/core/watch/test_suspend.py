"""Detection of system suspend, with fake clocks."""

from __future__ import annotations

from core.watch.suspend import MIN_SUSPEND_SECONDS, SuspendDetector, suspended_seconds


def test_a_long_sleep_is_told_once() -> None:
    clock = 5.0
    sleep = SuspendDetector(lambda: clock)
    assert not sleep.was_suspended()
    clock += MIN_SUSPEND_SECONDS + 1
    assert sleep.was_suspended()
    assert not sleep.was_suspended()
    clock += MIN_SUSPEND_SECONDS / 2
    assert not sleep.was_suspended()


def test_this_machine_is_awake() -> None:
    assert suspended_seconds() >= 0.0
    assert not SuspendDetector().was_suspended()
