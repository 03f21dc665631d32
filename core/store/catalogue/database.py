"""One SQLite connection: pragmas, migrations, transactions, and SQLite's errors as FindlingError."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import FindlingError, LibraryDamagedError, LibraryLockedError, LibraryUnusableError, StorageFullError
from core.store.catalogue.schema import MIGRATIONS
from core.store.lexical.analyzers import fold

SQLITE_FULL = ("database or disk is full", "disk I/O error")
BUSY_SECONDS = 20.0


class Database:
    """A connection to the catalogue, for one thread. WAL: readers never wait for the writer."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        self.path = path
        self.writable = writable
        with translated_errors(path):
            self._connection = _connect(path, writable=writable)
            self._connection.create_function("folded", 1, fold, deterministic=True)
            try:
                self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        self._connection.close()

    def execute(self, sql: str, values: tuple[object, ...] | dict[str, object] = ()) -> sqlite3.Cursor:
        with translated_errors(self.path):
            cursor = self._connection.cursor(_Cursor)
            cursor.path = self.path
            return cursor.execute(sql, values)

    def executemany(self, sql: str, rows: Iterator[tuple[object, ...]] | list[tuple[object, ...]]) -> None:
        with translated_errors(self.path):
            self._connection.executemany(sql, rows)

    @property
    def change_count(self) -> int:
        """The number of rows changed through this connection."""
        return int(self._connection.total_changes)

    def scalar(self, sql: str, values: tuple[object, ...] = ()) -> int:
        """The first column of the first row as a number; 0 if there is none."""
        row = self.execute(sql, values).fetchone()
        return int(row[0] or 0) if row else 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction, rolled back on any error. An inner one joins the outer one."""
        if self._connection.in_transaction:
            yield
            return
        with translated_errors(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA foreign_keys = ON")
        if self.writable:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._migrate()
            return
        self._connection.execute("PRAGMA query_only = ON")
        if self._version() > len(MIGRATIONS):
            raise LibraryUnusableError("storage.made_by_newer_version", folder=self.path.parent)
        if self._version() < len(MIGRATIONS):
            raise LibraryUnusableError("storage.made_by_older_version", folder=self.path.parent)

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self) -> None:
        version = self._version()
        if version > len(MIGRATIONS):
            raise LibraryUnusableError("storage.made_by_newer_version", folder=self.path.parent)
        for number in range(version, len(MIGRATIONS)):
            script = f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
            self._connection.executescript(script)


class _Cursor(sqlite3.Cursor):
    """A cursor that also translates errors of later rows."""

    path = Path()

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        with translated_errors(self.path):
            while (row := super().fetchone()) is not None:
                yield row

    def fetchall(self) -> list[Any]:
        with translated_errors(self.path):
            return super().fetchall()


def _connect(path: Path, *, writable: bool) -> sqlite3.Connection:
    mode = "rwc" if writable else "rw"  # a reader of a WAL database writes the shared-memory file
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors about a full disk or an unusable file as FindlingError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error


def _translate(error: sqlite3.Error, path: Path) -> FindlingError | sqlite3.Error:
    words = str(error)
    if any(full in words for full in SQLITE_FULL):
        return StorageFullError("storage.full")
    if "readonly" in words or "unable to open" in words:
        return LibraryUnusableError("storage.not_writable", folder=path.parent)
    if "locked" in words:
        return LibraryLockedError("storage.catalogue_busy", folder=path.parent)
    if isinstance(error, sqlite3.DatabaseError) and ("malformed" in words or "not a database" in words):
        return catalogue_damaged(path.parent)
    return error


def catalogue_damaged(root: Path) -> LibraryDamagedError:
    """The error for a library whose catalogue is damaged."""
    return LibraryDamagedError("storage.catalogue_damaged", folder=root)
