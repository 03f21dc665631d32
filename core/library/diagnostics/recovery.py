"""A damaged catalogue set aside, and another one in its place: the last sound copy, and what could be saved."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.library.access.directory import DERIVED, ProgressCallback, acquire_lock, storage_error
from core.messages import Message
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import verify
from core.store.integrity.backup import backups, made_at
from core.store.integrity.recover import RecoveredCounts, recover

ASIDE = "broken-"
MAKING = "rescue"

Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a rescue did: `aside` is where the damaged catalogue lies, `copy` when the copy that was used was made.

    `folders` is how many a person chose are still known.
    """

    aside: Path
    copy: float | None
    recovered: RecoveredCounts
    folders: int

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        if self.copy is None:
            code = "recovery.rebuilt" if self.folders else "recovery.rebuilt_without_folders"
        else:
            code = "recovery.from_copy" if self.folders else "recovery.from_copy_without_folders"
        found = self.recovered
        facts = {"folder": self.aside.name, "texts": found.contents, "vectors": found.vectors}
        return Message(code, when=self.copy or 0.0, **facts).sentence


def recover_library(root: Path, tell: ProgressCallback, stop: Stop) -> Recovery:
    """Put the best in a damaged catalogue's place that can be had; it is set aside (moved, never deleted).

    That is the newest sound copy, with everything in it that the damaged one still holds. What is derived is made
    again at the next opening, and files that are not known then are read. Waits; `tell(what, done, total)` and `stop`
    are called on the way. Nothing has happened before all is made, whatever ends this earlier. Raises
    LibraryDamagedError when it was stopped, LibraryLockedError, LibraryUnusableError, StorageFullError.
    """
    lock = acquire_lock(root)
    made = root / MAKING
    try:
        shutil.rmtree(made, ignore_errors=True)  # of one that was ended
        made.mkdir(mode=0o700)
        copy = _restored(root, made, tell, stop)
        old = verify.catalogue_path(root)
        found = recover(old, made, tell, stop) if old.exists() else RecoveredCounts()
        catalogue = Catalogue(made, writable=True)
        folders = len(catalogue.folders.all())
        catalogue.close()
        if stop():
            raise catalogue_damaged(root)
        tell(Message("work.replacing").sentence, 0, 0)
        aside = _exchanged(root, made)
        verify.mark_closed(root)
        return Recovery(aside, copy, found, folders)
    except OSError as error:
        raise storage_error(root, error) from error
    finally:
        shutil.rmtree(made, ignore_errors=True)
        lock.release()


def set_aside(root: Path) -> list[Path]:
    """The folders with damaged catalogues, oldest first."""
    return sorted(path for path in root.glob(f"{ASIDE}*") if path.is_dir())


def _restored(root: Path, made: Path, tell: ProgressCallback, stop: Stop) -> float | None:
    """Begin with the newest copy that is sound; when it was made, None if there is none."""
    for copy in backups(root):
        if stop():
            break
        tell(Message("work.checking_copy", when=made_at(copy)).sentence, 0, 0)
        if not verify.find_damage(copy):
            shutil.copyfile(copy, verify.catalogue_path(made))
            return made_at(copy)
    return None


def _exchanged(root: Path, made: Path) -> Path:
    """Set the damaged catalogue aside and put the other in its place; there is one at every moment."""
    old, new = verify.catalogue_path(root), verify.catalogue_path(made)
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    aside = root / f"{ASIDE}{datetime.now():%Y-%m-%d-%H%M%S-%f}"  # noqa: DTZ005 - the person's own time
    aside.mkdir(mode=0o700)
    logs = [path for suffix in ("-wal", "-shm") if (path := old.with_name(old.name + suffix)).exists()]
    for path in (old, *logs):
        if path.exists():
            _second_name(path, aside / path.name)
    for path in logs:  # they would be taken for the new one's
        path.unlink()
    for name in DERIVED:  # their numbers would mean other passages
        shutil.rmtree(root / name, ignore_errors=True)
    os.replace(new, old)
    return aside


def _second_name(path: Path, name: Path) -> None:
    try:
        os.link(path, name)
    except OSError:  # a disk without hard links
        shutil.copyfile(path, name)
