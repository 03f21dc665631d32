"""What is added or removed is in the list of folders at once, however long the indexer is busy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import FolderError
from core.library import Library
from core.settings import Exclusions
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, write_notes


@contextmanager
def indexer_busy(library: Library) -> Iterator[None]:
    """Let no command be executed meanwhile."""
    done = threading.Event()
    with library._sessions.writer() as writer:
        writer.commands._submit(lambda _pipeline: done.wait(30))
    try:
        yield
    finally:
        done.set()


def listed(library: Library) -> list[str]:
    return [folder.path for folder in library.folders()]


def test_the_list_of_folders_is_right_before_the_indexer_has_seen_a_change(engine: Running, tmp_path: Path) -> None:
    notes, letters = tmp_path / "notes", tmp_path / "letters"
    write_notes(notes, 3)
    write_notes(letters, 2)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        with indexer_busy(library):
            library.add_folder(notes)
            library.add_folder(letters, exclusions=Exclusions(("*-000.txt",)))
            assert listed(library) == [str(notes), str(letters)]
            assert library.exclusions.get(letters).patterns == ("*-000.txt",)
            assert library.add_folder(notes / "file-000.txt").path == str(notes)  # it is in that folder already
            library.remove_folder(notes)
            assert listed(library) == [str(letters)]
            with pytest.raises(FolderError):
                library.remove_folder(notes)
        assert library.wait(timeout=60).names.done == 1
        assert listed(library) == [str(letters)]


@contextmanager
def busy_until_closed(library: Library) -> Iterator[None]:
    """Let no command be executed before the library closes."""
    with library._sessions.writer() as writer:
        writer.commands._submit(lambda _pipeline: writer._stop.wait(30))
    try:
        yield
    finally:
        library.close()


def test_what_is_added_or_removed_just_before_the_end_is_not_forgotten(engine: Running, tmp_path: Path) -> None:
    notes, letters = tmp_path / "notes", tmp_path / "letters"
    write_notes(notes, 3)
    write_notes(letters, 2)
    with busy_until_closed(library := Library.open(tmp_path / "library", remote(engine))):
        library.add_folder(notes)
        library.add_folder(letters)
    with busy_until_closed(library := Library.open(tmp_path / "library")):
        assert listed(library) == [str(notes), str(letters)]
        library.remove_folder(notes)
        library.exclusions.change(letters, Exclusions(("*-000.txt",)))
    library = Library.open(tmp_path / "library")
    library.remove_folder(letters)
    library.close()  # perhaps before its indexes were open
    with Library.open(tmp_path / "library") as library:
        assert listed(library) == []
        assert library.wait(timeout=60).names.done == 0


def test_a_folder_that_is_removed_and_added_again_is_listed_all_the_time(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 3)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.wait(timeout=60)
        removed, done = threading.Event(), threading.Event()
        try:
            with indexer_busy(library):
                library.remove_folder(notes)
                with library._sessions.writer() as writer:
                    writer.commands._submit(lambda _pipeline: (removed.set(), done.wait(30))[0])
                library.add_folder(notes)
                assert listed(library) == [str(notes)]
            assert removed.wait(60)
            assert listed(library) == [str(notes)]
        finally:
            done.set()
        assert library.wait(timeout=60).names.done == 3
