"""Backups of the catalogue: made online by SQLite, verified, and rotated."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import blake3

from core.store.integrity import verify

BACKUP_FOLDER = "backups"
KEEP = 2
INTERVAL = 24 * 3600.0  # seconds
GROWTH_INTERVAL = 600.0  # seconds, when the catalogue has outgrown its newest backup
GROWTH_FACTOR = 2.0  # outgrown: this many times the newest backup's size
PAGES_PER_STEP = 1024  # copied between two calls of `stop`
READ_BYTES = 1 << 20
FREE_SPACE_FACTOR = 2.0  # free space that a backup needs, in sizes of the catalogue


class Interrupted(Exception):
    """The backup was stopped; its unfinished file is deleted."""


def backups(root: Path) -> list[Path]:
    """The backups of a library, newest first."""
    return sorted((root / BACKUP_FOLDER).glob("catalogue-*.sqlite"), reverse=True)


def made_at(backup: Path) -> float:
    """When a backup was made, in seconds since 1970."""
    return backup.stat().st_mtime


def is_sound(backup: Path) -> bool:
    """Whether a backup is as it was made, by its digest; reads all of it.

    One without a digest, of an older version, is checked as a catalogue.
    """
    try:
        return _digest_of(backup).read_text(encoding="ascii") == _digest(backup)
    except FileNotFoundError:
        return backup.exists() and not verify.find_damage(backup)
    except (OSError, ValueError):
        return False


def delete(backup: Path) -> None:
    """Delete a backup and its digest. Raises OSError."""
    backup.unlink(missing_ok=True)
    _digest_of(backup).unlink(missing_ok=True)


def seconds_until_due(root: Path) -> float:
    """Seconds until the next backup is due; 0 if the newest one is from the future (the clock was set back)."""
    age = min((time.time() - made_at(path) for path in backups(root)), default=INTERVAL)
    return max(0.0, (GROWTH_INTERVAL if has_grown(root) else INTERVAL) - age) if age >= 0 else 0.0


def has_grown(root: Path) -> bool:
    """Whether the catalogue is more than `GROWTH_FACTOR` times as large as its newest backup."""
    catalogue = verify.catalogue_path(root)
    files = (catalogue, catalogue.with_name(f"{catalogue.name}-wal"))
    copied = next((path.stat().st_size for path in backups(root)), 0)
    return sum(path.stat().st_size for path in files if path.exists()) > GROWTH_FACTOR * copied


def has_room(root: Path) -> bool:
    """Whether the disk has `FREE_SPACE_FACTOR` times the catalogue's size free."""
    return shutil.disk_usage(root).free > FREE_SPACE_FACTOR * verify.catalogue_path(root).stat().st_size


def no_pages(done: int, total: int) -> None:
    """Be told of pages, and do nothing."""


def back_up(root: Path, stop: Callable[[], bool], on_pages: Callable[[int, int], None] = no_pages) -> Path:
    """Back up a snapshot of the catalogue, delete outdated backups, and return the new one.

    `on_pages(done, total)` is told of the pages that are copied.
    Raises Interrupted once `stop` returns True, OSError, and sqlite3.Error (DatabaseError for a damaged catalogue,
    which leaves the backups as they are).
    """
    folder = root / BACKUP_FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    temporary = folder / "unfinished.sqlite"
    temporary.unlink(missing_ok=True)
    try:
        _copy(verify.catalogue_path(root), temporary, stop, on_pages)
        if found := verify.find_damage(temporary):
            raise sqlite3.DatabaseError(f"the catalogue is malformed: {found}")
        _sync(temporary)
        made = folder / f"catalogue-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.sqlite"
        _digest_of(made).write_text(_digest(temporary), encoding="ascii")
        os.replace(temporary, made)
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{temporary}{suffix}").unlink(missing_ok=True)
    for old in _outdated(root, made):
        delete(old)
    return made


def _outdated(root: Path, made: Path) -> list[Path]:
    """The backups to delete after a new one: those beyond `KEEP`, and those from the future (the clock was fast)."""
    others = [path for path in backups(root) if path != made]
    older = [path for path in others if path.name < made.name]
    return [path for path in others if path not in older[: KEEP - 1]]


def _digest_of(backup: Path) -> Path:
    """The file with a backup's digest."""
    return backup.with_suffix(".digest")


def _digest(path: Path) -> str:
    hasher = blake3.blake3(max_threads=1)
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            hasher.update(block)
    return str(hasher.hexdigest())


def _copy(source: Path, target: Path, stop: Callable[[], bool], on_pages: Callable[[int, int], None]) -> None:
    def progress(_status: int, left: int, total: int) -> None:
        if stop():
            raise Interrupted
        on_pages(total - left, total)

    uri = f"{source.absolute().as_uri()}?mode=rw"
    with (
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as source_db,
        closing(sqlite3.connect(target)) as copy_db,
    ):
        source_db.execute("BEGIN")
        source_db.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first read fixes the snapshot
        source_db.backup(copy_db, pages=PAGES_PER_STEP, progress=progress)
        source_db.execute("ROLLBACK")
        copy_db.execute("PRAGMA journal_mode = DELETE")


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
