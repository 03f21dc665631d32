"""The files that wait to be read, in the order in which a person would want them."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple


class ReadPriority(IntEnum):
    """What goes first: what was saved or dropped a moment ago, then a folder that was just added, then the others."""

    SAVED = 0
    ADDED = 1
    OTHER = 2


class QueuedFile(NamedTuple):
    """A file that waits; among those of one rank the most recently changed goes first."""

    rank: ReadPriority
    age: int  # minus its time of change in ns
    file_id: int
    path: bytes
    size: int


class ReadQueue:
    """Files under their ids, best first. One thread changes it, any may ask for a place."""

    def __init__(self, rows: Iterable[tuple[int, bytes, int, int]] = ()) -> None:
        self._heap: list[QueuedFile] = []
        self._waiting: dict[int, QueuedFile] = {}
        self.reload(rows)

    def __len__(self) -> int:
        return len(self._waiting)

    def reload(self, rows: Iterable[tuple[int, bytes, int, int]]) -> None:
        """Have these files wait and no others, as (id, path, size, mtime in ns); each keeps its rank."""
        ranks = {file_id: waiting.rank for file_id, waiting in self._waiting.items()}
        self._waiting = {row[0]: QueuedFile(ranks.get(row[0], ReadPriority.OTHER), -row[3], *row[:3]) for row in rows}
        self._heap = list(self._waiting.values())
        heapq.heapify(self._heap)

    def add(self, file_id: int, path: bytes, size: int, mtime_ns: int, rank: ReadPriority) -> None:
        """Let a file wait; one that waits already does so as it is now, and not at a later place."""
        before = self._waiting.get(file_id)
        waiting = QueuedFile(min(rank, before.rank) if before else rank, -mtime_ns, file_id, path, size)
        self._waiting[file_id] = waiting
        heapq.heappush(self._heap, waiting)

    def take(self, last: ReadPriority = ReadPriority.OTHER) -> QueuedFile | None:
        """The file whose turn it is, if its rank is not behind `last`."""
        while self._heap:
            first = self._heap[0]
            if self._waiting.get(first.file_id) is not first:
                heapq.heappop(self._heap)  # it waits as another one by now, or no more
            elif first.rank > last:
                return None
            else:
                heapq.heappop(self._heap)
                del self._waiting[first.file_id]
                return first
        return None

    def place_of(self, file_id: int) -> int | None:
        """At which place a file waits, from 1; None if it does not."""
        mine = self._waiting.get(file_id)
        return None if mine is None else 1 + sum(waiting < mine for waiting in list(self._waiting.values()))
