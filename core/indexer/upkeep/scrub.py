"""Scrubbing: rehashes a few files an hour, to find changes that left mtime, size and inode unchanged."""

from __future__ import annotations

import time

from core.store.catalogue.catalogue import Catalogue

INTERVAL = 3_600.0  # seconds between two batches, and before the first
MAX_FILES = 200  # a batch
MAX_BYTES = 50_000_000  # a batch


class Scrub:
    """Chooses the files of each batch; stores its position in the catalogue, so that it survives a restart."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._next = time.monotonic() + INTERVAL

    def next_batch(self) -> list[tuple[int, bytes, int]]:
        """(id, path, size) of the files to hash now; empty if no batch is due."""
        if time.monotonic() < self._next:
            return []
        self._next = time.monotonic() + INTERVAL
        rows: list[tuple[int, bytes, int]] = []
        remaining = MAX_BYTES
        for row in self._catalogue.files.read_after(self._catalogue.files.scrub_position(), MAX_FILES):
            remaining -= row[2]
            if remaining < 0 and rows:
                break
            rows.append(row)
        with self._catalogue.transaction():
            self._catalogue.files.set_scrub_position(rows[-1][0] if rows else 0)
        return rows

    def next_wakeup(self) -> float:
        """Seconds until the next batch is due."""
        return max(0.0, self._next - time.monotonic())
