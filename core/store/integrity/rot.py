"""Finds the rows of a catalogue that bit rot has changed, and adds the checksums that rows lack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from core.store.catalogue.checksums import CHECKED_TABLES, CheckedTable
from core.store.catalogue.database import Database

ROWS_PER_CHECK = 4096  # between two calls of `stop`

Key = tuple[Any, ...]  # the values of a row's primary key
ReportProgress = Callable[[int, int], None]
Stop = Callable[[], bool]


def rotten_rows(database: Database, report: ReportProgress, stop: Stop) -> dict[str, list[Key]]:
    """The keys of all rows with a wrong checksum, by table; rows that are kept twice are left out."""
    tables = [table for table in CHECKED_TABLES.values() if not table.kept_twice]
    total = sum(database.scalar(f"SELECT count(*) FROM {table.name}") for table in tables)  # noqa: S608 - constant names
    found: dict[str, list[Key]] = {}
    done = 0
    for table in tables:
        for *key, sound in _checked(database, table):
            done += 1
            if not sound:
                found.setdefault(table.name, []).append(tuple(key))
            if done % ROWS_PER_CHECK == 0:
                report(done, total)
                if stop():
                    return found
    return found


def rotten_between(database: Database, table: CheckedTable, after: int, limit: int) -> tuple[list[Key], int | None]:
    """The keys of the rotten rows among the next ones of a table, and how far that was; None at its end.

    `after` and the place reached are values of the table's span column.
    """
    sql = f"SELECT {table.span} FROM {table.name} WHERE {table.span} > ? ORDER BY {table.span} LIMIT ?"  # noqa: S608 - constant names
    places = [row[0] for row in database.execute(sql, (after, limit))]
    if not places:
        return [], None
    rows = _checked(database, table, f"WHERE {table.span} > ? AND {table.span} <= ?", (after, places[-1]))
    return [tuple(key) for *key, sound in rows if not sound], places[-1]


def add_missing(database: Database, table: CheckedTable, after: int, last: int) -> int:
    """Add the checksums of the rows that an older version wrote, in a span; returns their number."""
    sql = f"""UPDATE {table.name} SET checksum = {table.expression()}
        WHERE checksum IS NULL AND {table.span} > ? AND {table.span} <= ?"""  # noqa: S608 - constant names
    return int(database.execute(sql, (after, last)).rowcount)


def _checked(
    database: Database, table: CheckedTable, where: str = "", values: tuple[object, ...] = ()
) -> Iterator[list[Any]]:
    """The key of each row, and whether it is sound."""
    keys = ", ".join(f"CAST({key} AS BLOB)" if key == "name" else key for key in table.key)
    yield from database.execute(f"SELECT {keys}, {table.is_sound()} FROM {table.name} {where}", values)  # noqa: S608 - constant names
