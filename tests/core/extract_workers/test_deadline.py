from __future__ import annotations

import pytest

from core.extract_workers.deadline import should_extend


@pytest.mark.parametrize(
    ("cpu", "recent", "elapsed", "extended"),
    [
        (3.0, 3.0, 30.0, True),  # beside a busy engine
        (20.0, 10.0, 60.0, True),  # a long one beside it
        (0.1, 0.1, 30.0, False),  # asleep
        (29.0, 29.0, 30.0, False),  # in a loop
        (6.0, 0.0, 60.0, False),  # fell asleep
        (12.0, 3.0, 120.0, False),  # too long, whatever it does
    ],
)
def test_a_slow_worker_differs_from_a_stuck_one(cpu: float, recent: float, elapsed: float, *, extended: bool) -> None:
    assert should_extend(cpu_seconds=cpu, cpu_recent=recent, elapsed=elapsed, limit=30.0) is extended
