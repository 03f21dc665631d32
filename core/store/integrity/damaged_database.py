"""Reading a damaged catalogue: what keeps SQLite from it is mended in a copy, unreadable rows are skipped."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from core.store.catalogue.checksums import CHECKED_TABLES
from core.store.catalogue.database import register_functions
from core.store.catalogue.schema import MIGRATIONS
from core.store.integrity import pages

PAGE_SIZE, PAGE_COUNT = (16, 2), (28, 4)  # (offset, width) in the header
MAX_TRUNCATION_FACTOR = 1000  # a header that claims a larger multiple of the file's length is not trusted

Row = tuple[Any, ...]


class DamagedCatalogue:
    """A damaged catalogue; rows that cannot be read, or have a wrong checksum, count as missing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._has_checksums = bool(self.row("SELECT 1 FROM pragma_table_info('counters') WHERE name = 'checksum'"))

    def sound_rows(self, table: str, columns: str, where: str = "1", *values: object) -> list[Row]:
        """The sound rows of a table; one that is not is taken from its copy, if the table is kept twice."""
        sound = CHECKED_TABLES[table].is_sound() if self._has_checksums else "1"
        found = self.rows(f"SELECT {columns} FROM {table} WHERE {where} AND {sound}", *values)  # noqa: S608 - constant names
        if not found and CHECKED_TABLES[table].kept_twice and self._has_checksums:
            return self.rows(f"SELECT {columns} FROM {table}_copy WHERE {where} AND {sound}", *values)  # noqa: S608 - constant names
        return found

    def rows(self, sql: str, *values: object) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
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
def made_readable(path: Path, root: Path) -> Iterator[Path]:
    """Yield a truncated catalogue, or one with a damaged header or schema, as a copy that SQLite can read.

    The copy has the constants of the header, the original length, and the statements of the schema.
    """
    copy = root / f"{path.name}.readable"
    try:
        shutil.copyfile(path, copy)
        log_file = path.with_name(f"{path.name}-wal")
        if log_file.exists():
            shutil.copyfile(log_file, copy.with_name(f"{copy.name}-wal"))
        _mend_header(copy)
        _pad(copy)
        _mend_schema(copy)
        yield copy
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)


def _mend_header(path: Path) -> None:
    with path.open("rb+") as file:
        if not any(file.read(pages.HEADER_BYTES)):
            return
        for place, constant in pages.HEADER_CONSTANTS.items():
            file.seek(place)
            file.write(constant)


def _mend_schema(path: Path) -> None:
    """Put right the statements of the schema, and the version; does nothing if that cannot be."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            register_functions(connection)
            connection.execute("PRAGMA writable_schema = ON")
            source = DamagedCatalogue(connection)
            said = source.sound_rows("counters", "value", "name = 'schema_version'")
            rows = said or source.rows("PRAGMA user_version")  # none, if even the header cannot be read
            version = int(rows[0][0]) if rows else 0
            if not 0 < version <= len(MIGRATIONS):
                version = len(MIGRATIONS)
            connection.execute(f"PRAGMA user_version = {version}")
            for name, statement in pages.expected_statements(version).items():
                sql = "UPDATE sqlite_master SET sql = ? WHERE name = ? AND sql IS NOT ?"
                connection.execute(sql, (statement, name, statement))
    except (sqlite3.Error, UnicodeDecodeError):
        return


def _pad(path: Path) -> None:
    """Lengthen a truncated file to the length in its header, without which SQLite cannot read it."""
    with path.open("rb") as file:
        header = file.read(pages.HEADER_BYTES)
    page, count = (int.from_bytes(header[first : first + width], "big") for first, width in (PAGE_SIZE, PAGE_COUNT))
    length = count * (page if page > 1 else 65_536)
    if path.stat().st_size < length <= MAX_TRUNCATION_FACTOR * path.stat().st_size:
        os.truncate(path, length)


@contextmanager
def open_damaged(path: Path) -> Iterator[DamagedCatalogue]:
    """Open a damaged catalogue read-only, with its write-ahead log if that is readable."""
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as connection:
            register_functions(connection)
            connection.execute("PRAGMA cell_size_check = ON")
            source = DamagedCatalogue(connection)
            if source.row("SELECT count(*) FROM sqlite_master") is not None or "immutable" in mode:
                yield source
                return
