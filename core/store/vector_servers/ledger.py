"""What a server has acknowledged, kept beside the library: counts and sums of ranges of ids, never the ids."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from core import checked_json
from core.errors import StorageFullError
from core.store.catalogue.vectors_table import RANGE_BITS, Ids
from core.store.vector.differences import different, sums_of_ranges

NO_SUMS = np.zeros((0, 4), np.int64)


class Ledger:
    """(range, count, sums) of the rows that the server has, and the ranges of which that is not certain.

    Before anything is sent of a range, it is marked on the disk; so a range that is not marked, and whose sums are
    those of the catalogue, needs nothing. Thread-safe.
    """

    def __init__(self, path: Path, server: str) -> None:
        """`server` names the server and the collection: what is known of another one does not count."""
        self.path = path
        self._server = server
        self._lock = threading.Lock()
        self._sums: dict[int, tuple[int, ...]] = {}
        self._uncertain: set[int] = set()
        self.changed = False
        self._read()

    def __len__(self) -> int:
        with self._lock:
            return sum(row[0] for row in self._sums.values())

    @property
    def ranges(self) -> set[int]:
        """All ranges of which the server has rows."""
        with self._lock:
            return {*self._sums, *self._uncertain}

    def differing(self, stored: Ids) -> set[int]:
        """The ranges that must be compared with the server; `stored` is as `VectorsTable.range_sums`."""
        with self._lock:
            rows = [(number, *row) for number, row in self._sums.items()]
            known = np.array(rows, np.int64) if rows else NO_SUMS
            return {*different(known, stored), *self._uncertain}

    def mark(self, ranges: Iterable[int]) -> None:
        """Have the disk say that what the server has of some ranges is not certain. Raises StorageFullError."""
        with self._lock:
            new = set(ranges) - self._uncertain
            self._uncertain |= new
        if new:
            self._write()

    def settle(self, number: int, passages: Ids) -> None:
        """Know that the server has these passages of a range, and no others; the disk is told by `save`."""
        sums = sums_of_ranges(passages)
        with self._lock:
            self._sums.pop(number, None)
            if len(sums):
                self._sums[number] = tuple(sums[0, 1:].tolist())
            self._uncertain.discard(number)
            self.changed = True

    def save(self) -> None:
        """Write what has changed. Raises StorageFullError."""
        if self.changed:
            self._write()

    def _write(self) -> None:
        with self._lock:
            rows = [(number, *row) for number, row in sorted(self._sums.items())]
            data = {"server": self._server, "ranges": rows, "uncertain": sorted(self._uncertain)}
            self.changed = False
            try:
                self.path.parent.mkdir(exist_ok=True)  # not its parent, whose disk may have been removed
                checked_json.write(self.path, data, indent=None)
            except OSError as error:
                self.changed = True
                raise StorageFullError("storage.vector_index_not_saved", reason=error.strerror) from error

    def _read(self) -> None:
        data: Any = None
        with suppress(OSError, ValueError, RecursionError):
            data = checked_json.read(self.path)
        if not isinstance(data, dict) or data.get("server") != self._server:
            return
        with suppress(KeyError, TypeError, ValueError):
            self._sums = {int(number): tuple(map(int, sums)) for number, *sums in data["ranges"]}
            self._uncertain = {int(number) for number in data["uncertain"]}


def range_of(number: int) -> tuple[int, int]:
    """The first id of a range, and the first behind it."""
    return number << RANGE_BITS, (number + 1) << RANGE_BITS
