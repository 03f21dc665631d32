"""Bit rot in an open library: a damaged text is read again, whoever comes upon it; the scrub finds the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import TextDamagedError
from core.indexer.upkeep import catalogue_scrub
from core.library import Library
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes
from tests.system.catalogue_state import connected, state_of

pytestmark = pytest.mark.slow


def rot(root: Path, table: str, change: str) -> None:
    """Change the values of a table's first row as a disk does, without its checksum."""
    with connected(root) as db, db:
        statement = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (f"{table}_updated",)).fetchone()[0]
        db.execute(f"DROP TRIGGER {table}_updated")
        first = {"texts": "content_id = 1", "vectors": "passage_id = 1", "passages": "id = 1", "files": "id = 1",
                 "signatures": "content_id = 1", "cuts": "content_id = 1", "contents": "id = 1"}[table]  # fmt: skip
        assert db.execute(f"UPDATE {table} SET {change} WHERE {first}").rowcount == 1
        db.execute(statement)


@pytest.fixture
def library(engine: Running, tmp_path: Path) -> Path:
    """A library of four notes, closed."""
    write_notes(tmp_path / "notes", 4)
    with Library.open(tmp_path / "library", remote(engine)) as opened:
        opened.add_folder(tmp_path / "notes")
        opened.wait(timeout=120)
    return tmp_path / "library"


@pytest.mark.parametrize("change", ["data = x'00ff'", "data = x'789c030000000001'"])
def test_a_search_that_meets_a_damaged_text_has_it_read_again(library: Path, change: str) -> None:
    whole = state_of(library)
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        rot(library, "texts", change)
        queries = [f"note{number} begins" for number in range(4)]

        def damaged(query: str) -> bool:
            try:
                return not opened.search(query, 4, lanes=("words",))
            except TextDamagedError:
                return True

        until(lambda: not any(map(damaged, queries)))
        opened.wait(timeout=60)
        until(lambda: not opened.diagnostics.examine().ailments)
    assert state_of(library) == whole


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("texts", "data = x'00'"),
        ("contents", "title = 'another'"),
        ("vectors", "data = zeroblob(length(data))"),
        ("passages", "start = 7"),
        ("signatures", "data = x'0011'"),
        ("cuts", "passages = 9"),
        ("files", "detail = 'another'"),
    ],
)
def test_the_scrub_makes_again_what_the_disk_has_changed(
    library: Path, table: str, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = state_of(library)
    rot(library, table, change)
    monkeypatch.setattr(catalogue_scrub, "INTERVAL", 0.05)
    with Library.open(library, watch=True) as opened:
        log = library / "logs/library.log"
        until(lambda: log.exists() and "damaged and are made again" in log.read_text(encoding="utf-8"))
        opened.wait(timeout=60)
        until(lambda: not opened.diagnostics.examine().ailments)
    assert state_of(library) == whole


def test_damage_of_a_page_that_is_found_in_idle_time_ends_in_a_sentence(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_scrub, "INTERVAL", 0.0)
    with Library.open(library, watch=True) as opened:
        opened.wait(timeout=60)
        with connected(library) as db, db:
            db.execute("PRAGMA writable_schema = ON")
            db.execute(
                "UPDATE sqlite_master SET sql = replace(sql, 'mtime_ns', 'mtime_xs') WHERE name = 'files_by_time'"
            )
        until(lambda: opened.progress().trouble is not None)
        trouble = opened.progress().trouble
        assert trouble is not None
        assert "is damaged" in trouble.sentence
