"""Errors of a damaged, unfinished or busy catalogue."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from core.errors import LibraryLockedError, LibraryUnusableError
from core.store.catalogue.catalogue import CATALOGUE_NAME, Catalogue
from core.store.catalogue.files import KnownFile

PAGE = 4096


def test_damage_behind_the_first_row(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path, writable=True)
    with catalogue.transaction():
        folder = catalogue.folders.add(b"/docs", single=False)
        for number in range(2000):
            path = b"/docs/%05d" % number
            catalogue.files.put(folder, path, KnownFile(0, 1, 1, number), kind="text", readable=True)
    catalogue.close()
    data = bytearray((tmp_path / CATALOGUE_NAME).read_bytes())
    for page in range(len(data) // PAGE // 2, len(data) // PAGE):
        data[page * PAGE : page * PAGE + 64] = b"\xff" * 64
    (tmp_path / CATALOGUE_NAME).write_bytes(data)
    catalogue = Catalogue(tmp_path, writable=False)
    for read in (catalogue.files.all_paths, catalogue.files.waiting, lambda: catalogue.files.stats_in(folder)):
        with pytest.raises(LibraryUnusableError, match="damaged"):
            read()
    catalogue.close()


def test_a_catalogue_whose_making_was_interrupted(tmp_path: Path) -> None:
    (tmp_path / CATALOGUE_NAME).touch()
    with pytest.raises(LibraryUnusableError, match="interrupted"):
        Catalogue(tmp_path, writable=False)
    Catalogue(tmp_path, writable=True).close()
    Catalogue(tmp_path, writable=False).close()


def test_a_catalogue_that_another_program_writes_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.store.catalogue.database.BUSY_SECONDS", 0.1)
    catalogue = Catalogue(tmp_path, writable=True)
    other = sqlite3.connect(tmp_path / CATALOGUE_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LibraryLockedError, match="Another program"), catalogue.transaction():
        pass
    other.close()
    catalogue.close()
