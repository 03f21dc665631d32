"""`findling index` while a Findling has the library open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import LibraryClosedError
from core.library import Library
from tests.core.api.conftest import answering
from tests.core.cli.conftest import HOSTILE_NAME, library_with_settings, run_command, write_documents
from tests.core.cli.test_entrances import answering_as
from tests.core.engine.conftest import Running

RUNNING = "Findling is running and indexes this, also if you end this command."


@pytest.fixture
def running(engine: Running, tmp_path: Path) -> Iterator[Library]:
    with answering(library_with_settings(tmp_path / "library", engine)) as library:
        yield library


def index(capsys: pytest.CaptureFixture[str], library: Library, *arguments: str | Path) -> tuple[int, str, str]:
    return run_command(capsys, "index", *arguments, "--library", library.root)


def test_a_folder_is_indexed_by_it(running: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = write_documents(tmp_path / "docs")
    code, out, err = index(capsys, running, docs)
    assert (code, err.splitlines()[0]) == (0, RUNNING)
    lines = out.splitlines()
    assert lines[0].startswith("5 files, ")
    assert [line.split()[0] for line in lines[1:4]] == ["names", "words", "meaning"]
    assert "3 done, 0 waiting, 1 failed" in lines[3]
    assert "broken.pdf" in out
    assert [folder.path for folder in running.folders()] == [str(docs)]
    assert running.search("harbour")[0].path == str(docs / "harbour.txt")


def test_one_file_in_the_current_folder(
    running: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write_documents(tmp_path / "docs"))
    assert index(capsys, running, HOSTILE_NAME, "--until", "words")[0] == 0
    assert len(running.search("lighthouse")) == 1
    assert running.progress().names.done == 1


def test_it_waits_until_all_is_indexed(running: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs = write_documents(tmp_path / "docs")
    for number in range(100):
        (docs / f"{number}.txt").write_text(f"The {number}th note is about the lighthouse. " * 30)
    assert index(capsys, running, docs)[0] == 0
    assert (running.progress().meaning.waiting, running.progress().meaning.done) == (0, 103)


def test_what_is_not_there_is_told(running: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = index(capsys, running, tmp_path / "nowhere")
    assert (code, out) == (3, "")
    assert "nowhere" in err
    assert running.folders() == []


def test_a_pause_is_told(running: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    running.indexing.pause()
    code, out, err = index(capsys, running, write_documents(tmp_path / "docs"))
    assert (code, out) == (3, "")
    assert "its indexing is paused" in err
    assert "Resume indexing in its window." in err
    assert len(running.folders()) == 1


def test_that_it_was_quit_is_told(
    running: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def quit_first(retriever: str, timeout: float | None) -> None:
        running.close()
        raise LibraryClosedError("library.closed")

    monkeypatch.setattr(running, "wait", quit_first)
    code, out, err = index(capsys, running, write_documents(tmp_path / "docs"))
    assert (code, out) == (3, "")
    sentence = "Findling was quit before everything that you named was indexed. Run this command again."
    assert err.splitlines() == [RUNNING, f"findling: {sentence}"]


@pytest.mark.parametrize("answer", [b"", b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"done": tr'])
def test_where_it_ends_in_the_middle_of_an_answer_the_command_indexes(
    engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: bytes
) -> None:
    root, docs = library_with_settings(tmp_path / "library", engine), write_documents(tmp_path / "docs")
    with answering_as(root, answer):
        code, out, err = run_command(capsys, "index", docs, "--library", root)
    assert code == 0, err
    assert out.startswith("5 files, ")


def test_a_change_of_settings_needs_the_library_to_itself(
    running: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = index(capsys, running, write_documents(tmp_path / "docs"), "--archives")
    assert code == 3
    assert "Another Findling is writing to the library" in err
    assert running.folders() == []
