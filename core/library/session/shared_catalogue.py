"""The catalogue for reading, which all threads of a program share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.store.catalogue.catalogue import Catalogue
from core.store.integrity.presence import Presence


class SharedCatalogue:
    """A read-only view of a library's catalogue, for one thread at a time, and whether its folder is there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._catalogue = Catalogue(root, writable=False)
        self.presence = Presence(root)
        self.lock = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[Catalogue]:
        """The catalogue; other threads wait meanwhile."""
        with self.lock:
            yield self._catalogue

    def reopen(self) -> None:
        """Read the catalogue that is in the folder now, after it was away."""
        with self.lock:
            self._catalogue.close()
            self._catalogue = Catalogue(self._root, writable=False)

    def close(self) -> None:
        with self.lock:
            self._catalogue.close()
