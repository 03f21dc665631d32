"""Whether the machine slept: told by two clocks, of which one stands still meanwhile, whenever somebody is awake."""

from __future__ import annotations

import time
from collections.abc import Callable

LONG = 30.0  # seconds of sleep in which disks and network folders may have changed


def asleep_so_far() -> float:
    """Seconds that this machine has slept since it was started; 0 where that cannot be told."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return 0.0
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC))


class SuspendDetector:
    """Asked now and then, by one thread at a time, whether the machine slept since."""

    def __init__(self, asleep: Callable[[], float] = asleep_so_far) -> None:
        self._asleep = asleep
        self._before = asleep()

    def is_over(self) -> bool:
        """Whether it slept for a while since this was asked last."""
        now = self._asleep()
        slept, self._before = now - self._before, now
        return slept > LONG
