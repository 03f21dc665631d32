"""Mends the rows that are kept twice, each from its sound copy: folders, chunking configs and models."""

from __future__ import annotations

from typing import Any, Protocol

from core.store.catalogue.checksums import KEPT_TWICE, CheckedTable


class Executor(Protocol):
    """What runs SQL: a connection, or a `Database`."""

    def execute(self, sql: str, values: tuple[object, ...] = ..., /) -> Any: ...


def unsound_rows(database: Executor) -> list[tuple[str, int]]:
    """(table, id) of the rows that bit rot has changed, or that are only there as a copy."""
    found: list[tuple[str, int]] = []
    for table in KEPT_TWICE:
        rows, copies = _checked_ids(database, table, table.name), _checked_ids(database, table, f"{table.name}_copy")
        found += [(table.name, number) for number, sound in rows.items() if not sound or not copies.get(number)]
        found += [(table.name, number) for number in copies.keys() - rows.keys()]
    return found


def mend(database: Executor) -> list[tuple[str, int]]:
    """Mend the rows that `unsound_rows` finds, and return them; call it in a transaction.

    A row whose copy is not sound either is kept as it is.
    """
    found = unsound_rows(database)
    for table in KEPT_TWICE:
        rows, copies = _checked_ids(database, table, table.name), _checked_ids(database, table, f"{table.name}_copy")
        for number in (number for name, number in found if name == table.name):
            if number in rows and not rows[number] and number not in copies:  # the id itself was changed
                database.execute(f"DELETE FROM {table.name} WHERE id = ?", (number,))
            elif number in rows and (rows[number] or not copies[number]):
                database.execute(f"UPDATE {table.name} SET id = id WHERE id = ?", (number,))  # makes the copy again
            elif number in rows:
                _restore(database, table, number)
        for number in copies.keys() - rows.keys():
            _insert_copy(database, table, number, is_sound=copies[number])
    return found


def _checked_ids(database: Executor, table: CheckedTable, name: str) -> dict[int, bool]:
    """For each row of a table, or of its copy, whether it has the right checksum."""
    return {int(row[0]): bool(row[1]) for row in database.execute(f"SELECT id, {table.is_sound()} FROM {name}")}


def _restore(database: Executor, table: CheckedTable, number: int) -> None:
    """Overwrite a row by its copy; an UPDATE, because what belongs to a deleted row goes with it."""
    values = ", ".join(f"{column} = copy.{column}" for column in table.others)
    sql = f"UPDATE {table.name} SET {values} FROM {table.name}_copy AS copy WHERE copy.id = ?1 AND {table.name}.id = ?1"
    database.execute(sql, (number,))


def _insert_copy(database: Executor, table: CheckedTable, number: int, *, is_sound: bool) -> None:
    columns = ", ".join(table.columns)
    if is_sound:
        sql = f"INSERT OR IGNORE INTO {table.name} ({columns}) SELECT {columns} FROM {table.name}_copy WHERE id = ?"
        database.execute(sql, (number,))
    database.execute(
        f"DELETE FROM {table.name}_copy WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM {table.name} WHERE id = ?1)",
        (number,),
    )
