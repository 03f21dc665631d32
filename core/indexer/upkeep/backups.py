"""The catalogue's copies: made on a thread of their own when nothing else is to be done."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from pathlib import Path

from core.errors import LibraryDamagedError
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import backup

AFTER_FAILURE = 3600.0  # seconds until another try
log = logging.getLogger(__name__)


class Backups:
    """Makes a copy once a day, if the catalogue changed since the last one. For the indexer's thread.

    `filled` is a catalogue that is worth a copy as it is.
    """

    def __init__(self, root: Path, *, filled: bool) -> None:
        self._root = root
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._not_before = 0.0
        self._has_news = filled and not backup.backups(root)
        self.error: LibraryDamagedError | None = None

    def note(self) -> None:
        """Something was stored since."""
        self._has_news = True

    def next_wakeup(self) -> float | None:
        """Seconds until a copy is due; None if there is nothing new to copy."""
        if not self._has_news or self._is_busy():
            return None
        return max(0.0, backup.seconds_until_due(self._root), self._not_before - time.monotonic())

    def make(self) -> None:
        """Begin a copy if one is due; returns at once."""
        if self.next_wakeup() == 0.0:
            self._has_news = False
            self._not_before = time.monotonic() + AFTER_FAILURE
            self._thread = threading.Thread(target=self._run, name="backup")
            self._thread.start()

    def close(self) -> None:
        """Give up a copy that is under way."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        try:
            if not backup.has_room(self._root):
                log.warning("no copy of the catalogue was made: there is not enough room")
                return
            made = backup.back_up(self._root, self._stop.is_set)
            self._not_before = 0.0
            log.info("a copy of the catalogue was made: %s", made.name)
        except backup.Interrupted:
            pass
        except (OSError, sqlite3.Error) as error:
            log.warning("no copy of the catalogue was made: %s", error)
            if "malformed" in str(error):
                self.error = catalogue_damaged(self._root)
            self._has_news = True
