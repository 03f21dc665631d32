"""How far the library is, as a value that any thread may read."""

from __future__ import annotations

import time
from collections import deque

from core.events import RetrieverProgress
from core.store.catalogue.catalogue import Counts

SPAN = 30.0  # seconds that the rate looks back


class Rate:
    """Passages a second over the last moments."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, total: int) -> float:
        """Take the number done so far; returns the rate, 0 while there is nothing to tell it by."""
        now = time.monotonic()
        self._seen.append((now, total))
        while now - self._seen[0][0] > SPAN:
            self._seen.popleft()
        then, before = self._seen[0]
        return (total - before) / (now - then) if now - then > 1.0 else 0.0


def retriever_progress(
    counts: Counts, *, words_pending: int
) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
    """Names, words and meaning in files; `words_pending` were read but are not in the word index yet."""
    pending = min(words_pending, counts.read)
    return (
        RetrieverProgress(done=counts.files),
        RetrieverProgress(counts.read - pending, counts.waiting + pending, counts.failed),
        RetrieverProgress(counts.embedded, counts.waiting + counts.read - counts.embedded, counts.failed),
    )
