"""Paths that were noticed and wait until nothing more happens to them."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

TOGETHER = 0.1  # seconds: the two ends of a move are looked at together


@dataclass(slots=True)
class PendingPath:
    """When a path was noticed first, and when it is to be looked at (seconds, by the caller's clock)."""

    first: float
    due: float


class Debouncer:
    """Paths under the number of their root. For one thread at a time; the caller tells the time.

    A path is due `quiet` seconds after its last notice, `longest` seconds after its first one at the latest.
    What happens below a path that waits counts as happening to it.
    """

    def __init__(self, quiet: float, longest: float) -> None:
        self._quiet = quiet
        self._longest = longest
        self._waiting: dict[tuple[int, bytes], PendingPath] = {}
        self._counts: Counter[int] = Counter()
        self._next = math.inf  # nothing is due before

    def __len__(self) -> int:
        return len(self._waiting)

    def count(self, root_id: int) -> int:
        """How many paths of a root wait."""
        return self._counts[root_id]

    def note(self, root_id: int, path: bytes, now: float) -> bool:
        """Something happened to a path; whether nothing was waiting before."""
        for place in and_above(path):
            waiting = self._waiting.get((root_id, place))
            if waiting is not None:
                if now + self._quiet <= waiting.first + self._longest:
                    waiting.due = now + self._quiet
                return False
        return self.put_back(root_id, path, now, now)

    def put_back(self, root_id: int, path: bytes, first: float, now: float) -> bool:
        """Let a path wait again that was noticed first at that time."""
        was_empty = not self._waiting
        due = now + self._quiet
        self._counts[root_id] += (root_id, path) not in self._waiting
        self._waiting[root_id, path] = PendingPath(first, due)
        self._next = min(self._next, due)
        return was_empty

    def drop(self, root_id: int) -> None:
        """Forget what waits in a root."""
        self._waiting = {key: waiting for key, waiting in self._waiting.items() if key[0] != root_id}
        del self._counts[root_id]

    def take(self, now: float) -> list[tuple[int, bytes, float]]:
        """(root id, path, when it was first noticed) of what is due."""
        if now < self._next:
            return []
        # Only if one is really due, lest a path be taken early by another's old date.
        ready = [key for key, waiting in self._waiting.items() if waiting.due <= now]
        if ready:
            ready = [key for key, waiting in self._waiting.items() if waiting.due <= now + TOGETHER]
        self._counts.subtract(root_id for root_id, _ in ready)
        taken = [(*key, self._waiting.pop(key).first) for key in ready]
        self._next = min((waiting.due for waiting in self._waiting.values()), default=math.inf)
        return taken

    def next(self) -> float:
        """When to call `take` again; infinity if nothing waits."""
        return self._next


def and_above(path: bytes) -> Iterator[bytes]:
    """A path and the folders that it is in, up to the topmost one."""
    yield path
    while (above := os.path.dirname(path)) != path:
        yield above
        path = above
