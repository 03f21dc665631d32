"""A new version of an extractor reads the files of the old one again, and loses nothing meanwhile."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest

from core.extract import EXTRACTOR_VERSION
from core.library import Library
from core.store.catalogue.catalogue import CATALOGUE_NAME
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes
from tests.system.catalogue_state import connected, state_of

pytestmark = pytest.mark.slow


def make_old(library: Path, *, other_text: str = "") -> None:
    """As if an older reader had read everything, and said something else of the first text."""
    with connected(library) as db, db:
        db.execute("UPDATE contents SET extractor = 'text/extract-0'")
        if other_text:
            blob = zlib.compress(other_text.encode())
            db.execute("UPDATE texts SET data = ? WHERE content_id = 1", (blob,))
            db.execute("UPDATE contents SET length = ? WHERE id = 1", (len(other_text),))


def outdated(library: Path) -> int:
    with closing(sqlite3.connect(library / CATALOGUE_NAME)) as db:
        sql = "SELECT count(*) FROM contents WHERE let_go IS NULL AND extractor NOT LIKE ?"
        return int(db.execute(sql, (f"%/{EXTRACTOR_VERSION}",)).fetchone()[0])


def test_what_an_older_reader_read_is_read_again_and_not_embedded_again(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 5)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        sent = library.wait(timeout=120).passages_embedded
    whole = state_of(tmp_path / "library")
    make_old(tmp_path / "library")
    with Library.open(tmp_path / "library") as library:
        assert len(library.search("note3", 3, lanes=("words",))) == 1, "it is found meanwhile"
        until(lambda: outdated(tmp_path / "library") == 0)
        assert library.wait(timeout=60).passages_embedded == sent
    assert state_of(tmp_path / "library") == whole


def test_what_a_newer_reader_says_takes_the_older_ones_place(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 5)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
    whole = state_of(tmp_path / "library")
    make_old(tmp_path / "library", other_text="What an older reader made of it. " * 80)
    with Library.open(tmp_path / "library") as library:
        until(lambda: outdated(tmp_path / "library") == 0)
        library.wait(timeout=60)
        until(lambda: not library.diagnostics.examine().ailments)
    assert state_of(tmp_path / "library") == whole
