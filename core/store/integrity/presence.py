"""Whether the folder of an open library is there: its disk may be pulled out, and it may be moved."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from core.errors import LibraryAwayError
from core.store.integrity import verify

CHECK_INTERVAL = 1.0  # seconds between two looks at the disk


class Presence:
    """Looks for the library's catalogue, on any thread; at most one look in `CHECK_INTERVAL`."""

    def __init__(self, root: Path) -> None:
        self._path = verify.catalogue_path(root)
        self._lock = threading.Lock()
        self._checked_at = time.monotonic()
        self._identity = _identity(self._path)
        self._is_away = False

    def is_away(self, *, now: bool = False) -> bool:
        """Whether the catalogue that was opened is not at its place; `now` looks in any case."""
        with self._lock:
            if now or time.monotonic() - self._checked_at >= CHECK_INTERVAL:
                self._checked_at = time.monotonic()
                self._is_away = _identity(self._path) != self._identity
            return self._is_away

    def require(self) -> None:
        """Raise LibraryAwayError if the catalogue is away."""
        if self.is_away(now=True):
            raise LibraryAwayError("storage.away", folder=self._path.parent)

    def has_returned(self) -> bool:
        """Whether a catalogue is at its place, the one that was opened or another one."""
        return _identity(self._path) is not None

    def renew(self) -> None:
        """Take the catalogue that is there now for the one that was opened."""
        with self._lock:
            self._identity = _identity(self._path)
            self._is_away = False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
