"""A pause continues in the next program that stays open, but not in a command that indexes."""

from __future__ import annotations

from pathlib import Path

from core.library import Library
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, write_notes


def test_a_pause_outlives_a_restart_until_it_is_ended(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.indexing.pause()
        library.add_folder(tmp_path / "notes")
        library.wait("names", timeout=60)
    with Library.open(tmp_path / "library", watch=True) as again:
        assert again.indexing.paused
        assert again.wait("names", timeout=60).words.waiting == 3
        assert again.progress().words.done == 0
        again.indexing.resume()
        assert again.wait(timeout=60).meaning.done == 3
    with Library.open(tmp_path / "library", watch=True) as last:
        assert last.indexing.pause_state is None


def test_a_pause_of_some_hours_says_its_end_after_a_restart(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.indexing.pause(7200)
        before = library.indexing.pause_state
    with Library.open(tmp_path / "library", watch=True) as again:
        assert again.indexing.pause_state == before
        assert before is not None
        assert before.until is not None


def test_who_is_told_to_index_now_does_so_and_the_pause_stays(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 3)
    with Library.open(tmp_path / "library", remote(engine), watch=True) as library:
        library.indexing.pause()
    with Library.open(tmp_path / "library") as told:
        told.add_folder(tmp_path / "notes")
        assert told.wait(timeout=60).meaning.done == 3
    with Library.open(tmp_path / "library", watch=True) as again:
        assert again.indexing.paused
