"""The clean-shutdown flag, and the checks that follow an unclean shutdown."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.catalogue.database import connect_to_read
from core.store.lexical import seal

IN_USE_MARKER = "in-use"
READ_BYTES = 1 << 20
FOOTER_MAGIC = 1337  # a tantivy file ends with JSON (its CRC-32), the length of that JSON, and this number
log = logging.getLogger(__name__)


def mark_open(root: Path) -> bool:
    """Set the in-use flag; returns whether it was still set because the last shutdown was not clean."""
    marker = root / IN_USE_MARKER
    was_marked = marker.exists()
    if not was_marked:
        with marker.open("w", encoding="ascii") as file:
            os.fsync(file.fileno())
        _sync_folder(root)
    return was_marked


def is_marked_open(root: Path) -> bool:
    """Whether a library is open or was not closed cleanly; `core.library.access.directory.is_held` tells which."""
    return (root / IN_USE_MARKER).exists()


def mark_closed(root: Path) -> None:
    """Clear the in-use flag after a clean shutdown."""
    (root / IN_USE_MARKER).unlink(missing_ok=True)


def find_damage(catalogue: Path) -> str:
    """The report of SQLite's `quick_check` on a catalogue as one line; "" if it is intact or does not exist."""
    if not catalogue.is_file():
        return ""
    try:
        with closing(connect_to_read(catalogue)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        # A lock or a full disk is not damage; opening the catalogue reports it.
        return str(error) if "malformed" in str(error) or "not a database" in str(error) else ""
    except UnicodeDecodeError as error:  # the message names something in a damaged schema
        return str(error)
    return "" if found == ["ok"] else " ".join("; ".join(found).split())


def discard_broken_indexes(root: Path) -> list[Path]:
    """Delete damaged lexical indexes, which are rebuilt from the catalogue. Returns their folders."""
    broken = [folder for folder in sorted((root / "words").glob("*")) if broken_files(folder)]
    for folder in broken:
        log.warning("lexical index %s is damaged and will be rebuilt from the catalogue", folder.name)
        shutil.rmtree(folder, ignore_errors=True)
    return broken


def broken_files(folder: Path) -> list[str]:
    """The names of the files of a lexical index that are missing or have a wrong checksum."""
    try:
        meta = json.loads((folder / seal.SEGMENTS).read_bytes())
        segments = [str(segment["segment_id"]).replace("-", "") for segment in meta["segments"]]
    except (OSError, ValueError, KeyError, TypeError):
        return [seal.SEGMENTS]
    if seal.is_broken(folder):
        return [seal.NAME]
    present = {path.name for path in folder.iterdir()}
    parts = ("idx", "term", "store", "fast", "fieldnorm", "pos")
    missing = [f"{name}.{part}" for name in segments for part in parts if f"{name}.{part}" not in present]
    files = [name for name in sorted(present) if name.partition(".")[0] in segments]
    return missing + [name for name in files if not _is_intact(folder / name)]


def _is_intact(path: Path) -> bool:
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        tail = file.read(8)
        if len(tail) < 8 or int.from_bytes(tail[4:], "little") != FOOTER_MAGIC:
            return False
        length = size - 8 - int.from_bytes(tail[:4], "little")
        if length < 0:
            return False
        file.seek(length)
        try:
            expected = json.loads(file.read(size - 8 - length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        found = 0
        while length > 0:
            block = file.read(min(READ_BYTES, length))
            found = zlib.crc32(block, found)
            length -= len(block)
    return bool(found == expected)


def catalogue_path(root: Path) -> Path:
    return root / CATALOGUE_NAME


def _sync_folder(folder: Path) -> None:
    """Make a new directory entry survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
