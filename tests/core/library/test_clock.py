"""A clock that is wrong or is set back between two runs: nothing is lost, read or embedded again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from core.library import Library
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes

pytestmark = pytest.mark.slow

MONTH = 30 * 86_400.0


def set_clock(patch: pytest.MonkeyPatch, by: float) -> None:
    """Have the clock be off by so many seconds from what is so."""
    true = time.time
    patch.setattr(time, "time", lambda: true() + by)


@pytest.mark.parametrize(("first", "then"), [(MONTH, 0.0), (0.0, -MONTH), (-MONTH, 0.0)])
def test_what_is_known_outlives_a_clock_that_is_set(
    engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: float, then: float
) -> None:
    notes, aside = tmp_path / "notes", tmp_path / "aside.txt"
    write_notes(notes, 3)
    with monkeypatch.context() as patch, Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        set_clock(patch, first)
        library.add_folder(notes)
        library.wait(timeout=60)
        (notes / "file-001.txt").rename(aside)
        until(lambda: library.progress().names.done == 2)
        before = library.wait(timeout=60).passages_embedded
    with monkeypatch.context() as patch:
        set_clock(patch, then)
        aside.rename(notes / "file-001.txt")
        with Library.open(tmp_path / "library", watch=True) as again:
            progress = again.wait(timeout=60)
            assert (progress.meaning.done, progress.words.failed) == (3, 0)
            assert progress.passages_embedded == before
            assert again.search("note1", lanes=("words",))
            (notes / "file-003.txt").write_text("A heron in the reeds.", encoding="utf-8")
            until(lambda: again.search("heron", lanes=("words",)))
            assert again.wait(timeout=60).meaning.done == 4


def test_a_file_from_the_future_is_read_once(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 2)
    ahead = time.time() + MONTH
    os.utime(tmp_path / "notes" / "file-000.txt", (ahead, ahead))
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.add_folder(tmp_path / "notes")
        before = library.wait(timeout=60)
        for _ in range(3):
            library.indexing.rescan()
            progress = library.wait(timeout=60)
            assert progress.words == before.words
            assert progress.passages_embedded == before.passages_embedded
        found = library.diagnostics.examine()
        assert not [ailment for ailment in found.ailments if ailment.code == "changed"]
