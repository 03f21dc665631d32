"""Checks what has no checksum in the catalogue's file: its header, its schema, its pages and its lookup indexes."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.store.catalogue.database import connect_to_read, register_functions
from core.store.catalogue.schema import MIGRATIONS

# Bytes of the header that are the same in every catalogue, see SQLite's description of its file format.
HEADER_BYTES = 100
JOURNALS = (b"\x02\x02", b"\x01\x01")  # a write-ahead log, and that of a copy which was never opened for writing
HEADER_CONSTANTS = {
    0: b"SQLite format 3\0",
    16: b"\x10\x00",  # bytes in a page
    18: JOURNALS[0],
    20: bytes((0, 64, 32, 32)),
    44: bytes((0, 0, 0, 4)),
    48: bytes(8),
    56: bytes((0, 0, 0, 1)),  # UTF-8
    64: bytes(28),
}
WRITTEN_LATER = (44, 56)  # zero while the first transaction is in the write-ahead log only
MAX_REPORTED = 100  # lines of SQLite's report
# Lines of SQLite's report about a lookup index, and about a single value.
INDEX_LINE = re.compile(r"row \d+ missing from index |wrong # of entries in index |non-unique entry in index ")
VALUE_LINE = re.compile(r"(NULL|non-\w+|\w+) value in |CHECK constraint failed in ")


@dataclass(frozen=True, slots=True)
class PageReport:
    """What is wrong with the pages of a catalogue: `damage` can only be recovered from, "" if there is none.

    `in_indexes` says that lookup indexes do not fit their tables, `in_values` that single values are damaged, which the
    checksums of their rows tell, too.
    """

    damage: str = ""
    in_indexes: bool = False
    in_values: bool = False


def header_damage(catalogue: Path) -> str:
    """The places of the header that are not as in every catalogue, as one line; "" if there are none."""
    try:
        with catalogue.open("rb") as file:
            header = file.read(HEADER_BYTES)
    except OSError:
        return ""
    if not header:
        return ""  # its making was interrupted
    is_new = all(not any(header[place : place + 4]) for place in WRITTEN_LATER)
    wrong = [
        place
        for place, constant in HEADER_CONSTANTS.items()
        if header[place : place + len(constant)] != constant
        and not (is_new and place in WRITTEN_LATER)
        and not (place == 18 and header[18:20] in JOURNALS)
    ]
    return f"header, byte {wrong[0]}" if wrong else ""


def examine(catalogue: Path) -> PageReport:
    """Check header, schema, all pages and all lookup indexes of a catalogue; reads all of it."""
    if not catalogue.is_file():
        return PageReport()
    if found := header_damage(catalogue):
        return PageReport(found)
    try:
        with closing(connect_to_read(catalogue)) as connection:
            register_functions(connection)
            if found := schema_damage(connection):
                return PageReport(found)
            rows = connection.execute(f"PRAGMA integrity_check({MAX_REPORTED})").fetchall()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if not catalogue.is_file():
            return PageReport()  # its disk was removed meanwhile
        words = str(error)
        return PageReport() if "locked" in words or "full" in words else PageReport(words)
    lines = [" ".join(str(row[0]).split()) for row in rows]
    serious = [line for line in lines if line != "ok" and not INDEX_LINE.match(line) and not VALUE_LINE.match(line)]
    return PageReport(
        "; ".join(serious[:5]),
        in_indexes=any(INDEX_LINE.match(line) for line in lines),
        in_values=any(VALUE_LINE.match(line) for line in lines),
    )


def schema_damage(connection: sqlite3.Connection) -> str:
    """The first statement of the schema that is not as this version makes it; "" if there is none."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if not 0 < version <= len(MIGRATIONS):
        return ""
    found, expected = dict(_statements(connection)), expected_schema(version)
    wrong = [name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)]
    return f"schema, {min(wrong)}" if wrong else ""


@cache
def expected_statements(version: int) -> dict[str, str]:
    """The statements of the schema of a version, by name."""
    with _empty_catalogue(version) as connection:
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


@cache
def expected_schema(version: int) -> dict[str, str]:
    """The statements of the schema of a version, by kind and name, with single blanks."""
    with _empty_catalogue(version) as connection:
        return dict(_statements(connection))


@contextmanager
def _empty_catalogue(version: int) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        register_functions(connection)
        for number in range(version):
            connection.executescript(MIGRATIONS[number])
        yield connection


def _statements(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    rows = connection.execute("SELECT type, name, tbl_name, CAST(sql AS BLOB) FROM sqlite_master WHERE sql IS NOT NULL")
    for kind, name, table, sql in rows:
        if not name.startswith("sqlite_"):
            yield f"{kind} {name} {table}", " ".join(sql.decode(errors="replace").split())
