"""Brings an older catalogue up to date, a step at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from core.store.catalogue.schema import MIGRATIONS

FIRST_VERSION_KEPT_TWICE = 9  # from here on the version is in the header and in a row

StepCallback = Callable[[int, int], None]  # (steps done, steps in all)


def no_steps(done: int, total: int) -> None:
    """A `StepCallback` that does nothing."""


def newest_version() -> int:
    """The version of the catalogues that this Findling writes."""
    return len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """The version in a catalogue's header; 0 for an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def is_older(path: Path) -> bool:
    """Whether a file is a catalogue of an older version; not for one that is new, newer, damaged or not there."""
    if not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)) as connection:
            return 0 < version_of(connection) < newest_version()
    except sqlite3.Error:  # opening it says why
        return False


def migrate(connection: sqlite3.Connection, on_step: StepCallback) -> None:
    """Bring a catalogue up to date, each step in a transaction; a new one is made at once, or not at all.

    `on_step(done, total)` hears of the steps of an older one.
    """
    version, newest = version_of(connection), newest_version()
    steps = [_step(number) for number in range(version, newest)]
    for done, script in enumerate(steps if version else ["".join(steps)] if steps else []):
        if version:
            on_step(done, len(steps))
        connection.executescript(f"BEGIN IMMEDIATE; {script} COMMIT;")


def _step(number: int) -> str:
    """The SQL that takes a catalogue of version `number` to the next one."""
    keep = ""
    if number + 1 >= FIRST_VERSION_KEPT_TWICE:
        keep = f"INSERT OR REPLACE INTO counters (name, value) VALUES ('schema_version', {number + 1});"  # noqa: S608
    return f"{MIGRATIONS[number]} {keep} PRAGMA user_version = {number + 1};"
