"""Bit rot in the catalogue: each changed value is found by its row's checksum, and the small lists mend themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.document import Document
from core.errors import LibraryDamagedError, LibraryUnusableError
from core.store.catalogue import second_copies
from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from core.store.catalogue.checksums import CHECKED_TABLES, KEPT_TWICE, CheckedTable, row_checksum
from core.store.catalogue.database import Database
from core.store.catalogue.schema import MIGRATIONS
from core.store.integrity import pages, rot
from tests.builders.catalogues import put_text
from tests.system.catalogue_state import connected


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A library's folder with two texts in its catalogue."""
    catalogue = Catalogue(tmp_path, writable=True)
    chunking = catalogue.passages.chunking_id("one")
    for name in ("a", "b"):
        content_id = put_text(catalogue, f"/made/{name}.txt", f"text {name} " * 300, chunking)
        catalogue.sketches.put(content_id, b"sketch")
    with catalogue.transaction():
        database = catalogue._db
        sql = "INSERT INTO models (fingerprint, recipe_id, name, dimension) VALUES ('m', ?, 'm', 2)"
        database.execute(sql, (chunking,))
        database.execute("INSERT INTO vectors (model_id, passage_id, data) SELECT 1, id, x'003c0000' FROM passages")
        for of, key in (("vector", "model_id, passage_id"), ("text", "content_id, block")):
            sql = f"INSERT INTO {of}_pieces ({key}, piece, data) SELECT {key}, 0, x'' FROM {of}s"
            database.execute(sql)
        database.execute("INSERT INTO ignored_problems (file_id, problem) SELECT id, 'broken' FROM files")
        database.execute("INSERT INTO own_dates (content_id, day) SELECT id, 735000 FROM contents")
        database.execute("INSERT INTO retries (file_id, count) SELECT id, 1 FROM files")
        catalogue.rules.put({1: "1", 2: "1|r:1+::1-:-"})
        database.execute("INSERT INTO tags (file_id, tag) SELECT id, 'work' FROM files")
        database.execute(
            "INSERT INTO mail_headers (content_id, recipients, thread) SELECT id, 'Ann', 'ab' FROM contents"
        )
        database.execute("INSERT INTO embedded (model_id, content_id) SELECT 1, id FROM contents")
        database.execute("INSERT INTO containers (file_id, generation, read_to, mark) VALUES (1, 1, 9, x'00')")
        database.execute(
            "INSERT INTO members (file_id, container_id, parent_id, place, generation) VALUES (2, 1, 1, 5, 1)"
        )
        database.execute("INSERT INTO scans (content_id, page) SELECT id, 1 FROM contents")
        database.execute(
            """INSERT INTO recognised (hash, page, engine, languages, text, places, problem)
            SELECT hash, 1, 'tesseract', 'eng', 'text', x'00', '' FROM contents"""
        )
    catalogue.close()
    return tmp_path


def rotten(root: Path) -> dict[str, list[rot.Key]]:
    database = Database(root / CATALOGUE_NAME, writable=False)
    found = rot.rotten_rows(database, lambda *_: None, lambda: False)
    database.close()
    return found


COLUMNS = [(table, column) for table in CHECKED_TABLES.values() for column in table.others]
OTHER_VALUES = {bytes: b"\xff\xfe", str: "?", int: -7, float: -7.5, type(None): None}


def change(root: Path, table: CheckedTable, column: str) -> None:
    """Change a value as a disk does, that is without the triggers."""
    with connected(root) as db, db:
        trigger = f"{table.name}_updated"
        statement = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()[0]
        db.execute(f"DROP TRIGGER {trigger}")
        *key, value = db.execute(f"SELECT {', '.join(table.key)}, {column} FROM {table.name} LIMIT 1").fetchone()
        other = "failed" if column == "state" else OTHER_VALUES[type(value)]
        if value is None:
            other = {"let_go": 1.5, "noted": 1.5, "page": 3}.get(column, "?")
        where = " AND ".join(f"{name} = ?" for name in table.key)
        db.execute(f"UPDATE {table.name} SET {column} = ? WHERE {where}", (other, *key))
        db.execute(statement)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda value: getattr(value, "name", value))
def test_a_value_that_the_disk_changed_is_found(root: Path, table: CheckedTable, column: str) -> None:
    assert rotten(root) == {}
    change(root, table, column)
    if not table.kept_twice:
        assert list(rotten(root)) == [table.name]
        return
    database = Database(root / CATALOGUE_NAME, writable=False)
    before = database.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}_copy").fetchall()
    assert [name for name, _ in second_copies.unsound_rows(database)] == [table.name]
    database.close()
    database = Database(root / CATALOGUE_NAME, writable=True)
    assert database.execute(f"SELECT {', '.join(table.columns)} FROM {table.name}").fetchall() == before
    assert second_copies.unsound_rows(database) == []
    database.close()


@pytest.mark.parametrize("table", KEPT_TWICE, ids=lambda table: table.name)
def test_a_row_that_is_lost_comes_back_from_its_copy(root: Path, table: CheckedTable) -> None:
    with connected(root) as db, db:
        db.execute(f"DROP TRIGGER {table.name}_deleted")
        db.execute(f"DELETE FROM {table.name}")
        db.execute(f"CREATE TRIGGER {table.name}_deleted AFTER DELETE ON {table.name} BEGIN "
                   f"DELETE FROM {table.name}_copy WHERE id = OLD.id; END")  # fmt: skip
    database = Database(root / CATALOGUE_NAME, writable=True)
    assert database.scalar(f"SELECT count(*) FROM {table.name}") == 1
    database.close()


def test_every_table_is_checked(root: Path) -> None:
    with connected(root) as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    internal = {name for name in tables if name.startswith("sqlite_")}
    assert tables - internal == CHECKED_TABLES.keys() | {f"{table.name}_copy" for table in KEPT_TWICE}
    for table in CHECKED_TABLES.values():
        with connected(root) as db:
            named = [row[1] for row in db.execute(f"PRAGMA table_info({table.name})")]
        assert sorted(named) == sorted((*table.columns, "checksum"))


def test_rows_of_an_older_version_get_their_checksum_in_parts(root: Path) -> None:
    table = CHECKED_TABLES["passages"]
    with connected(root) as db, db:
        db.execute("UPDATE passages SET checksum = NULL")
        count = db.execute("SELECT count(*) FROM passages").fetchone()[0]
    database = Database(root / CATALOGUE_NAME, writable=True)
    place, added, parts = 0, 0, 0
    while True:
        bad, reached = rot.rotten_between(database, table, place, 1)
        assert bad == []
        if reached is None:
            break
        added += rot.add_missing(database, table, place, reached)
        place, parts = reached, parts + 1
    assert (added, parts) == (count, count)
    assert database.scalar("SELECT count(*) FROM passages WHERE checksum IS NULL") == 0
    database.close()
    assert rotten(root) == {}


def test_the_version_in_the_header_is_put_right(root: Path) -> None:
    for version in (len(MIGRATIONS) ^ 1, len(MIGRATIONS) ^ 64):
        with connected(root) as db:
            db.execute(f"PRAGMA user_version = {version}")
        with pytest.raises(LibraryUnusableError):
            Database(root / CATALOGUE_NAME, writable=False)
        Database(root / CATALOGUE_NAME, writable=True).close()
        Database(root / CATALOGUE_NAME, writable=False).close()
    with connected(root) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LibraryDamagedError):  # not "written by a newer Findling", which it was not
        Database(root / CATALOGUE_NAME, writable=False)


@pytest.mark.parametrize("place", pages.HEADER_CONSTANTS)
def test_a_flip_in_the_header_is_damage(root: Path, place: int) -> None:
    path = root / CATALOGUE_NAME
    assert pages.examine(path) == pages.PageReport()
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)
    assert pages.header_damage(path)
    assert pages.examine(path).damage


def test_a_changed_statement_of_the_schema_is_damage(root: Path) -> None:
    path = root / CATALOGUE_NAME
    data = path.read_bytes()
    assert data.count(b"AFTER INSERT ON contents") == 1
    path.write_bytes(data.replace(b"AFTER INSERT ON contents", b"AFTER DELETE ON contents"))
    assert "contents_inserted" in pages.examine(path).damage


def test_a_lookup_index_that_does_not_fit_its_table_is_told_from_damage(root: Path) -> None:
    other = "SELECT rootpage FROM sqlite_master WHERE name = 'files_by_size'"
    with connected(root) as db, db:
        db.execute("PRAGMA writable_schema = ON")
        db.execute(f"UPDATE sqlite_master SET rootpage = ({other}) WHERE name = 'files_by_time'")
    report = pages.examine(root / CATALOGUE_NAME)
    assert report.in_indexes or report.damage


def test_the_checksum_tells_values_apart() -> None:
    values = [(1, 23), (12, 3), (b"ab", b"c"), (b"a", b"bc"), (None, 1), (0, 1), (b"", 1), (1.0, 1), (1, b"")]
    assert len({row_checksum(*value) for value in values}) == len(values)
    assert row_checksum(1, b"text", None, 2.5) == 1136044768
    assert -(2**31) <= row_checksum(b"x" * 1000) < 2**31


def test_a_text_is_stored_with_its_checksum(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, writable=True)
    content_id = catalogue.contents.put(b"hash", Document("some text", "text"))
    row = catalogue._db.execute("SELECT content_id, block, data, checksum FROM texts").fetchone()
    assert row[3] == row_checksum(*row[:3])
    catalogue.close()
    assert content_id == 1
