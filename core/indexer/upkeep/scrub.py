"""A look at what the times do not tell: now and then a few files are hashed again, the longest unseen first."""

from __future__ import annotations

import time

from core.store.catalogue.catalogue import Catalogue

EVERY = 3_600.0  # seconds between two rounds, and before the first
FILES = 200  # of a round
BYTES = 50_000_000  # of a round


class Scrub:
    """Chooses the files of a round; it goes on where it stopped, also in a library that was opened again."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._next = time.monotonic() + EVERY

    def round(self) -> list[tuple[int, bytes, int]]:
        """(id, path, size) of files to be hashed now; none if it is too early."""
        if time.monotonic() < self._next:
            return []
        self._next = time.monotonic() + EVERY
        rows: list[tuple[int, bytes, int]] = []
        left = BYTES
        for row in self._catalogue.files.read_after(self._catalogue.files.scrub_position(), FILES):
            left -= row[2]
            if left < 0 and rows:
                break
            rows.append(row)
        with self._catalogue.transaction():
            self._catalogue.files.set_scrub_position(rows[-1][0] if rows else 0)
        return rows

    def next_wakeup(self) -> float:
        """Seconds until the next round."""
        return max(0.0, self._next - time.monotonic())
