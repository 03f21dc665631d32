"""Progress of the retrievers in files, and the rate of embedding."""

from __future__ import annotations

import time
from collections import deque

from core.events import RetrieverProgress
from core.store.catalogue.catalogue import Counts

RATE_WINDOW = 30.0  # seconds


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
