"""A library of an older version is taken over as it is: nothing is read, chunked or embedded again.

`version_8.sql` is the catalogue of three notes, written by the version before checksums.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import LibraryUnusableError, StorageFullError
from core.indexer.upkeep import catalogue_scrub
from core.library import Library
from core.settings import SETTINGS_NAME
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.catalogue.checksums import CHECKED_TABLES
from core.store.catalogue.schema import MIGRATIONS
from core.store.integrity import backup
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes
from tests.system.catalogue_state import connected, sent, state_of

pytestmark = pytest.mark.slow

OLD_VERSION = 8
OLD_CATALOGUE = Path(__file__).parents[1] / "store/catalogue/version_8.sql"
OLD_FOLDER = b"/tmp/disk-old/notes"


@pytest.fixture
def old_library(tmp_path: Path) -> Path:
    """A library of version 8 with its notes, whose bytes are others than those that were read."""
    notes, library = tmp_path / "notes", tmp_path / "library"
    write_notes(notes, 3, words=60)
    library.mkdir()
    (library / CATALOGUE_NAME).touch()
    with connected(library) as db, db:
        db.executescript(OLD_CATALOGUE.read_text(encoding="utf-8"))
        assert db.execute("PRAGMA user_version").fetchone() == (OLD_VERSION,)
        for number, path, size, mtime in db.execute("SELECT id, path, size, mtime_ns FROM files").fetchall():
            new = os.fsencode(notes) + path.removeprefix(OLD_FOLDER)
            assert os.stat(new).st_size == size
            Path(os.fsdecode(new)).write_bytes(b"?" * size)
            os.utime(new, ns=(mtime, mtime))
            db.execute("UPDATE files SET path = ?, inode = ? WHERE id = ?", (new, os.stat(new).st_ino, number))
        db.execute("UPDATE folders SET path = ?, inode = ?", (os.fsencode(notes), os.stat(notes).st_ino))
    return library


def test_it_is_taken_over_without_reading_or_embedding(
    old_library: Path, engine: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_scrub, "INTERVAL", 0.0)
    before, sent_before = state_of(old_library), sent(old_library)
    with Library.open(old_library, remote(engine)) as library:
        progress = library.wait(timeout=60)
        assert (progress.names.done, progress.words.done, progress.meaning.done) == (3, 3, 3)
        assert [Path(hit.path).name for hit in library.search("note2", 1, lanes=("words",))] == ["file-002.txt"]
        assert not library.diagnostics.examine().ailments
    assert state_of(old_library) == before
    assert sent(old_library) == sent_before


def test_it_is_backed_up_and_tells_how_far_its_update_is(old_library: Path, engine: Running) -> None:
    settings = old_library / SETTINGS_NAME
    settings.write_text('{"language": "de", "passage_tokens": 100, "of_a_newer_findling": 1}')
    told: list[tuple[str, int, int]] = []
    with Library.open(old_library, tell=lambda *step: told.append(step)) as library:
        assert (library.settings.language, library.settings.passage_tokens) == ("de", 100)
        assert not library.diagnostics.examine().ailments
    steps = len(MIGRATIONS) - OLD_VERSION
    updating = [step for step in told if step[0] == "Updating the library for this version of Findling"]
    assert updating == [(updating[0][0], done, steps) for done in range(steps)]
    assert ("Backing up the library before it is updated", 0, 0) in told
    [made] = backup.backups(old_library)
    assert backup.is_sound(made)
    with closing(sqlite3.connect(made)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (OLD_VERSION,)
    told.clear()
    Library.open(old_library, tell=lambda *step: told.append(step)).close()  # once
    assert [what for what, _, _ in told] == ["Opening the library"]
    assert backup.backups(old_library) == [made]


def test_a_new_library_is_not_updated(tmp_path: Path) -> None:
    told: list[str] = []
    Library.open(tmp_path / "new", tell=lambda what, _done, _total: told.append(what)).close()
    assert told == ["Opening the library"]


def test_without_room_for_a_backup_it_is_left_as_it_is(old_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "FREE_SPACE_FACTOR", 1e12)
    before = state_of(old_library)
    with pytest.raises(StorageFullError, match="Before its library is updated"):
        Library.open(old_library)
    assert state_of(old_library) == before
    with connected(old_library) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (OLD_VERSION,)


def test_an_older_findling_refuses_it_in_one_sentence(old_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.store.catalogue.migration.MIGRATIONS", MIGRATIONS[: OLD_VERSION - 1])
    before = state_of(old_library)
    for read_only in (True, False):
        with pytest.raises(LibraryUnusableError, match="was written by a newer Findling") as refused:
            Library.open(old_library, read_only=read_only)
        assert "Install the latest version" in str(refused.value)
    assert state_of(old_library) == before
    assert backup.backups(old_library) == []


def test_the_checksums_are_added_in_idle_time(
    old_library: Path, engine: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue_scrub, "INTERVAL", 0.0)

    def missing() -> int:
        with connected(old_library) as db:
            counts = [db.execute(f"SELECT count(*) FROM {name} WHERE checksum IS NULL") for name in CHECKED_TABLES]
            return sum(int(count.fetchone()[0]) for count in counts)

    with Library.open(old_library, remote(engine), watch=True) as library:
        library.wait(timeout=60)
        until(lambda: missing() == 0)
        assert not library.diagnostics.examine().ailments
