"""Detection of system suspend: CLOCK_MONOTONIC stands still while CLOCK_BOOTTIME goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

MIN_SUSPEND_SECONDS = 30.0  # shorter ones are unlikely to change removable disks or network folders


def suspended_seconds() -> float:
    """Seconds for which this machine was suspended since boot; 0 if the system does not report it."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0.0
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC))


class SuspendDetector:
    """Detects by polling whether the machine was suspended. Not thread-safe."""

    def __init__(self, suspended: Callable[[], float] = suspended_seconds) -> None:
        self._suspended = suspended
        self._before = suspended()

    def was_suspended(self) -> bool:
        """Whether the machine was suspended for more than MIN_SUSPEND_SECONDS since the last call."""
        now = self._suspended()
        seconds, self._before = now - self._before, now
        return seconds > MIN_SUSPEND_SECONDS
