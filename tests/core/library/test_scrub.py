"""Changes of content without a change of time or size are found by hashing a few files at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.indexer.upkeep import scrub
from core.indexer.upkeep.scrub import Scrub
from core.library import Library
from core.store.catalogue.catalogue import Catalogue
from tests.builders.catalogues import put_text
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes


def test_other_words_under_the_same_size_and_time_are_found(
    engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scrub, "INTERVAL", 0.2)
    notes = tmp_path / "notes"
    write_notes(notes, 3)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(notes)
        before = library.wait(timeout=60)
        path = notes / "file-001.txt"
        stat = path.stat()
        path.write_text(path.read_text().replace("note1", "xylem"))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        until(lambda: library.search("xylem", lanes=("words",)))
        until(lambda: not library.search("note1", lanes=("words",)))
        after = library.wait(timeout=60)
        assert (after.names, after.meaning) == (before.names, before.meaning)


def test_a_round_is_small_and_the_next_one_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrub, "INTERVAL", 0.0)
    monkeypatch.setattr(scrub, "MAX_FILES", 2)
    catalogue = Catalogue(tmp_path, writable=True)
    runtime = catalogue.passages.chunking_id("one")
    for name in "abc":
        put_text(catalogue, f"/made/{name}.txt", name, runtime)
    checks = [[path for _, path, _ in Scrub(catalogue).next_batch()] for _ in range(4)]
    assert checks == [[b"/made/a.txt", b"/made/b.txt"], [b"/made/c.txt"], [], [b"/made/a.txt", b"/made/b.txt"]]
    monkeypatch.setattr(scrub, "MAX_BYTES", 0)
    catalogue.files.set_scrub_position(0)
    assert len(Scrub(catalogue).next_batch()) == 1  # one that is larger than a round has a round of its own
    monkeypatch.setattr(scrub, "INTERVAL", 3600.0)
    early = Scrub(catalogue)
    assert early.next_batch() == []
    assert early.next_wakeup() > 3000
    catalogue.close()
