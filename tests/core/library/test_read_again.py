"""A file is read again on request, though nothing about it has changed."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from core.library import Library
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until
from tests.system.catalogue_state import connected

pytestmark = pytest.mark.slow


def test_what_was_stored_wrongly_is_right_again(engine: Running, tmp_path: Path) -> None:
    letter = tmp_path / "notes" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("The boiler is mended.", encoding="utf-8")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(letter.parent)
        library.wait(timeout=60)
        with connected(tmp_path / "library") as database:
            database.execute("UPDATE texts SET data = ?", (zlib.compress(b"An older version read this."),))
            database.commit()
        stored = library.queries.document(str(letter))
        assert stored is not None
        assert stored.text == "An older version read this."
        library.indexing.retry(str(letter))  # only for files with a problem
        library.wait(timeout=60)
        library.indexing.read_again([str(letter), str(tmp_path / "unknown.txt")])
        until(lambda: (again := library.queries.document(str(letter))) and again.text == "The boiler is mended.")
        library.wait(timeout=60)
        assert [hit.path for hit in library.search("boiler", 1)] == [str(letter)]
