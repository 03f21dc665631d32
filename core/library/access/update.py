"""Brings the library of an older Findling up to date: a backup first, then each step with its progress."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from core.errors import StorageFullError
from core.library.access.directory import ProgressCallback, storage_error
from core.messages import Message
from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from core.store.catalogue.database import translated_errors
from core.store.catalogue.migration import is_older
from core.store.integrity import backup

log = logging.getLogger(__name__)


def update_library(root: Path, tell: ProgressCallback) -> None:
    """Make the catalogue of a new library, or bring that of an older Findling up to date.

    One that is brought up to date is backed up before, and is as it was if there is no room for that. An interrupted
    update goes on at the next opening. Raises StorageFullError, LibraryDamagedError, LibraryUnusableError.
    """
    catalogue = root / CATALOGUE_NAME
    if is_older(catalogue):
        _back_up(root, tell)
    what = Message("work.updating").sentence
    Catalogue(root, writable=True, on_step=lambda done, total: tell(what, done, total)).close()


def _back_up(root: Path, tell: ProgressCallback) -> None:
    if not backup.has_room(root):
        needed = int(backup.FREE_SPACE_FACTOR * (root / CATALOGUE_NAME).stat().st_size)
        raise StorageFullError("storage.no_room_to_update", needed=needed, free=shutil.disk_usage(root).free)
    what = Message("work.backing_up").sentence
    tell(what, 0, 0)
    try:
        with translated_errors(root / CATALOGUE_NAME):
            made = backup.back_up(root, lambda: False, lambda done, total: tell(what, done, total))
    except OSError as error:
        raise storage_error(root, error) from error
    log.info("made a backup before the library is updated: %s", made.name)
