"""Reads files again by itself whose reader failed, which a busy machine or one without memory may have caused."""

from __future__ import annotations

import time

from core.indexer.stages.extract import ExtractStage
from core.store.catalogue.catalogue import Catalogue

DELAYS = (600.0, 3_600.0, 21_600.0)  # seconds from each failure to the next attempt; after these a file is left alone
CHECK_INTERVAL = 60.0  # seconds


class Retries:
    """Queues files that failed once they are due; use it on the indexer's thread, while nothing else is to be read."""

    def __init__(self, catalogue: Catalogue, extract: ExtractStage) -> None:
        self._catalogue = catalogue
        self._extract = extract
        self._next_check = 0.0  # in monotonic time

    def step(self) -> bool:
        """Queue the files that are due; False if there are none."""
        if time.monotonic() < self._next_check:
            return False
        now = time.time()
        due = self._catalogue.retries.due(DELAYS)
        ready = [file_id for file_id, when in due if when <= now]
        wait = min((when - now for _, when in due if when > now), default=CHECK_INTERVAL)
        self._next_check = time.monotonic() + min(wait, CHECK_INTERVAL)
        if ready:
            with self._catalogue.transaction():
                self._catalogue.retries.retry(ready)
            self._extract.reload()
        return bool(ready)

    def next_wakeup(self) -> float | None:
        """Seconds until a file may be due; None if none has failed."""
        return max(self._next_check - time.monotonic(), 0.0) if self._catalogue.retries.due(DELAYS) else None
