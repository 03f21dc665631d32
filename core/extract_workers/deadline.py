"""The time limit of a job: the processor time that a worker uses, and the clock only for one that sleeps.

Workers run at low priority, beside programs that may use every core: by the clock a slow worker would be taken for a
stuck one. See .github/decisions/1040-limits-by-processor-time.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from core.extract_workers.messages import AnyReply
from core.extract_workers.process import WorkerProcess, WorkerTimedOut

MAX_ASLEEP_FACTOR = 4  # times its limit that a worker may wait for something and use no processor time
CHECKS_PER_LIMIT = 10


def is_over(*, cpu_seconds: float, asleep: float, limit: float) -> bool:
    """Whether a worker has used up its limit (all in seconds); `asleep` is how long it had nothing to run."""
    return cpu_seconds >= limit or asleep >= MAX_ASLEEP_FACTOR * limit


@dataclass(slots=True)
class JobDeadline:
    """Receives the messages of one job, which has `limit` seconds of processor time."""

    process: WorkerProcess
    limit: float
    cpu_at_start: float = field(init=False)
    cpu_at_last_check: float = field(init=False)
    awake_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin to count anew, for another piece of work."""
        self.cpu_at_start = self.cpu_at_last_check = self.process.cpu_seconds()
        self.awake_at = time.monotonic()

    def receive(self) -> tuple[AnyReply, bytes]:
        """The next message and its payload; raises WorkerTimedOut, WorkerDied or InvalidMessageError."""
        while True:
            try:
                return self.process.receive(time.monotonic() + self.limit / CHECKS_PER_LIMIT)
            except WorkerTimedOut:
                if self._is_over():
                    raise

    def _is_over(self) -> bool:
        cpu, now = self.process.cpu_seconds(), time.monotonic()
        if cpu > self.cpu_at_last_check or self.process.wants_to_run():
            self.cpu_at_last_check, self.awake_at = cpu, now
        return is_over(cpu_seconds=cpu - self.cpu_at_start, asleep=now - self.awake_at, limit=self.limit)
