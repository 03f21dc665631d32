from __future__ import annotations

import pytest

from core.extract_workers.deadline import should_wait_longer


@pytest.mark.parametrize(
    ("worked", "lately", "waited", "goes_on"),
    [
        (3.0, 3.0, 30.0, True),  # beside a busy engine
        (20.0, 10.0, 60.0, True),  # a long one beside it
        (0.1, 0.1, 30.0, False),  # asleep
        (29.0, 29.0, 30.0, False),  # in a loop
        (6.0, 0.0, 60.0, False),  # fell asleep
        (12.0, 3.0, 120.0, False),  # too long, whatever it does
    ],
)
def test_slow_is_told_from_stuck(worked: float, lately: float, waited: float, *, goes_on: bool) -> None:
    assert should_wait_longer(worked=worked, worked_lately=lately, waited=waited, seconds=30.0) is goes_on
