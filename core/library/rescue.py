"""A damaged catalogue set aside, and another one in its place: the last sound copy, and what could be saved."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.library.root import locked
from core.store import soundness
from core.store.backup import backups, made_at
from core.store.catalogue import Catalogue
from core.store.salvage import Salvaged, salvage

ASIDE = "broken-"
DERIVED = ("words", "vectors")

Tell = Callable[[str, int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Rescued:
    """What a rescue did: `aside` is where the damaged catalogue lies, `copy` when the copy that was used was made."""

    aside: Path
    copy: float | None
    salvaged: Salvaged

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        found = self.salvaged
        base = "It was built anew" if self.copy is None else f"Its copy of {_moment(self.copy)} took its place"
        return (
            f"The damaged catalogue was set aside as {self.aside.name}. {base}; {found.contents:,} texts and "
            f"{found.vectors:,} vectors were saved from the damaged one. What is missing is read again."
        )


def rescue(root: Path, tell: Tell, stop: Stop) -> Rescued:
    """Set a damaged catalogue aside (it is moved, never deleted) and put the best in its place that can be had.

    That is the newest sound copy, with everything in it that the damaged one still holds. What is derived is made
    again at the next opening, and files that are not known then are read. Waits; `tell(what, done, total)` and `stop`
    are called on the way. Raises LibraryLockedError, LibraryUnusableError, StorageFullError.
    """
    lock = locked(root)
    try:
        tell("Setting the damaged catalogue aside", 0, 0)
        aside = _set_aside(root)
        copy = _restore(root, tell)
        for name in DERIVED:  # their numbers would mean other passages
            shutil.rmtree(root / name, ignore_errors=True)
        Catalogue(root, writable=True).close()
        found = Salvaged()
        damaged = aside / soundness.catalogue_of(root).name
        if damaged.exists():
            found = salvage(damaged, root, lambda done, total: tell("Saving texts and vectors", done, total), stop)
        soundness.let_go(root)
        return Rescued(aside, copy, found)
    finally:
        lock.release()


def set_aside(root: Path) -> list[Path]:
    """The folders with damaged catalogues, oldest first."""
    return sorted(path for path in root.glob(f"{ASIDE}*") if path.is_dir())


def _set_aside(root: Path) -> Path:
    folder = root / f"{ASIDE}{datetime.now():%Y-%m-%d-%H%M%S-%f}"  # noqa: DTZ005 - the person's own time
    folder.mkdir(mode=0o700)
    name = soundness.catalogue_of(root).name
    for suffix in ("-wal", "-shm", ""):  # the catalogue last: while it is there, the rest belongs to it
        path = root / f"{name}{suffix}"
        if path.exists():
            os.rename(path, folder / path.name)
    return folder


def _restore(root: Path, tell: Tell) -> float | None:
    """Put the newest copy that is sound in the catalogue's place; when it was made, None if there is none."""
    for copy in backups(root):
        tell(f"Checking the copy of {_moment(made_at(copy))}", 0, 0)
        if not soundness.damage(copy):
            temporary = root / "restored.tmp"
            shutil.copyfile(copy, temporary)
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(temporary, soundness.catalogue_of(root))
            return made_at(copy)
    return None


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M}"  # noqa: DTZ006 - the person's own time
