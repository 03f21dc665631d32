"""Waits and requests while a library changes its settings, is closed, or has a full disk."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from core.engine.server import EngineServer
from core.errors import FindlingError, LibraryLockedError, StorageFullError
from core.events import ignore
from core.indexer import Indexer
from core.library import Library
from core.library.queries import Queries
from core.library.session.completion import await_retriever
from core.library.session.manager import SessionManager
from core.settings import SETTINGS_NAME
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.contents import Contents
from core.store.catalogue.passages_table import PassagesTable
from core.store.catalogue.vectors_table import VectorsTable
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, set_fault, write_notes
from tests.core.library.test_troubles import until
from tests.core.store.small_disk import fill_disk

pytestmark = pytest.mark.slow


class Waiter(threading.Thread):
    """Waits for the meaning lane, without a time-out, and keeps what became of it."""

    def __init__(self, library: Library) -> None:
        super().__init__(daemon=True)
        self.library = library
        self.error: FindlingError | None = None
        self.done = 0
        self.start()

    def run(self) -> None:
        try:
            self.done = self.library.wait("meaning").meaning.done
        except FindlingError as error:
            self.error = error


def test_what_is_asked_while_settings_change_is_done_with_the_new_ones(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 2)
    write_notes(tmp_path / "old", 2)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "old")
        library.wait(timeout=60)
        library.change_settings(remote(engine, readers=1))
        library.add_folder(tmp_path / "notes")
        library.remove_folder(tmp_path / "old")
        library.wait(timeout=60)
        assert [folder.path for folder in library.folders()] == [str(tmp_path / "notes")]
        library.change_settings(remote(engine, readers=2))
        library.indexing.pause()
        library.wait("names", timeout=60)
        assert library.indexing.paused


@contextmanager
def asking(ask: Callable[[], object]) -> Iterator[set[object]]:
    """The distinct answers to a question that another thread asks again and again meanwhile; errors are answers too."""
    answers, done = set[object](), threading.Event()

    def run() -> None:
        while not done.is_set():
            try:
                answers.add(ask())
            except FindlingError as error:
                answers.add(error.sentence)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield answers
    finally:
        done.set()
        thread.join()


def test_every_question_is_answered_while_settings_change(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 2)
    path = str(notes / "file-001.txt")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(notes)
        library.wait(timeout=60)

        def ask() -> object:
            queries = library.queries
            (hit,) = queries.search("note1", lanes=("names", "words"))
            return (
                hit.path,
                queries.facets("note1", "ext"),
                queries.filter_effect("note1 ext:txt") is None,
                queries.passages_in_file("note1", path) != (),
                queries.matching_files("note1") != [],
                queries.match_spans("note1", "The note1 begins.") != [],
                queries.broad_wildcards("word*") != (),
                library.diagnostics.why(path).code,
                library.indexing.paused,
                library.progress().words.done,
            )

        library.indexing.pause()
        expected = ask()
        with asking(ask) as answers:
            for readers in (1, 2, 1, 2):
                library.change_settings(remote(engine, readers=readers))
                library.wait("words", timeout=60)
            for readers in (1, 2, 1, 2):  # before the indexes of the one before are open
                library.change_settings(remote(engine, readers=readers))
        assert answers == {expected}


def test_a_change_that_needs_no_new_session_does_not_undo_one_that_does(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        sessions = library._sessions
        with sessions._restart_lock:  # so that the second change comes before the first one is taken up
            library.change_settings(remote(engine, readers=2))
            library.change_settings(remote(engine, readers=2, keep_history=False))
        library.wait(timeout=60)
        assert library.settings.readers == 2
        assert not library.settings.keep_history


def test_a_repair_is_made_though_settings_change(engine: Running, tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", remote(engine)) as library:
        sessions, repaired = library._sessions, threading.Event()
        repairing = threading.Thread(target=sessions.restart, args=(repaired.set,))
        with sessions._restart_lock:
            repairing.start()
            until(lambda: not sessions._settled.is_set())
            library.change_settings(remote(engine, readers=2))
        repairing.join(60)
        assert repaired.is_set()
        library.wait(timeout=60)


def test_settings_are_not_taken_up_by_a_library_that_was_closed(engine: Running, tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library", remote(engine))
    library.close()
    library._sessions._use_settings(library.settings)  # the thread of a change that came just before
    assert [thread.name for thread in threading.enumerate() if thread.name in ("indexer", "watcher")] == []
    Library.open(tmp_path / "library").close()


def test_who_waits_is_told_that_the_library_is_closed(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 2)
    set_fault(engine, "refuse")
    library = Library.open(tmp_path / "library", remote(engine))
    library.add_folder(tmp_path / "notes")
    library.wait("words", timeout=60)
    waiter = Waiter(library)
    library.close()
    waiter.join(60)
    assert waiter.error is not None
    assert waiter.error.sentence == "The library was closed."


def test_who_waits_goes_on_waiting_with_the_new_settings(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 2)
    set_fault(engine, "refuse")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait("words", timeout=60)
        waiter = Waiter(library)
        for readers in (1, 3, 2):
            library.change_settings(remote(engine, readers=readers))
        library.wait("words", timeout=60)
        set_fault(engine, "")
        waiter.join(60)
        assert (waiter.done, waiter.error) == (2, None)


def test_a_search_that_comes_too_late_does_not_start_the_engine_again(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 1)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        previous = library._sessions.current
        library.change_settings(remote(engine, idle_minutes=1))  # which makes another engine
        library.wait(timeout=60)
        late = Queries(cast("SessionManager", SimpleNamespace(ask=lambda question: question(previous))))
        assert late.search("note0", 5, lanes=("words", "meaning")) == []
        assert previous.engine.status().state == "stopped"


def test_a_library_that_is_only_read_keeps_its_settings(engine: Running, tmp_path: Path) -> None:
    Library.open(tmp_path / "library", remote(engine)).close()
    before = (tmp_path / "library" / SETTINGS_NAME).read_text(encoding="utf-8")
    with Library.open(tmp_path / "library", read_only=True) as library:
        with pytest.raises(LibraryLockedError):
            library.change_settings(replace(library.settings, readers=7))
        assert library.settings.readers == 1
    assert (tmp_path / "library" / SETTINGS_NAME).read_text(encoding="utf-8") == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_that_is_full_before_the_indexes_are_open(engine: Running, tmp_path: Path, small_disk: Path) -> None:
    write_notes(tmp_path / "notes", 1)
    catalogue = Catalogue(small_disk, writable=True)
    ballast = fill_disk(small_disk)
    settings = remote(engine)
    indexer = Indexer(small_disk, settings, EngineServer(settings, tmp_path), ignore)
    indexer.start()
    indexer.commands.add_folder(os.fsencode(tmp_path / "notes"), single=False)
    with pytest.raises(StorageFullError):
        await_retriever(indexer, "words", 60)
    assert indexer.index_set is None
    ballast.unlink()
    until(lambda: indexer.progress.words.done == 1)
    indexer.close()
    catalogue.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_disk_without_room_for_what_is_asked(engine: Running, tmp_path: Path, small_disk: Path) -> None:
    """The last thing that was asked counts, although none could be done at once."""
    write_notes(tmp_path / "notes", 1)
    with Library.open(small_disk / "library", remote(engine)) as library:
        library.wait(timeout=60)
        ballast = fill_disk(small_disk)
        for number in range(200):  # until the journal is full, too
            (tmp_path / f"{number}").mkdir()
            library.add_folder(tmp_path / f"{number}")
        with pytest.raises(StorageFullError):
            library.wait("words", timeout=60)
        library.add_folder(tmp_path / "notes")
        library.indexing.rescan()
        ballast.unlink()
        until(lambda: library.progress().words.done == 1)
        assert [os.path.basename(folder.path) for folder in library.folders()] == [*map(str, range(200)), "notes"]


@pytest.mark.parametrize("call", [0, 1, 2, 3])
@pytest.mark.parametrize(
    "where",
    [
        (VectorsTable, "mark_embedded"),
        (Contents, "text"),
        (PassagesTable, "get_many"),
        (PassagesTable, "of_content"),
    ],
)
def test_a_disk_that_fails_once_loses_nothing(
    engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: tuple[type, str], call: int
) -> None:
    """SQLite says "disk I/O error" for a full disk, in reading too, and at any call."""
    write_notes(tmp_path / "notes", 3)
    (tmp_path / "notes" / "empty.txt").touch()
    true, times = getattr(*where), itertools.count()

    def fails_at_first(*arguments: object, **named: object) -> object:
        if arguments[-1] != [] and next(times) == call:
            raise StorageFullError("library.disk_full")
        return true(*arguments, **named)

    monkeypatch.setattr("core.indexer.indexer.STORAGE_RETRY", 0.1)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.engines.wait_ready(60)
        library.wait(timeout=60)
        monkeypatch.setattr(*where, fails_at_first)
        library.add_folder(tmp_path / "notes")
        until(lambda: library.progress().meaning.done == 4)
        progress = library.wait(timeout=60)
        assert progress.passages_done == progress.passages_total == library.progress().passages_embedded
