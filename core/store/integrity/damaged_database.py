"""Reading a damaged SQLite database: truncated files are padded, unreadable rows are skipped."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

HEADER_BYTES = 100  # bytes, see SQLite's description of its file format
PAGE_SIZE, PAGE_COUNT = (16, 2), (28, 4)  # (offset, width) in the header
MAX_TRUNCATION_FACTOR = 1000  # a header that claims a larger multiple of the file's length is not trusted

Row = tuple[Any, ...]


class DamagedCatalogue:
    """A damaged catalogue; rows that cannot be read count as missing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, *values: object) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError:
            return []

    def row(self, sql: str, *values: object) -> Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def last(self, table: str) -> int:
        """The largest id that a table may have."""
        counted = self.row("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
        largest = self.row(f"SELECT max(id) FROM {table}")  # noqa: S608 - constant names
        return max(int(found[0] or 0) if found else 0 for found in (counted, largest))


@contextmanager
def padded_to_header_size(path: Path, root: Path) -> Iterator[Path]:
    """Yield a truncated catalogue as a copy padded to its original length, without which SQLite cannot read it."""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    page, pages = (int.from_bytes(header[first : first + width], "big") for first, width in (PAGE_SIZE, PAGE_COUNT))
    length = pages * (page if page > 1 else 65_536)
    if (
        not header.startswith(b"SQLite")
        or not path.stat().st_size < length <= MAX_TRUNCATION_FACTOR * path.stat().st_size
    ):
        yield path
        return
    copy = root / f"{path.name}.long"
    try:
        shutil.copyfile(path, copy)
        os.truncate(copy, length)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def open_damaged(path: Path) -> Iterator[DamagedCatalogue]:
    """Open a damaged catalogue read-only, with its write-ahead log if that is readable."""
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as connection:
            connection.execute("PRAGMA cell_size_check = ON")
            source = DamagedCatalogue(connection)
            if source.row("SELECT count(*) FROM sqlite_master") is not None or "immutable" in mode:
                yield source
                return
