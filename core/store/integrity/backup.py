"""Copies of the catalogue to go back to: made by SQLite while others write, checked, and the last ones kept."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from core.store.integrity import verify

BACKUP_FOLDER = "backups"
KEEP = 2
INTERVAL = 24 * 3600.0  # seconds
GROWTH_INTERVAL = 600.0  # seconds, of a catalogue that has outgrown its copies
GROWTH_FACTOR = 2.0  # times as large as the newest copy
PAGES_PER_STEP = 1024  # copied between two looks at `stop`
FREE_SPACE_FACTOR = 2.0  # how many times the catalogue's size must be free


class Interrupted(Exception):
    """A copy was not finished: nothing of it is left."""


def backups(root: Path) -> list[Path]:
    """The copies there are, the newest first."""
    return sorted((root / BACKUP_FOLDER).glob("catalogue-*.sqlite"), reverse=True)


def made_at(backup: Path) -> float:
    """When a copy was made, in seconds since 1970."""
    return backup.stat().st_mtime


def seconds_until_due(root: Path) -> float:
    """Seconds until the next copy is due; one in the future, by a clock that went back, does not count."""
    age = min((time.time() - made_at(path) for path in backups(root)), default=INTERVAL)
    return max(0.0, (GROWTH_INTERVAL if has_grown(root) else INTERVAL) - age) if age >= 0 else 0.0


def has_grown(root: Path) -> bool:
    """Whether the newest copy has so little of the catalogue that a day is too long to wait."""
    catalogue = verify.catalogue_path(root)
    files = (catalogue, catalogue.with_name(f"{catalogue.name}-wal"))
    copied = next((path.stat().st_size for path in backups(root)), 0)
    return sum(path.stat().st_size for path in files if path.exists()) > GROWTH_FACTOR * copied


def has_room(root: Path) -> bool:
    """Whether a copy leaves as much space again."""
    return shutil.disk_usage(root).free > FREE_SPACE_FACTOR * verify.catalogue_path(root).stat().st_size


def back_up(root: Path, stop: Callable[[], bool]) -> Path:
    """Copy the catalogue as it is at this moment, and drop the oldest copies.

    Raises Interrupted when `stop` says so, OSError and sqlite3.Error. A catalogue that is not sound takes no copy's
    place: then sqlite3.DatabaseError is raised.
    """
    folder = root / BACKUP_FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    temporary = folder / "unfinished.sqlite"
    temporary.unlink(missing_ok=True)
    try:
        _copy(verify.catalogue_path(root), temporary, stop)
        if found := verify.find_damage(temporary):
            raise sqlite3.DatabaseError(f"the catalogue is malformed: {found}")
        _sync(temporary)
        made = folder / f"catalogue-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite"
        os.replace(temporary, made)
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{temporary}{suffix}").unlink(missing_ok=True)
    for old in _outdated(root, made):
        old.unlink(missing_ok=True)
    return made


def _outdated(root: Path, made: Path) -> list[Path]:
    """The copies that a new one makes superfluous: too old, or made by a clock that was fast."""
    others = [path for path in backups(root) if path != made]
    older = [path for path in others if path.name < made.name]
    return [path for path in others if path not in older[: KEEP - 1]]


def _copy(source: Path, target: Path, stop: Callable[[], bool]) -> None:
    def look(*_progress: int) -> None:
        if stop():
            raise Interrupted

    uri = f"{source.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        here.execute("BEGIN")
        here.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from now on it sees this moment only
        here.backup(there, pages=PAGES_PER_STEP, progress=look)
        here.execute("ROLLBACK")
        there.execute("PRAGMA journal_mode = DELETE")


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
