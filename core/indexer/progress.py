"""Progress of the retrievers in files, and the rate of embedding."""

from __future__ import annotations

import math
import time
from collections import deque

from core.events import RetrieverProgress
from core.store.catalogue.catalogue import Counts

RATE_WINDOW = 30.0  # seconds
SMOOTHING = 60.0  # seconds in which the time left follows another rate for the most part


class Rate:
    """A rate per second, averaged over RATE_WINDOW."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def update(self, total: int) -> float:
        """Record the total so far; returns the rate, 0 while less than a second was sampled."""
        current_time = time.monotonic()
        self._samples.append((current_time, total))
        while current_time - self._samples[0][0] > RATE_WINDOW:
            self._samples.popleft()
        start_time, start_total = self._samples[0]
        return (total - start_total) / (current_time - start_time) if current_time - start_time > 1.0 else 0.0


class TimeLeft:
    """The seconds that embedding still takes, by a smoothed rate; while nothing is embedded the last rate counts."""

    def __init__(self) -> None:
        self._rate = 0.0
        self._updated = 0.0

    def update(self, waiting: int, rate: float) -> float | None:
        """The time left for `waiting` passages, given the rate per second now; None if that is unknown."""
        current_time = time.monotonic()
        if rate > 0 and self._rate > 0:
            self._rate += (rate - self._rate) * (1.0 - math.exp((self._updated - current_time) / SMOOTHING))
        elif rate > 0:
            self._rate = rate
        self._updated = current_time
        return waiting / self._rate if waiting and self._rate > 0 else None


def retriever_progress(
    counts: Counts, *, words_pending: int
) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
    """Files by filename, lexical and semantic retriever; `words_pending` were read but are not in the lexical index."""
    pending = min(words_pending, counts.read)
    return (
        RetrieverProgress(done=counts.files),
        RetrieverProgress(counts.read - pending, counts.waiting + pending, counts.failed),
        RetrieverProgress(counts.embedded, counts.waiting + counts.read - counts.embedded, counts.failed),
    )
