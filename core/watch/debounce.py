"""Debouncing of file system events: a path is due after a while without events."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

COALESCE_SECONDS = 0.1  # paths due within this time are returned together: both ends of a move


@dataclass(slots=True)
class PendingPath:
    """When the first event of a path arrived, and when it is due (seconds, by the caller's clock)."""

    first: float
    due: float


class Debouncer:
    """Pending paths by root id. Not thread-safe; the caller passes the time.

    A path is due `delay` seconds after its last event, and at most `max_delay` seconds after its first one.
    An event below a pending path counts as an event of that path.
    """

    def __init__(self, delay: float, max_delay: float) -> None:
        self._delay = delay
        self._max_delay = max_delay
        self._pending: dict[tuple[int, bytes], PendingPath] = {}
        self._counts: Counter[int] = Counter()
        self._next_due = math.inf

    def __len__(self) -> int:
        return len(self._pending)

    def count(self, root_id: int) -> int:
        """The number of pending paths of a root."""
        return self._counts[root_id]

    def add(self, root_id: int, path: bytes, now: float) -> bool:
        """Record an event of a path; returns whether nothing was pending before."""
        for place in path_and_parents(path):
            pending = self._pending.get((root_id, place))
            if pending is not None:
                if now + self._delay <= pending.first + self._max_delay:
                    pending.due = now + self._delay
                return False
        return self.reschedule(root_id, path, now, now)

    def reschedule(self, root_id: int, path: bytes, first: float, now: float) -> bool:
        """Make a path whose first event was at `first` due again; returns whether nothing was pending before."""
        was_empty = not self._pending
        due = now + self._delay
        self._counts[root_id] += (root_id, path) not in self._pending
        self._pending[root_id, path] = PendingPath(first, due)
        self._next_due = min(self._next_due, due)
        return was_empty

    def drop(self, root_id: int) -> None:
        """Discard the pending paths of a root."""
        self._pending = {key: pending for key, pending in self._pending.items() if key[0] != root_id}
        del self._counts[root_id]

    def pop_due(self, now: float) -> list[tuple[int, bytes, float]]:
        """Remove and return the due paths as (root id, path, time of the first event)."""
        if now < self._next_due:
            return []
        # Coalesce only if one path is really due: `_next_due` may be the outdated time of a postponed one.
        due = [key for key, pending in self._pending.items() if pending.due <= now]
        if due:
            due = [key for key, pending in self._pending.items() if pending.due <= now + COALESCE_SECONDS]
        self._counts.subtract(root_id for root_id, _ in due)
        taken = [(*key, self._pending.pop(key).first) for key in due]
        self._next_due = min((pending.due for pending in self._pending.values()), default=math.inf)
        return taken

    def next_due(self) -> float:
        """When to call `pop_due` again; infinity if nothing is pending."""
        return self._next_due


def path_and_parents(path: bytes) -> Iterator[bytes]:
    """A path and all of its parent folders, up to the topmost one."""
    yield path
    while (above := os.path.dirname(path)) != path:
        yield above
        path = above
