"""Waiting that is bounded by progress: on a busy machine a test waits longer, and a hang is told from a slow run.

A wait fails when this process and its children have used hardly any processor time for `STALLED_SECONDS`, so that
nothing can be on its way any more, or when they have used `BUSY_SECONDS` of it without coming to an end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psutil

STALLED_SECONDS = 30.0  # wall time with next to no processor time
STALLED_SHARE = 0.002  # of one processor: an event loop that only polls stays below
BUSY_SECONDS = 240.0  # processor time
CHECK_EVERY = 1.0  # seconds


def cpu_seconds() -> float:
    """The processor time that this process and its living children have used, but for the thread that waits here."""
    total = -time.thread_time()
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        try:
            times = process.cpu_times()
            total += times.user + times.system
        except psutil.Error:
            continue
    return total


class StallWatch:
    """Tells whether what is waited for can still come. Call `check` between two polls."""

    def __init__(self, what: str = "", *, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._clock = clock
        self._first_cpu = self._window_cpu = cpu_seconds()
        self._window_start = self._checked = clock()

    def check(self) -> None:
        """Raise AssertionError when nothing has moved for `STALLED_SECONDS`, or too much has moved in vain."""
        now = self._clock()
        if now - self._checked < CHECK_EVERY:
            return
        self._checked = now
        used = cpu_seconds()
        if used - self._first_cpu > BUSY_SECONDS:
            raise AssertionError(f"not after {BUSY_SECONDS:.0f} s of processor time: {self._what}")
        # A child that ends takes its time out of the sum: that is movement too.
        moved = abs(used - self._window_cpu)
        if moved > STALLED_SHARE * STALLED_SECONDS:
            self._window_start, self._window_cpu = now, used
        elif now - self._window_start > STALLED_SECONDS:
            raise AssertionError(f"nothing has moved for {STALLED_SECONDS:.0f} s: {self._what}")


def wait_until(condition: Callable[[], object], what: str = "", *, pause: float = 0.05) -> None:
    """Poll until a condition holds; fails as `StallWatch` does."""
    watch, gap = StallWatch(what), threading.Event()
    while not condition():
        watch.check()
        gap.wait(pause)
