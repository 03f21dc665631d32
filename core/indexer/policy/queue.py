"""The priority queue of files that wait to be read."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple


class ReadPriority(IntEnum):
    """The order of reading: files just saved or dropped, then those of a folder just added, then all others."""

    SAVED = 0
    ADDED = 1
    OTHER = 2


class QueuedFile(NamedTuple):
    """A waiting file; of two with the same priority the most recently modified comes first."""

    priority: ReadPriority
    age: int  # minus the mtime in ns
    file_id: int
    path: bytes
    size: int


class ReadQueue:
    """Waiting files by id, best first. One thread changes it, any thread may ask for a position."""

    def __init__(self, rows: Iterable[tuple[int, bytes, int, int]] = ()) -> None:
        self._heap: list[QueuedFile] = []
        self._queued: dict[int, QueuedFile] = {}
        self.reload(rows)

    def __len__(self) -> int:
        return len(self._queued)

    def reload(self, rows: Iterable[tuple[int, bytes, int, int]]) -> None:
        """Replace the queue by these files (id, path, size, mtime in ns); files already in it keep their priority."""
        priorities = {file_id: queued.priority for file_id, queued in self._queued.items()}
        self._queued = {
            row[0]: QueuedFile(priorities.get(row[0], ReadPriority.OTHER), -row[3], *row[:3]) for row in rows
        }
        self._heap = list(self._queued.values())
        heapq.heapify(self._heap)

    def add(self, file_id: int, path: bytes, size: int, mtime_ns: int, priority: ReadPriority) -> None:
        """Add a file, or update a queued one, which keeps the higher of both priorities."""
        before = self._queued.get(file_id)
        queued = QueuedFile(min(priority, before.priority) if before else priority, -mtime_ns, file_id, path, size)
        self._queued[file_id] = queued
        heapq.heappush(self._heap, queued)

    def pop(self, lowest: ReadPriority = ReadPriority.OTHER) -> QueuedFile | None:
        """Remove and return the first file, if its priority is at least `lowest`."""
        while self._heap:
            first = self._heap[0]
            if self._queued.get(first.file_id) is not first:
                heapq.heappop(self._heap)  # outdated: it was updated or removed
            elif first.priority > lowest:
                return None
            else:
                heapq.heappop(self._heap)
                del self._queued[first.file_id]
                return first
        return None

    def position_of(self, file_id: int) -> int | None:
        """The position of a file in the queue, from 1; None if it is not queued."""
        queued = self._queued.get(file_id)
        return None if queued is None else 1 + sum(other < queued for other in list(self._queued.values()))
