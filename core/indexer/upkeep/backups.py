"""Daily backups of the catalogue, on a thread of their own while the indexer is idle."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from pathlib import Path

from core.errors import LibraryDamagedError
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import backup

RETRY_SECONDS = 3600.0  # after a failed backup
log = logging.getLogger(__name__)


class Backups:
    """Makes a backup once a day if the catalogue changed since the last one. Use it on the indexer's thread.

    With `has_folders`, a library without any backup gets one even before its first change.
    """

    def __init__(self, root: Path, *, has_folders: bool) -> None:
        self._root = root
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._not_before = 0.0
        self._is_outdated = has_folders and not backup.backups(root)
        self.error: LibraryDamagedError | None = None

    def mark_changed(self) -> None:
        """Record that the catalogue changed since the last backup."""
        self._is_outdated = True

    def next_wakeup(self) -> float | None:
        """Seconds until a backup is due; None if nothing changed."""
        if not self._is_outdated or self._is_running():
            return None
        return max(0.0, backup.seconds_until_due(self._root), self._not_before - time.monotonic())

    def start_if_due(self) -> None:
        """Start a backup if one is due; returns at once."""
        if self.next_wakeup() == 0.0:
            self._is_outdated = False
            self._not_before = time.monotonic() + RETRY_SECONDS
            self._thread = threading.Thread(target=self._run, name="backup")
            self._thread.start()

    def close(self) -> None:
        """Cancel a running backup."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _run(self) -> None:
        try:
            if not backup.has_room(self._root):
                log.warning("no backup of the catalogue was made: not enough disk space")
                return
            made = backup.back_up(self._root, self._stop.is_set)
            self._not_before = 0.0
            log.info("made a backup of the catalogue: %s", made.name)
        except backup.Interrupted:
            pass
        except (OSError, sqlite3.Error, UnicodeDecodeError) as error:
            log.warning("no backup of the catalogue was made: %s", error)
            if "malformed" in str(error):
                self.error = catalogue_damaged(self._root)
            self._is_outdated = True
