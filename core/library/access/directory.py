"""The folder of a library: its lock, its settings, and which paths may not be added to it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import filelock

from core import checked_json
from core import settings as settings_file
from core.errors import (
    FindlingError,
    FolderError,
    LibraryAwayError,
    LibraryDamagedError,
    LibraryLockedError,
    LibraryUnusableError,
    StorageFullError,
)
from core.library.access.event_log import EventLog
from core.library.access.permissions import tighten
from core.library.session import previous_model
from core.messages import Message
from core.settings import Settings
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import pages, verify
from core.store.integrity.backup import backups

ProgressCallback = Callable[[str, int, int], None]  # (what is being done, done, total); a total of 0 is unknown

DERIVED = ("words", "vectors")  # folders of indexes, which are rebuilt from the catalogue


def no_progress(what: str, done: int, total: int) -> None:
    """A `ProgressCallback` that does nothing."""


def acquire_lock(root: Path) -> filelock.BaseFileLock:
    """Lock the folder, which is made if it is missing.

    Raises LibraryLockedError, LibraryUnusableError, StorageFullError.
    """
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)  # it will contain the text of private documents
        lock = filelock.FileLock(root / "lock", thread_local=False)
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise LibraryLockedError("library.locked", folder=root) from None
    except OSError as error:
        raise storage_error(root, error) from error
    return lock


def is_read_only(root: Path) -> bool:
    """Whether a folder holds a library that cannot be written: on a read-only disk, or without the right to write."""
    return verify.catalogue_path(root).is_file() and not os.access(root, os.W_OK | os.X_OK)


def is_locked(root: Path) -> bool:
    """Whether a running program has the library open for writing.

    The check takes the lock for a moment, so a program that opens the library just then is refused: call it rarely, and
    only if the library is marked as open.
    """
    if not (root / "lock").exists():
        return False  # an attempt to lock would create it
    lock = filelock.FileLock(root / "lock", thread_local=False)
    try:
        lock.acquire(blocking=False)
    except (filelock.Timeout, OSError):
        return True  # assume the worst of a lock that cannot be tried
    lock.release()
    return False


def check_after_crash(root: Path, tell: ProgressCallback = no_progress) -> None:
    """Verify a library that was not closed cleanly; raises LibraryDamagedError, LibraryUnusableError.

    A damaged catalogue is left as it is; damaged word indexes are deleted, as they are rebuilt from it.
    """
    try:
        require_catalogue(root)
        if not verify.mark_open(root):
            return
        tell(Message("work.checking_after_crash").sentence, 0, 0)
        if verify.find_damage(verify.catalogue_path(root)):
            raise catalogue_damaged(root)
        verify.discard_broken_indexes(root)
    except OSError as error:
        raise storage_error(root, error) from error


def require_catalogue(root: Path) -> None:
    """Raise LibraryDamagedError for a damaged header, and for a missing catalogue of which indexes or backups exist.

    Otherwise an empty one would silently take its place.
    """
    catalogue = verify.catalogue_path(root)
    if pages.header_damage(catalogue):
        raise catalogue_damaged(root)
    is_there = catalogue.is_file() and catalogue.stat().st_size > 0
    if not is_there and (backups(root) or any(any((root / name).glob("*")) for name in DERIVED)):
        raise catalogue_damaged(root)


class LibraryLock:
    """The right to write to a library, and its event log, until `release`; raises as `acquire_lock`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = acquire_lock(root)
        tighten(root)
        self._event_log = EventLog(root)

    def renew(self) -> None:
        """Lock a folder that was away, and check its library; raises as `acquire_lock` and `check_after_crash`."""
        if not self._is_held():
            self._lock.release()
            self._lock = acquire_lock(self._root)
        self._event_log.reopen()
        check_after_crash(self._root)

    def release_cleanly(self, failure: BaseException | None) -> None:
        """Release the lock and set the clean-shutdown flag, unless `failure` is a damaged catalogue."""
        if not isinstance(failure, LibraryDamagedError):
            with suppress(OSError):
                verify.mark_closed(self._root)
        tighten(self._root)
        self.release()

    def _is_held(self) -> bool:
        """Whether the lock is on the file that is in the folder now."""
        context = self._lock._context  # noqa: SLF001 - filelock has no other way to the descriptor
        try:
            return context.lock_file_fd is not None and os.path.samestat(
                os.fstat(context.lock_file_fd), os.stat(self._root / "lock")
            )
        except OSError:
            return False

    def release(self) -> None:
        """Release the lock without the clean-shutdown flag."""
        self._event_log.close()
        self._lock.release()


def save_settings(settings: Settings, root: Path) -> None:
    """Save settings in the library; raises as `acquire_lock`, and ModelError if the model's own folder is unusable."""
    _ = settings.model_spec
    try:
        previous_model.remember(root, settings)
        settings_file.save(settings, root / settings_file.SETTINGS_NAME)
    except OSError as error:
        raise storage_error(root, error) from error


def protect_settings(root: Path) -> None:
    """Mend the settings file if it is damaged, and give it a checksum; raises as `acquire_lock`."""
    try:
        checked_json.protect(root / settings_file.SETTINGS_NAME)
    except OSError as error:
        raise storage_error(root, error) from error


def session_settings(settings: Settings) -> Settings:
    """The settings without those whose change needs no new session: what only downloads or front ends use."""
    return replace(settings, hub="huggingface", hub_mirror="", proxy="", keep_history=True, keep_judgements=False)


def storage_error(root: Path, error: OSError) -> FindlingError:
    """The error to raise for an OSError in a library's folder."""
    if error.errno == errno.ENOENT and not root.is_dir():
        return LibraryAwayError("storage.away", folder=root)
    if error.errno == errno.ENOSPC:
        return StorageFullError("library.disk_full")
    return LibraryUnusableError("library.not_writable", folder=root, reason=error.strerror)


def check_folder(target: str, root: Path) -> None:
    """Raise FolderError if a path cannot be added to the library in `root`."""
    if not os.path.exists(target):
        raise FolderError("folder.missing", path=target)
    if not (os.path.isdir(target) or os.path.isfile(target)):
        raise FolderError("folder.neither", path=target)
    if not os.access(target, os.R_OK):
        raise FolderError("folder.not_readable", path=target)
    if target == str(root) or target.startswith(f"{root}/"):
        raise FolderError("folder.own_library", path=target)
