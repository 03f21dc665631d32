"""Whether a server answers, known by its last answer, so that nobody waits for one that does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from core.errors import VectorStoreError

HOLD = 10.0  # seconds without searches after one that failed, unless the server is known to answer again


class Reachability:
    """The last error of a server; thread-safe. `on_change` is called, on any thread, when the error changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._error: VectorStoreError | None = None
        self._until = 0.0
        self.on_change: Callable[[], None] = lambda: None

    @property
    def error(self) -> VectorStoreError | None:
        """Why the server is not used; None where it answers."""
        with self._lock:
            return self._error

    def require(self) -> None:
        """Raise the last error if it is recent."""
        with self._lock:
            if self._error is not None and time.monotonic() < self._until:
                raise self._error

    def failed(self, error: VectorStoreError) -> None:
        """Hold searches off for a while."""
        self._set(error)

    def answered(self) -> None:
        """Search again."""
        self._set(None)

    def _set(self, error: VectorStoreError | None) -> None:
        with self._lock:
            before, self._error = self._error, error
            self._until = time.monotonic() + HOLD
        if (before is None) != (error is None):
            self.on_change()
