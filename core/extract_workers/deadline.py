"""The time limit of a job, measured by the processor time that a worker uses and not only by the clock.

Workers run at low priority, beside an engine that may use every core: a clock alone would take a slow worker for a
stuck one. See .github/decisions/0604-limits-by-work.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.extract_workers import protocol
from core.extract_workers.process import WorkerProcess, WorkerTimedOut

MAX_CPU_SHARE = 0.9
MIN_RECENT_CPU_SHARE = 0.01
MAX_LIMIT_FACTOR = 4


def should_extend(*, cpu_seconds: float, cpu_recent: float, elapsed: float, limit: float) -> bool:
    """Whether a worker whose time limit has run out (all in seconds) may go on.

    It may while it has used less than 0.9 of the limit in processor time, used some of it since the last check
    (`cpu_recent`), and less than four times the limit has elapsed.
    """
    has_time = cpu_seconds < MAX_CPU_SHARE * limit and elapsed < MAX_LIMIT_FACTOR * limit
    return has_time and cpu_recent > MIN_RECENT_CPU_SHARE * limit


@dataclass(slots=True)
class JobDeadline:
    """Receives the messages of one job, which has `limit` seconds."""

    process: WorkerProcess
    limit: float
    started: float = field(init=False)
    deadline: float = field(init=False)
    cpu_at_start: float = field(init=False)
    cpu_at_last_check: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = time.monotonic()
        self.deadline = self.started + self.limit
        self.cpu_at_start = self.cpu_at_last_check = self.process.cpu_seconds()

    def receive(self) -> protocol.Message:
        """The next message; raises WorkerTimedOut or WorkerDied."""
        while True:
            try:
                return self.process.receive(self.deadline)
            except WorkerTimedOut:
                if not self._is_extended():
                    raise
                self.deadline += self.limit

    def _is_extended(self) -> bool:
        cpu = self.process.cpu_seconds()
        recent, self.cpu_at_last_check = cpu - self.cpu_at_last_check, cpu
        elapsed = time.monotonic() - self.started
        return should_extend(cpu_seconds=cpu - self.cpu_at_start, cpu_recent=recent, elapsed=elapsed, limit=self.limit)
