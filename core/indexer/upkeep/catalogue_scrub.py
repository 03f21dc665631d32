"""Checks the catalogue for bit rot in idle time: some rows at a time, and all pages after each round."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from core.errors import LibraryDamagedError
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.checksums import CHECKED_TABLES
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import pages, rot, verify

INTERVAL = 600.0  # seconds between two batches, and before the first
ROWS = 5_000  # a batch; some tenths of a second
TABLES = tuple(CHECKED_TABLES.values())
log = logging.getLogger(__name__)


class CatalogueScrub:
    """Chooses the rows of each batch, and stores its position in the catalogue. Use it on the indexer's thread.

    It also adds the checksums that an older version did not write, without waiting between the batches.
    """

    def __init__(self, root: Path, catalogue: Catalogue) -> None:
        self._path = verify.catalogue_path(root)
        self._catalogue = catalogue
        self._next = time.monotonic() + INTERVAL
        self._is_adding = catalogue.needs_checksums
        self._thread: threading.Thread | None = None
        self.error: LibraryDamagedError | None = None

    def next_batch(self) -> dict[str, list[rot.Key]]:
        """Check the next rows if a batch is due; returns the keys of the rotten ones by table."""
        if self.next_wakeup() > 0:
            return {}
        self._next = time.monotonic() + INTERVAL
        number, place = self._catalogue.scrub_position()
        table, database = TABLES[number % len(TABLES)], self._catalogue.database
        with self._catalogue.transaction():
            keys, reached = rot.rotten_between(database, table, place, ROWS)
            if reached is None:
                number, reached = (number + 1) % len(TABLES), -1
            elif self._is_adding:
                rot.add_missing(database, table, place, reached)
            self._catalogue.set_scrub_position(number, reached)
        if (number, reached) == (0, -1):
            self._is_adding = False
            self._start_page_check()
        return {table.name: keys} if keys else {}

    def next_wakeup(self) -> float:
        """Seconds until the next batch is due."""
        return 0.0 if self._is_adding else max(0.0, self._next - time.monotonic())

    def close(self) -> None:
        """Wait for a running check of the pages, which takes some seconds for a large catalogue."""
        if self._thread is not None:
            self._thread.join()

    def _start_page_check(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._check_pages, name="page check")
            self._thread.start()

    def _check_pages(self) -> None:
        found = pages.examine(self._path)
        if found.damage:
            log.error("the catalogue is damaged: %s", found.damage)
            self.error = catalogue_damaged(self._path.parent)
