"""The catalogue's database: migrations, transactions, and the errors for unusable files."""

from __future__ import annotations

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from core.errors import LibraryUnusableError
from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from core.store.catalogue.database import Database
from core.store.catalogue.schema import MIGRATIONS


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / CATALOGUE_NAME


def folders(database: Database) -> list[bytes]:
    return [row[0] for row in database.execute("SELECT path FROM folders ORDER BY id")]


def add(database: Database, path: bytes) -> None:
    database.execute("INSERT INTO folders (path) VALUES (?)", (path,))


def test_a_new_catalogue_has_the_newest_version_and_strict_tables(path: Path) -> None:
    database = Database(path, writable=True)
    assert database.scalar("PRAGMA user_version") == len(MIGRATIONS)
    assert database.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert database.scalar("PRAGMA foreign_keys") == 1
    tables = [row for row in database.execute("PRAGMA table_list") if not row[1].startswith("sqlite_")]
    assert tables
    assert all(row[5] == 1 for row in tables)
    database.close()


def test_migrations_go_on_from_the_version_that_is_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(path, writable=True).close()
    step = "CREATE TABLE later (x INTEGER) STRICT; INSERT INTO later VALUES (7);"
    monkeypatch.setattr("core.store.catalogue.migration.MIGRATIONS", (*MIGRATIONS, step))
    for _ in range(2):
        database = Database(path, writable=True)
        assert database.scalar("SELECT sum(x) FROM later") == 7
        assert database.scalar("PRAGMA user_version") == len(MIGRATIONS) + 1
        database.close()


def test_a_migration_that_fails_leaves_the_version_before(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(path, writable=True).close()
    with monkeypatch.context() as patch:
        patch.setattr(
            "core.store.catalogue.migration.MIGRATIONS",
            (*MIGRATIONS, "CREATE TABLE later (x INTEGER) STRICT; NONSENSE;"),
        )
        with pytest.raises(sqlite3.OperationalError):
            Database(path, writable=True)
    database = Database(path, writable=True)
    assert database.scalar("PRAGMA user_version") == len(MIGRATIONS)
    assert database.scalar("SELECT count(*) FROM sqlite_master WHERE name = 'later'") == 0
    database.close()


@pytest.mark.parametrize("writable", [True, False])
def test_a_catalogue_of_a_newer_version_is_refused_in_words(
    path: Path, writable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        step = "CREATE TABLE later (x INTEGER) STRICT;"
        newer.setattr("core.store.catalogue.migration.MIGRATIONS", (*MIGRATIONS, step))
        Database(path, writable=True).close()
    with pytest.raises(LibraryUnusableError, match="newer Findling"):
        Database(path, writable=writable)


@pytest.mark.parametrize("writable", [True, False])
def test_a_file_that_is_no_catalogue_is_refused_in_words(path: Path, writable: bool) -> None:
    path.write_bytes(b"this is a letter, not a database. " * 200)
    with pytest.raises(LibraryUnusableError, match="damaged"):
        Database(path, writable=writable)


def test_a_damaged_page_is_an_error(path: Path) -> None:
    database = Database(path, writable=True)
    with database.transaction():
        for number in range(2000):
            add(database, b"/folder/%06d" % number)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size * 3 // 4)  # the schema is before that
        file.write(os.urandom(size // 4))
    database = Database(path, writable=False)
    with pytest.raises(LibraryUnusableError, match="damaged"):
        database.execute("SELECT * FROM folders ORDER BY path").fetchall()
    database.close()


def test_a_folder_in_the_catalogues_place_is_refused_in_words(path: Path) -> None:
    path.mkdir()
    with pytest.raises(LibraryUnusableError, match="cannot be"):
        Database(path, writable=True)


def test_a_missing_catalogue_is_not_made_by_a_reader(path: Path) -> None:
    with pytest.raises(LibraryUnusableError):
        Database(path, writable=False)
    assert not path.exists()


@pytest.mark.parametrize("name", ["what? #1 50% [x]", "Büchlein 图书", os.fsdecode(b"caf\xe9")])
def test_a_librarys_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    root = tmp_path / name
    root.mkdir()
    Catalogue(root, writable=True).close()
    assert (root / CATALOGUE_NAME).is_file()
    Catalogue(root, writable=False).close()


def test_a_reader_cannot_write(path: Path) -> None:
    Database(path, writable=True).close()
    reader = Database(path, writable=False)
    with pytest.raises(LibraryUnusableError):
        add(reader, b"/x")
    reader.close()


def add_all(database: Database, *paths: bytes, then: BaseException | None = None) -> None:
    """One transaction, ended by an error if one is given."""
    with database.transaction():
        for path in paths:
            add(database, path)
        if then is not None:
            raise then


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_transaction_that_fails_leaves_nothing(path: Path, error: type[BaseException]) -> None:
    database = Database(path, writable=True)
    add(database, b"/before")
    with pytest.raises(error):
        add_all(database, b"/inside", then=error())
    assert folders(database) == [b"/before"]
    with pytest.raises(sqlite3.IntegrityError):
        add_all(database, b"/inside", b"/before")
    assert folders(database) == [b"/before"]
    database.close()


def test_an_inner_transaction_is_part_of_the_outer_one(path: Path) -> None:
    database = Database(path, writable=True)

    def nested(then: BaseException | None = None) -> None:
        with database.transaction():
            add_all(database, b"/inside")
            add_all(database, b"/outside", then=then)

    with pytest.raises(ZeroDivisionError):
        nested(ZeroDivisionError())
    assert folders(database) == []
    nested()
    assert folders(database) == [b"/inside", b"/outside"]
    database.close()


def test_a_reader_sees_only_what_is_committed_and_never_waits(path: Path) -> None:
    writer, reader = Database(path, writable=True), None
    try:
        reader = Database(path, writable=False)
        with writer.transaction():
            add(writer, b"/half")
            assert folders(reader) == []
        assert folders(reader) == [b"/half"]
    finally:
        writer.close()
        if reader is not None:
            reader.close()


def test_columns_take_only_values_of_their_type(path: Path) -> None:
    database = Database(path, writable=True)
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO folders (path) VALUES ('text, not bytes')")
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO counters (name, value) VALUES ('x', 'many')")
    database.close()


def test_what_was_committed_is_there_after_the_process_was_killed(path: Path) -> None:
    """The connection is left open, as by a kill: a second one finds what was committed in the write-ahead log."""
    killed = Database(path, writable=True)
    with killed.transaction():
        add(killed, b"/kept")
    killed.execute("BEGIN IMMEDIATE")
    add(killed, b"/half")
    copy = path.parent / "copy"
    copy.mkdir()
    for name in (CATALOGUE_NAME, f"{CATALOGUE_NAME}-wal"):
        (copy / name).write_bytes((path.parent / name).read_bytes())
    killed.close()
    database = Database(copy / CATALOGUE_NAME, writable=True)
    assert folders(database) == [b"/kept"]
    assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    database.close()


def test_many_threads_read_while_one_writes(path: Path) -> None:
    writer = Database(path, writable=True)
    stop, wrong = threading.Event(), []

    def read() -> None:
        reader = Database(path, writable=False)
        while not stop.is_set():
            count = reader.scalar("SELECT count(*) FROM folders")
            if count % 10:
                wrong.append(count)
        reader.close()

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(30):
        with writer.transaction():
            for part in range(10):
                add(writer, b"/%d/%d" % (number, part))
    stop.set()
    for thread in threads:
        thread.join()
    writer.close()
    assert wrong == []
