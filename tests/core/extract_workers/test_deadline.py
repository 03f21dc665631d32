from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from core.extract_workers.deadline import JobDeadline, is_over
from core.extract_workers.process import WorkerProcess


@pytest.mark.parametrize(
    ("cpu", "asleep", "over"),
    [
        (3.0, 0.0, False),  # beside busy programs, however long it takes
        (29.0, 100.0, False),  # waits for a slow disk
        (30.0, 0.0, True),  # in a loop
        (0.1, 120.0, True),  # waits for something that never comes
    ],
)
def test_processor_time_counts_and_the_clock_only_for_one_that_sleeps(cpu: float, asleep: float, *, over: bool) -> None:
    assert is_over(cpu_seconds=cpu, asleep=asleep, limit=30.0) is over


def test_chunking_has_a_time_of_its_own() -> None:
    process = cast(WorkerProcess, SimpleNamespace(cpu_seconds=iter([0.0, 29.0, 29.5]).__next__))
    deadline = JobDeadline(process, limit=30)
    deadline.restart()
    assert deadline.cpu_at_start == 29.0
    assert not is_over(cpu_seconds=process.cpu_seconds() - deadline.cpu_at_start, asleep=0, limit=deadline.limit)
