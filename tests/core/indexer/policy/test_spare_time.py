"""Upkeep beside questions: a step a second, and freely once nobody asks."""

from __future__ import annotations

import pytest

from core.indexer.policy.spare_time import QUIET, SpareTime

ONE_STEP = QUIET / 100  # seconds


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 5.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def steps(spare_time: SpareTime, clock: Clock, seconds: float, *, asked: bool) -> int:
    """How many steps run in that time, tried as often as they could, with a question beside each."""
    count = 0
    for _ in range(round(seconds / ONE_STEP)):
        if asked:
            spare_time.note_question()
        count += spare_time.take()
        clock.now += ONE_STEP
    return count


def test_it_runs_freely_while_nobody_asks(clock: Clock) -> None:
    spare_time = SpareTime(clock)
    assert spare_time.next_wakeup() is None
    assert steps(spare_time, clock, 10 * QUIET, asked=False) == 1000


def test_it_goes_on_slowly_while_questions_come_in(clock: Clock) -> None:
    assert 9 <= steps(SpareTime(clock), clock, 10 * QUIET, asked=True) <= 11


def test_it_runs_freely_a_while_after_the_last_question(clock: Clock) -> None:
    spare_time = SpareTime(clock)
    assert spare_time.take()
    spare_time.note_question()
    clock.now += QUIET / 4
    assert not spare_time.take()
    assert spare_time.next_wakeup() == pytest.approx(0.75 * QUIET)
    clock.now += QUIET
    assert steps(spare_time, clock, QUIET, asked=False) == 100
