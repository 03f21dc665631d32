"""What the doctor says on the command line: what was off before anything was opened, in words, and its cure."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.__main__ import main
from core.library import Library
from tests.engine.conftest import Running
from tests.library.conftest import remote, write_notes


@pytest.fixture
def library(engine: Running, tmp_path: Path) -> Path:
    """A library of two notes, closed."""
    write_notes(tmp_path / "notes", 2)
    with Library.open(tmp_path / "library", remote(engine)) as opened:
        opened.add_folder(tmp_path / "notes")
        opened.wait(timeout=120)
    return tmp_path / "library"


@pytest.mark.parametrize(("folder", "name"), [("words", "word"), ("vectors", "vector")])
def test_an_index_that_is_missing_is_said_before_it_is_made_again(
    library: Path, folder: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(library / folder)
    assert main(["doctor", "--library", str(library)]) == 1
    said = capsys.readouterr().out
    assert f"The {name} index is missing. It is made again from the catalogue." in said
    assert "All is well" not in said
    assert not (library / folder).exists(), "who only looks changes nothing"
    assert main(["doctor", "--repair", "--library", str(library)]) == 0
    said = capsys.readouterr().out
    assert f"The {name} index is missing." in said
    assert "words     10 of 10 passages" in said
    assert "meaning   10 of 10 vectors" in said


def test_repairing_with_json_prints_nothing_else(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(library / "words")
    assert main(["doctor", "--repair", "--json", "--library", str(library)]) == 0
    assert json.loads(capsys.readouterr().out)["in_words"] == 10


def test_a_folder_that_is_not_there_is_said_and_is_no_ailment(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "notes"
    notes.rename(tmp_path / "away")
    assert main(["doctor", "--library", str(library)]) == 0
    assert f"Not connected, and kept as it is known: {notes}" in capsys.readouterr().out
    assert main(["why", str(notes / "file-000.txt"), "--library", str(library)]) == 1
    said = capsys.readouterr().out
    assert "is not connected at the moment" in said
    assert "what is known of it is kept" in said


def test_where_there_is_no_library_none_is_made_to_be_repaired(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doctor", "--repair", "--library", str(tmp_path / "none")]) == 3
    assert "There is no library in" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
