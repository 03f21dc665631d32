"""Backups of the catalogue: consistent snapshots, rotated, and never of a damaged catalogue."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from core.store.integrity import backup, verify
from tests.builders.catalogues import put_text


def _filled(root: Path, count: int = 50) -> Catalogue:
    catalogue = Catalogue(root, writable=True)
    chunking = catalogue.passages.chunking_id("one")
    for number in range(count):
        put_text(catalogue, f"/made/{number}.txt", f"text {number} " * 300, chunking)
    return catalogue


def never() -> bool:
    return False


def test_a_copy_is_a_catalogue_and_the_last_two_are_kept(tmp_path: Path) -> None:
    catalogue = _filled(tmp_path)
    made = [backup.back_up(tmp_path, never) for _ in range(3)]
    assert backup.backups(tmp_path) == [made[2], made[1]]
    kept = {path.with_suffix(suffix).name for path in made[1:] for suffix in (".sqlite", ".digest")}
    assert set(os.listdir(tmp_path / backup.BACKUP_FOLDER)) == kept
    catalogue.close()
    other = tmp_path / "other"
    other.mkdir()
    made[2].rename(other / CATALOGUE_NAME)
    copy = Catalogue(other, writable=False)
    assert len(copy.files.all_paths()) == 50
    assert copy.contents.text(1) == "text 0 " * 300
    copy.close()


def test_a_copy_is_of_one_moment_while_another_thread_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.store.integrity.backup.PAGES_PER_STEP", 1)
    catalogue = _filled(tmp_path)
    enough = threading.Event()

    def write() -> None:
        chunking = catalogue.passages.chunking_id("one")
        for number in range(100, 400):
            put_text(catalogue, f"/made/{number}.txt", f"text {number} " * 300, chunking)
            if enough.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    made = backup.back_up(tmp_path, never)
    enough.set()
    writer.join()
    catalogue.close()
    with sqlite3.connect(made) as copy:
        files = copy.execute("SELECT count(*) FROM files WHERE state = 'read'").fetchone()
        assert files == copy.execute("SELECT count(*) FROM contents").fetchone()
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_an_interrupted_copy_leaves_nothing(tmp_path: Path) -> None:
    _filled(tmp_path).close()
    with pytest.raises(backup.Interrupted):
        backup.back_up(tmp_path, lambda: True)
    assert os.listdir(tmp_path / backup.BACKUP_FOLDER) == []


def test_a_damaged_catalogue_takes_no_copys_place(tmp_path: Path) -> None:
    _filled(tmp_path).close()
    good = backup.back_up(tmp_path, never)
    with (tmp_path / CATALOGUE_NAME).open("rb+") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        backup.back_up(tmp_path, never)
    assert backup.backups(tmp_path) == [good]
    assert verify.find_damage(good) == ""


def test_when_a_copy_is_due(tmp_path: Path) -> None:
    assert backup.seconds_until_due(tmp_path) == 0
    _filled(tmp_path).close()
    made = backup.back_up(tmp_path, never)
    assert 0 < backup.seconds_until_due(tmp_path) <= backup.INTERVAL
    os.utime(made, (0, time.time() - backup.INTERVAL))
    assert backup.seconds_until_due(tmp_path) == 0
    os.utime(made, (0, time.time() + 10 * backup.INTERVAL))
    assert backup.seconds_until_due(tmp_path) == 0, "the clock went back"


def test_backups_from_the_future_are_replaced(tmp_path: Path) -> None:
    _filled(tmp_path).close()
    folder = tmp_path / backup.BACKUP_FOLDER
    past = backup.back_up(tmp_path, never)
    for number in range(2):
        past.rename(folder / f"catalogue-2099010{number + 1}-000000-000000.sqlite")
        past = backup.back_up(tmp_path, never)
    assert backup.backups(tmp_path) == [past]
    last = backup.back_up(tmp_path, never)
    assert backup.backups(tmp_path) == [last, past]


def test_a_catalogue_that_outgrew_its_copy_does_not_wait_for_a_day(tmp_path: Path) -> None:
    _filled(tmp_path, 3).close()
    made = backup.back_up(tmp_path, never)
    os.utime(made, (0, time.time() - backup.GROWTH_INTERVAL))
    assert backup.seconds_until_due(tmp_path) > backup.GROWTH_INTERVAL
    catalogue = Catalogue(tmp_path, writable=True)
    chunking = catalogue.passages.chunking_id("one")
    for number in range(200):
        put_text(catalogue, f"/more/{number}.txt", f"{os.urandom(8000).hex()} {number}", chunking)
    assert backup.seconds_until_due(tmp_path) == 0
    os.utime(made)
    assert 0 < backup.seconds_until_due(tmp_path) <= backup.GROWTH_INTERVAL
    catalogue.close()
