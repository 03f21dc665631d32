"""Waiting that is bounded by progress: it ends when nothing moves, and not before."""

from __future__ import annotations

import itertools

import pytest

from tests import waiting
from tests.waiting import StallWatch, wait_until


def watch_with(cpu: list[float], monkeypatch: pytest.MonkeyPatch) -> StallWatch:
    """A watch that sees these processor times, ten seconds apart."""
    values, clock = iter(cpu), itertools.count(0.0, 10.0)
    monkeypatch.setattr(waiting, "cpu_seconds", lambda: next(values))
    return StallWatch("the answer", clock=lambda: next(clock))


def test_a_wait_in_which_nothing_moves_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_with([5.0] * 5, monkeypatch)
    for _ in range(3):
        watch.check()
    with pytest.raises(AssertionError, match="nothing has moved for 30 s: the answer"):
        watch.check()


def test_a_wait_on_a_busy_machine_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of a second of processor time in ten seconds is little, and is movement."""
    watch = watch_with([5.0 + 0.1 * i for i in range(100)], monkeypatch)
    for _ in range(99):
        watch.check()


def test_a_child_that_ends_is_movement(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_with([9.0, 9.0, 9.0, 2.0, 2.0, 2.0], monkeypatch)
    for _ in range(5):
        watch.check()


def test_a_loop_without_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = watch_with([0.0, 100.0, 241.0], monkeypatch)
    watch.check()
    with pytest.raises(AssertionError, match="240 s of processor time"):
        watch.check()


def test_a_condition_that_holds_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "STALLED_SECONDS", 0.0)
    values = iter([False, False, True])
    wait_until(lambda: next(values), pause=0.0)
