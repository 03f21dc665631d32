"""A library's own folder: its lock, its settings, and what may not be added to it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import filelock

from core import settings as settings_file
from core.errors import (
    FindlingError,
    FolderError,
    LibraryDamagedError,
    LibraryLockedError,
    LibraryUnusableError,
    StorageFullError,
)
from core.library.access.event_log import EventLog
from core.library.session import previous_model
from core.settings import Settings
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import verify
from core.store.integrity.backup import backups

Tell = Callable[[str, int, int], None]  # what is done, how much of it, and of how much; 0 if nobody knows


DERIVED = ("words", "vectors")  # folders of what is made from the catalogue


def say_nothing(what: str, done: int, total: int) -> None:
    """A `Tell` that nobody reads."""


def locked(root: Path) -> filelock.BaseFileLock:
    """Make the folder if need be, and lock it; raises LibraryLockedError, LibraryUnusableError, StorageFullError."""
    try:
        root.mkdir(mode=0o700, parents=True, exist_ok=True)  # it will hold what private documents say
        lock = filelock.FileLock(root / "lock", thread_local=False)
        lock.acquire(blocking=False)
    except filelock.Timeout:
        raise LibraryLockedError(
            f"Another Findling is writing to the library in {root}.", "Use that one, or close it first."
        ) from None
    except OSError as error:
        raise unusable(root, error) from error
    return lock


def is_held(root: Path) -> bool:
    """Whether a program has the library open to write at this moment; one that was killed has not.

    Another one that opens it in just the moment in which this is asked may be refused: ask only where one that was
    killed left its mark, and seldom.
    """
    if not (root / "lock").exists():
        return False  # trying would make it
    lock = filelock.FileLock(root / "lock", thread_local=False)
    try:
        lock.acquire(blocking=False)
    except (filelock.Timeout, OSError):
        return True  # of one that may not be tried, nobody knows better
    lock.release()
    return False


def sound(root: Path, tell: Tell = say_nothing) -> None:
    """Look into what was not let go of properly the last time; raises LibraryDamagedError, LibraryUnusableError.

    A damaged catalogue is left as it is; word indexes that are not whole are deleted, as they can be made again.
    """
    try:
        there(root)
        if not verify.mark_open(root):
            return
        tell("Findling was not closed properly the last time: checking the library", 0, 0)
        if verify.find_damage(verify.catalogue_path(root)):
            raise catalogue_damaged(root)
        verify.discard_broken_indexes(root)
    except OSError as error:
        raise unusable(root, error) from error


def there(root: Path) -> None:
    """Raise LibraryDamagedError if the catalogue was lost: an empty one would take its place without a word."""
    catalogue = verify.catalogue_path(root)
    is_there = catalogue.is_file() and catalogue.stat().st_size > 0
    if not is_there and (backups(root) or any(any((root / name).glob("*")) for name in DERIVED)):
        raise catalogue_damaged(root)


class LibraryLock:
    """The right to write to a library, and its journal, until `release`; raises as `locked`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = locked(root)
        self._journal = EventLog(root)

    def let_go(self, failure: BaseException | None) -> None:
        """All is written and closed, which is noted unless the catalogue turned out to be damaged."""
        if not isinstance(failure, LibraryDamagedError):
            verify.mark_closed(self._root)
        self.release()

    def release(self) -> None:
        """Let others in, without a note that all is well."""
        self._journal.close()
        self._lock.release()


def saved(settings: Settings, root: Path) -> None:
    """Keep settings in the library; raises as `locked`, and ModelError if a model of one's own cannot be read."""
    _ = settings.model_spec
    try:
        previous_model.note(root, settings)
        settings_file.save(settings, root / settings_file.NAME)
    except OSError as error:
        raise unusable(root, error) from error


def of_sessions(settings: Settings) -> Settings:
    """The settings without those that only fetching asks for, so that a change of these restarts nothing."""
    return replace(settings, hub="huggingface", hub_mirror="", proxy="")


def unusable(root: Path, error: OSError) -> FindlingError:
    """What the operating system refuses in a library's folder, in words."""
    if error.errno == 28:
        return StorageFullError("The disk that holds the library is full.", "Free some space and try again.")
    return LibraryUnusableError(
        f"The library in {root} cannot be written ({error.strerror}).",
        "Check the folder's permissions or choose another one.",
    )


def check_folder(target: str, root: Path) -> None:
    """Raise FolderError if a path cannot be added to the library in `root`."""
    if not os.path.exists(target):
        raise FolderError(f"There is no file or folder {target}.", "Check the name.")
    if not (os.path.isdir(target) or os.path.isfile(target)):
        raise FolderError(f"{target} is neither a folder nor a document.", "Choose a folder or a document.")
    if not os.access(target, os.R_OK):
        raise FolderError(f"{target} may not be read.", "Check its permissions.")
    if target == str(root) or target.startswith(f"{root}/"):
        raise FolderError(f"{target} is Findling's own library.", "Choose another folder.")
