"""A library on a disk that cannot be written, one whose disk is removed or that is moved, and who may read it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from core.cli.arguments import FAILED
from core.cli.main import main
from core.control_socket import SOCKET_NAME, send_request
from core.engine.supervisor.log import EngineLog
from core.errors import FindlingError, LibraryAwayError, LibraryLockedError, LibraryUnusableError
from core.library import Library
from tests.core.engine.conftest import Running
from tests.core.library.conftest import indexed_notes, remote, until, write_notes

pytestmark = pytest.mark.slow


@pytest.fixture
def library(engine: Running, tmp_path: Path) -> Path:
    """A library of three notes, closed."""
    return indexed_notes(tmp_path, 3, remote(engine))


@pytest.fixture
def read_only(library: Path, tmp_path: Path) -> Iterator[Path]:
    """The same library where nothing can be written, not even by root; needs the right to mount."""
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "--bind", library, place], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def names(hits: object) -> list[str]:
    return [Path(hit.path).name for hit in hits]  # type: ignore[attr-defined]


def searches(opened: Library) -> None:
    """Every retriever finds its note."""
    assert names(opened.search("file 001", 1, lanes=("names",))) == ["file-001.txt"]
    assert names(opened.search("note2", 1, lanes=("words",))) == ["file-002.txt"]
    assert names(opened.search("note1 begins", 1, lanes=("meaning",))) == ["file-001.txt"]


@pytest.mark.parametrize("asked", [True, False])
def test_a_library_on_a_read_only_disk_is_searched(read_only: Path, asked: bool) -> None:
    with Library.open(read_only, read_only=asked, watch=not asked) as opened:
        searches(opened)
        progress = opened.progress()
        assert (progress.words.done, progress.meaning.done) == (3, 3)
        assert (progress.trouble is None) == asked
        if progress.trouble is not None:
            assert "cannot be written. You can search it" in progress.trouble.sentence
        assert not opened.diagnostics.examine().ailments
        assert opened.problems() == []
        assert opened.queries.document(opened.search("note1", 1, lanes=("words",))[0].path) is not None
        with pytest.raises(LibraryLockedError):
            opened.add_folder(read_only.parent / "notes")


def test_the_command_line_on_a_read_only_disk(read_only: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(os.listdir(read_only))
    for command in (["search", "note1"], ["status"], ["problems"], ["doctor"]):
        assert main([*command, "--library", str(read_only)]) == 0
    assert main(["index", str(read_only.parent / "notes"), "--library", str(read_only)]) == FAILED
    said = capsys.readouterr()
    assert "file-001.txt" in said.out
    assert "cannot be written" in said.err
    assert "Traceback" not in said.err
    assert sorted(os.listdir(read_only)) == before


def test_a_library_that_was_not_closed_is_searched_on_a_read_only_disk(
    library: Path, tmp_path: Path, engine: Running
) -> None:
    """With a write-ahead log that was not taken over, as after a power cut."""
    place = tmp_path / "killed"
    write_notes(tmp_path / "notes", 4)
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        shutil.copytree(library, place, ignore=shutil.ignore_patterns("control.sock", "unfinished*"))
    assert (place / "catalogue.sqlite-wal").stat().st_size > 0
    subprocess.run(["mount", "--bind", place, place], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
        with Library.open(place) as opened:
            assert names(opened.search("note3", 1, lanes=("words",))) == ["file-003.txt"]
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_library_that_is_moved_away_and_back_goes_on(library: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    with Library.open(library, watch=True) as opened:
        opened.wait(timeout=60)
        searches(opened)
        library.rename(moved)
        until(lambda: opened.progress().trouble is not None)
        trouble = opened.progress().trouble
        assert trouble is not None
        assert (trouble.code, "was moved" in trouble.sentence) == (LibraryAwayError.code, True)
        searches(opened)  # what is open answers
        with pytest.raises(LibraryAwayError):
            opened.change_settings(opened.settings)
        EngineLog(library / "logs" / "engine.log", "").write("a line")  # what a server may say at any time
        (tmp_path / "notes/late.txt").write_text("A latecomer of its own.", encoding="utf-8")
        assert not library.exists()
        moved.rename(library)
        until(lambda: opened.progress().trouble is None)
        until(lambda: names(opened.search("latecomer", 1, lanes=("words",))) == ["late.txt"])
        opened.wait(timeout=60)
        searches(opened)
        assert not opened.diagnostics.examine().ailments
    with Library.open(library) as opened:
        assert opened.wait(timeout=60).words.done == 4
        searches(opened)


def test_a_library_whose_disk_is_removed_and_connected_again_goes_on(library: Path, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()

    def connect() -> None:
        subprocess.run(["mount", "--bind", tmp_path, place], check=True)

    connect()
    try:
        with Library.open(place / "library", watch=True) as opened:
            opened.wait(timeout=60)
            subprocess.run(["umount", "-l", place], check=True)
            until(lambda: opened.progress().trouble is not None)
            assert os.listdir(place) == []
            connect()
            until(lambda: opened.progress().trouble is None)
            searches(opened)
            assert not opened.diagnostics.examine().ailments
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_other_programs_reach_a_library_of_which_a_copy_on_another_disk_has_taken_the_place(
    library: Path, tmp_path: Path
) -> None:
    with Library.open(library, watch=True) as opened:
        opened.wait(timeout=60)
        assert send_request(library, "engine/status") is not None
        shutil.copytree(library, tmp_path / "copy", ignore=shutil.ignore_patterns(SOCKET_NAME, "unfinished*"))
        library.rename(tmp_path / "moved")
        until(lambda: opened.progress().trouble is not None)
        (tmp_path / "copy").rename(library)
        until(lambda: opened.progress().trouble is None)
        assert send_request(library, "engine/status") is not None
        searches(opened)


def test_all_who_read_a_library_go_on_once_its_folder_is_back(library: Path, tmp_path: Path) -> None:
    with Library.open(library, read_only=True) as reader:
        searches(reader)
        shutil.copytree(library, tmp_path / "copy", ignore=shutil.ignore_patterns(SOCKET_NAME, "unfinished*"))
        library.rename(tmp_path / "moved")
        (tmp_path / "copy").rename(library)
        sessions, reads, fails = reader._sessions, threading.Event(), threading.Event()

        def read() -> None:
            with suppress(LibraryAwayError), sessions.catalogue():
                reads.set()
                fails.wait(60)
                raise FindlingError("library.closed")  # as each in its own way does whose disk is gone

        def ask() -> None:
            with suppress(LibraryAwayError):
                sessions.require_folder()

        threads = [threading.Thread(target=work, daemon=True) for work in (read, ask, ask)]
        threads[0].start()
        assert reads.wait(60)
        for thread in threads[1:]:
            thread.start()
        fails.wait(0.2)  # until both wait for what the reader holds
        fails.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
        searches(reader)


def test_a_library_can_be_closed_while_it_is_away(library: Path, tmp_path: Path) -> None:
    with Library.open(library, watch=True) as opened:
        opened.wait(timeout=60)
        library.rename(tmp_path / "moved")
    assert not library.exists()
    (tmp_path / "moved").rename(library)
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        searches(opened)


def test_the_command_line_says_that_the_library_is_gone(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library.rename(tmp_path / "moved")
    for command in (["search", "note1"], ["status"], ["doctor"], ["doctor", "--repair"]):
        assert main([*command, "--library", str(library)]) == FAILED
        assert "Traceback" not in capsys.readouterr().err
        assert not library.exists()


def modes(root: Path) -> set[tuple[str, int]]:
    """The kinds and modes of everything in a folder."""
    paths = [root, *root.rglob("*")]
    return {(stat.filemode(path.lstat().st_mode)[0], stat.S_IMODE(path.lstat().st_mode)) for path in paths}


def test_a_folder_that_others_could_read_is_closed_to_them(library: Path) -> None:
    for path in (library, *library.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    stranger = library / "photo.jpg"  # of a folder that was used for something else, too
    stranger.touch()
    stranger.chmod(0o644)
    with Library.open(library) as opened:
        assert modes(library) - {("s", 0o600)} == {("d", 0o700), ("-", 0o600), ("-", 0o644)}
        assert stat.S_IMODE((library / "catalogue.sqlite-wal").stat().st_mode) == 0o600
        opened.wait(timeout=60)
    assert stat.S_IMODE(stranger.stat().st_mode) == 0o644
    stranger.unlink()
    assert modes(library) == {("d", 0o700), ("-", 0o600)}


def test_a_new_library_is_its_users_only(library: Path) -> None:
    assert modes(library) == {("d", 0o700), ("-", 0o600)}


def test_an_unmade_library_in_a_folder_without_rights_is_refused_in_words(tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", place], check=True)
    try:
        with pytest.raises(LibraryUnusableError, match="cannot be written"):
            Library.open(place / "library")
    finally:
        subprocess.run(["umount", "-l", place], check=True)
