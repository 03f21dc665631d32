"""Recovers a library whose catalogue is damaged: from the newest intact backup and what can still be read of it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.library.access.directory import DERIVED, ProgressCallback, acquire_lock, storage_error
from core.messages import Message
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.database import Database, catalogue_damaged
from core.store.integrity import verify
from core.store.integrity.backup import backups, is_sound, made_at
from core.store.integrity.recover import RecoveredCounts, recover

SET_ASIDE_PREFIX = "broken-"  # of folders with damaged catalogues, in the library's folder
WORK_FOLDER = "rescue"  # in the library's folder, while a catalogue is made

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Recovery:
    """The outcome of a recovery.

    `aside` is the folder of the damaged catalogue, `copy` the Unix time of the backup used, `folders` how many
    of the user's folders are still in the catalogue.
    """

    aside: Path
    copy: float | None
    recovered: RecoveredCounts
    folders: int

    @property
    def sentence(self) -> str:
        """What happened, for the user."""
        if self.copy is None:
            code = "recovery.rebuilt" if self.folders else "recovery.rebuilt_without_folders"
        else:
            code = "recovery.from_copy" if self.folders else "recovery.from_copy_without_folders"
        found = self.recovered
        facts = {"folder": self.aside.name, "texts": found.contents, "vectors": found.vectors}
        return Message(code, when=self.copy or 0.0, **facts).sentence


def recover_library(root: Path, tell: ProgressCallback, stop: Stop) -> Recovery:
    """Replace a damaged catalogue; it is set aside (moved, never deleted).

    The new one is the newest intact backup, or else an empty one, with everything that the damaged one still holds. The
    next opening rebuilds the indexes and reads the files that are missing in it. Waits; `tell(what, done, total)` and
    `stop` are called meanwhile. The library is unchanged until the new catalogue is complete. Raises
    LibraryDamagedError when stopped, LibraryLockedError, LibraryUnusableError, StorageFullError.
    """
    lock = acquire_lock(root)
    work = root / WORK_FOLDER
    try:
        shutil.rmtree(work, ignore_errors=True)  # left by one that was killed
        work.mkdir(mode=0o700)
        copy = _copy_newest_backup(root, work, tell, stop)
        old = verify.catalogue_path(root)
        found = recover(old, work, tell, stop) if old.exists() else RecoveredCounts()
        catalogue = Catalogue(work, writable=True)
        folders = len(catalogue.folders.all())
        catalogue.close()
        if stop():
            raise catalogue_damaged(root)
        tell(Message("work.replacing").sentence, 0, 0)
        aside = _swap_catalogues(root, work)
        verify.mark_closed(root)
        return Recovery(aside, copy, found, folders)
    except OSError as error:
        raise storage_error(root, error) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
        lock.release()


def rebuild_lookup_indexes(root: Path) -> None:
    """Make the lookup indexes of all tables of a closed library again.

    Waits. Raises LibraryDamagedError if their pages are damaged, LibraryLockedError, LibraryUnusableError,
    StorageFullError.
    """
    lock = acquire_lock(root)
    try:
        with closing(Database(verify.catalogue_path(root), writable=True)) as database:
            database.execute("REINDEX")
    except sqlite3.IntegrityError as error:  # two rows that must differ do not
        raise catalogue_damaged(root) from error
    finally:
        lock.release()


def _copy_newest_backup(root: Path, work: Path, tell: ProgressCallback, stop: Stop) -> float | None:
    """Copy the newest intact backup into `work`; returns the Unix time at which it was made, None if there is none."""
    for copy in backups(root):
        if stop():
            break
        tell(Message("work.checking_copy", when=made_at(copy)).sentence, 0, 0)
        if is_sound(copy):
            shutil.copyfile(copy, verify.catalogue_path(work))
            return made_at(copy)
    return None


def _swap_catalogues(root: Path, work: Path) -> Path:
    """Set the damaged catalogue aside and put the new one in its place; there is a catalogue at every moment."""
    old, new = verify.catalogue_path(root), verify.catalogue_path(work)
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    aside = root / f"{SET_ASIDE_PREFIX}{datetime.now():%Y-%m-%d-%H%M%S-%f}"  # noqa: DTZ005 - the user's own time
    aside.mkdir(mode=0o700)
    logs = [path for suffix in ("-wal", "-shm") if (path := old.with_name(old.name + suffix)).exists()]
    for path in (old, *logs):
        if path.exists():
            _link_or_copy(path, aside / path.name)
    for path in logs:  # SQLite would take them for the new one's
        path.unlink()
    for name in DERIVED:  # their ids would mean other passages
        shutil.rmtree(root / name, ignore_errors=True)
    os.replace(new, old)
    return aside


def _link_or_copy(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # a disk without hard links
        shutil.copyfile(path, name)
