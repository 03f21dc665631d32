"""Whether a library was let go of properly the last time, and if not, whether its files are whole."""

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

IN_USE_MARKER = "in-use"
READ_BYTES = 1 << 20
FOOTER_MAGIC = 1337  # tantivy ends each file with JSON that has its CRC-32, that JSON's length and this number
log = logging.getLogger(__name__)


def mark_open(root: Path) -> bool:
    """Note that the library is in use; whether the note of the last time is still there."""
    mark = root / IN_USE_MARKER
    was_left = mark.exists()
    if not was_left:
        with mark.open("w", encoding="ascii") as file:
            os.fsync(file.fileno())
        _sync_folder(root)
    return was_left


def is_marked_open(root: Path) -> bool:
    """Whether a library is in use, or was not closed properly: `core.library.access.directory.is_held` tells which."""
    return (root / IN_USE_MARKER).exists()


def mark_closed(root: Path) -> None:
    """Everything is written and closed: the next opening has nothing to look into."""
    (root / IN_USE_MARKER).unlink(missing_ok=True)


def find_damage(catalogue: Path) -> str:
    """What SQLite finds wrong with a catalogue, in its words, as one line; empty if it is sound, or there is none."""
    if not catalogue.is_file():
        return ""
    try:
        with closing(sqlite3.connect(f"{catalogue.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    except sqlite3.DatabaseError as error:
        # A lock or a full disk is no damage: opening meets it again, and words it.
        return str(error) if "malformed" in str(error) or "not a database" in str(error) else ""
    return "" if found == ["ok"] else " ".join("; ".join(found).split())


def discard_broken_indexes(root: Path) -> list[Path]:
    """Delete the word indexes that are not whole: they are derived, and made again. Returns their folders."""
    broken = [folder for folder in sorted((root / "words").glob("*")) if broken_files(folder)]
    for folder in broken:
        log.warning("the word index %s was not whole: it is made again from the catalogue", folder.name)
        shutil.rmtree(folder, ignore_errors=True)
    return broken


def broken_files(folder: Path) -> list[str]:
    """The names of a word index's files whose checksum does not fit, or which are missing."""
    try:
        meta = json.loads((folder / "meta.json").read_bytes())
        segments = [str(segment["segment_id"]).replace("-", "") for segment in meta["segments"]]
    except (OSError, ValueError, KeyError, TypeError):
        return ["meta.json"]
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
            wanted = json.loads(file.read(size - 8 - length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        found = 0
        while length > 0:
            piece = file.read(min(READ_BYTES, length))
            found = zlib.crc32(piece, found)
            length -= len(piece)
    return bool(found == wanted)


def catalogue_path(root: Path) -> Path:
    return root / CATALOGUE_NAME


def _sync_folder(folder: Path) -> None:
    """A new name survives a power cut once its folder is written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
