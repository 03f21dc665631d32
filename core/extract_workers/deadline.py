"""How long a child is waited for: by the work it does, not only by the clock.

A reader runs at low priority, beside an engine that may use every core: a clock alone would take slow for stuck.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.extract_workers import protocol
from core.extract_workers.process import WorkerProcess, WorkerTimedOut

SHARE_OF_WORK = 0.9
SHARE_OF_LIFE = 0.01
MOST_TIMES = 4


def should_wait_longer(*, worked: float, worked_lately: float, waited: float, seconds: float) -> bool:
    """Whether one that was due after `seconds` may go on.

    It may while it has used less than 0.9 of that in processor seconds, has done something `worked_lately` (in the
    last stretch of `seconds`), and has been waited for less than four times as long.
    """
    has_time = worked < SHARE_OF_WORK * seconds and waited < MOST_TIMES * seconds
    return has_time and worked_lately > SHARE_OF_LIFE * seconds


@dataclass(slots=True)
class Deadline:
    """Waits for the answers to one job, which has `seconds`."""

    process: WorkerProcess
    seconds: float
    started: float = field(init=False)
    deadline: float = field(init=False)
    worked_before: float = field(init=False)
    worked_until: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.deadline = self.started + self.seconds
        self.worked_before = self.worked_until = self.process.worked()

    def answer(self) -> protocol.Message:
        """The next message; raises ReaderLate or ReaderDied."""
        while True:
            try:
                return self.process.answer(self.deadline)
            except WorkerTimedOut:
                if not self._goes_on():
                    raise
                self.deadline += self.seconds

    def _goes_on(self) -> bool:
        worked = self.process.worked()
        lately, self.worked_until = worked - self.worked_until, worked
        waited = time.monotonic() - self.started
        total = worked - self.worked_before
        return should_wait_longer(worked=total, worked_lately=lately, waited=waited, seconds=self.seconds)
