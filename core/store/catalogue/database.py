"""One SQLite connection: pragmas, migrations, transactions, and SQLite's errors as FindlingError."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.errors import (
    FindlingError,
    LibraryAwayError,
    LibraryDamagedError,
    LibraryLockedError,
    LibraryUnusableError,
    StorageFullError,
)
from core.store.catalogue import migration, second_copies
from core.store.catalogue.checksums import CHECKED_TABLES, row_checksum
from core.store.catalogue.migration import StepCallback, newest_version, no_steps
from core.store.lexical.letters import fold

SQLITE_FULL = ("database or disk is full", "disk I/O error")
DAMAGE = ("malformed", "not a database", "Could not decode")  # the last is a text that is no longer UTF-8
BUSY_SECONDS = 20.0
LOG_PAGES = 256  # of the write-ahead log (1 MB), after which it is taken over; SQLite's default is 4 MB
log = logging.getLogger(__name__)


class Database:
    """A connection to the catalogue, for one thread. WAL: readers never wait for the writer."""

    def __init__(self, path: Path, *, writable: bool, on_step: StepCallback = no_steps) -> None:
        """`on_step` is told how far an older catalogue is brought up to date."""
        self.path = path
        self.writable = writable
        with translated_errors(path):
            self._connection = _connect_to_write(path) if writable else connect_to_read(path)
            register_functions(self._connection)
            try:
                self._prepare(on_step)
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

    @contextmanager
    def temporary_changes(self) -> Iterator[Callable[[str], object]]:
        """A function that runs SQL which changes temporary tables and views of this connection, which only reads."""
        with translated_errors(self.path):
            self._connection.execute("PRAGMA query_only = OFF")
            try:
                yield self._connection.executescript
            finally:
                self._connection.execute("PRAGMA query_only = ON")

    def _prepare(self, on_step: StepCallback) -> None:
        self._connection.execute("PRAGMA foreign_keys = ON")
        if self.writable:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            # A statement with triggers has a journal of its own; as a file it would double the time of an insert.
            self._connection.execute("PRAGMA temp_store = MEMORY")
            # The log may fill the last of a small disk, on which it can then never be taken over.
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
            self._mend_version()
            self._refuse_newer_version()
            migration.migrate(self._connection, on_step)
            self._mend_rows()
            return
        self._connection.execute("PRAGMA query_only = ON")
        self._refuse_newer_version()
        if self._version() < newest_version():
            raise LibraryUnusableError("storage.made_by_older_version", folder=self.path.parent)

    def _version(self) -> int:
        return migration.version_of(self._connection)

    def _kept_version(self) -> int:
        """The version that a row says; 0 in a catalogue without one, and if the row is not sound."""
        sql = "SELECT count(*) FROM pragma_table_info('counters') WHERE name = 'checksum'"
        if not self.scalar(sql):
            return 0
        sound = CHECKED_TABLES["counters"].is_sound()
        return self.scalar(f"SELECT value FROM counters WHERE name = 'schema_version' AND {sound}")  # noqa: S608 - constant names

    def _refuse_newer_version(self) -> None:
        if self._version() > newest_version():
            if 0 < self._kept_version() <= newest_version():
                raise catalogue_damaged(self.path.parent)
            raise LibraryUnusableError("storage.made_by_newer_version", folder=self.path.parent)

    def _mend_version(self) -> None:
        """Correct a version in the header, which has no checksum, by the row that says it, too."""
        kept = self._kept_version()
        if kept and kept != self._version():
            log.warning("the catalogue's version was damaged: %d instead of %d", self._version(), kept)
            self._connection.execute(f"PRAGMA user_version = {kept}")

    def _mend_rows(self) -> None:
        if second_copies.unsound_rows(self):
            with self.transaction():
                for table, number in second_copies.mend(self):
                    log.warning("a damaged row was mended from its copy: %s %d", table, number)


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


def _connect_to_write(path: Path) -> sqlite3.Connection:
    if not path.exists():
        with suppress(OSError):  # then SQLite reports it
            os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    return _connect(path, "mode=rwc")


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a catalogue that may be on a disk that cannot be written. Raises sqlite3.Error.

    A reader of a write-ahead log writes the shared-memory file. Where it may not, it uses the one that is there; where
    there is none, and no log either, the catalogue cannot change, so that nothing needs to be shared.
    """
    log_file = path.with_name(f"{path.name}-wal")
    modes = ["mode=rw", "mode=ro"]
    for mode in modes:
        connection = _connect(path, mode)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return connection
        except sqlite3.OperationalError as error:
            connection.close()
            if not _is_forbidden(error):
                raise
            if mode == modes[-1] and _has_content(log_file):
                raise
    return _connect(path, "mode=ro&immutable=1")


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def _is_forbidden(error: sqlite3.OperationalError) -> bool:
    words = str(error)
    return "readonly" in words or "unable to open" in words


def _has_content(path: Path) -> bool:
    with suppress(OSError):
        return path.stat().st_size > 0
    return False


def register_functions(connection: sqlite3.Connection) -> None:
    """Register the functions that the catalogue's SQL uses."""
    connection.create_function("folded", 1, fold, deterministic=True)
    connection.create_function("row_checksum", -1, row_checksum, deterministic=True)


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Raise SQLite's errors about a full disk or an unusable file as FindlingError."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, path) from error
    except UnicodeDecodeError as error:  # the message names something in a damaged schema
        raise catalogue_damaged(path.parent) from error


def _translate(error: sqlite3.Error, path: Path) -> FindlingError | sqlite3.Error:
    words = str(error)
    if isinstance(error, sqlite3.OperationalError) and _is_away(path):
        return LibraryAwayError("storage.away", folder=path.parent)
    if any(full in words for full in SQLITE_FULL):
        return StorageFullError("storage.full")
    if "readonly" in words or "unable to open" in words:
        return LibraryUnusableError("storage.not_writable", folder=path.parent)
    if "locked" in words:
        return LibraryLockedError("storage.catalogue_busy", folder=path.parent)
    if isinstance(error, sqlite3.DatabaseError) and any(said in words for said in DAMAGE):
        return catalogue_damaged(path.parent)
    return error


def _is_away(path: Path) -> bool:
    """Whether a catalogue is gone, and not only one that cannot be made."""
    return not path.exists() and (not path.parent.is_dir() or os.access(path.parent, os.W_OK))


def catalogue_damaged(root: Path) -> LibraryDamagedError:
    """The error for a library whose catalogue is damaged."""
    return LibraryDamagedError("storage.catalogue_damaged", folder=root)
