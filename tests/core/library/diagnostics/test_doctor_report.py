"""The doctor on the command line: inconsistencies in words, each with what a repair does about it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from core import paths
from core.cli.main import main
from core.library import Library
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.integrity.verify import IN_USE_MARKER
from tests.core.engine.conftest import Running
from tests.core.library.conftest import indexed_notes, remote

pytestmark = pytest.mark.slow


@pytest.fixture
def library(engine: Running, tmp_path: Path) -> Path:
    """A library of two notes, closed."""
    return indexed_notes(tmp_path, 2, remote(engine))


@pytest.mark.parametrize(("folder", "name"), [("words", "word"), ("vectors", "vector")])
def test_an_index_that_is_missing_is_said_before_it_is_made_again(
    library: Path, folder: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(library / folder)
    assert main(["doctor", "--library", str(library)]) == 1
    said = capsys.readouterr().out
    assert f"The {name} index is missing. It is made again from the catalogue." in said
    assert "Everything is consistent" not in said
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
    assert f"Not connected, its files are kept: {notes}" in capsys.readouterr().out
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


def test_beside_another_program_the_vectors_are_counted_and_what_is_not_looked_into_is_said(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Library.open(library) as other:
        other.wait(timeout=60)
        assert main(["doctor", "--library", str(library)]) == 0
        said = capsys.readouterr().out
        assert main(["doctor", "--json", "--library", str(library)]) == 0
        found = json.loads(capsys.readouterr().out)
    assert "meaning   10 vectors\n" in said
    assert "Another Findling has the library open: its vector index is not checked" in said
    assert "Everything that was checked is consistent." in said
    assert (found["vectors"], found["in_meaning"], found["passages"]) == (10, None, 10)


HOLD = """
import sys
from core.library import Library

with Library.open(sys.argv[1]) as library:
    library.wait(timeout=60)
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_program_that_was_killed_has_the_library_open_no_more(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", HOLD, str(library)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=paths.resources().parent, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        main(["doctor", "--library", str(library)])
        assert "Another Findling has the library open" in capsys.readouterr().out
        process.kill()
    assert (library / IN_USE_MARKER).exists()
    assert main(["doctor", "--library", str(library)]) == 0
    said = capsys.readouterr().out
    assert "meaning   10 of 10 vectors\n" in said
    assert "Everything is consistent." in said
    assert (library / IN_USE_MARKER).exists(), "who only looks leaves the mark for whoever opens it next"


def test_of_a_damaged_catalogue_nothing_is_counted_and_its_cure_is_still_to_come(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    garble_an_index(library)
    assert main(["doctor", "--library", str(library)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in said if line.startswith("  ") and line[2] != " "] == ["copies"]
    place = said.index("The catalogue is damaged. Repairing sets it aside and recovers what it holds.")
    assert said[place + 1].startswith("    ")
    assert "\ufffd" not in said[place + 1]
    assert said[place + 2] == "To repair: findling doctor --repair"
    assert main(["doctor", "--json", "--library", str(library)]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["known"], found["passages"], found["vectors"]) == (None, None, None)
    assert not list(library.glob("broken-*"))


def test_a_damage_that_nobody_noticed_yet_is_repaired_too(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    garble_an_index(library)
    assert not (library / IN_USE_MARKER).exists()
    assert main(["doctor", "--repair", "--library", str(library)]) == 0
    assert "set aside as broken-" in capsys.readouterr().out


def garble_an_index(library: Path) -> None:
    """Garble a page of the catalogue that only some questions come to."""
    with closing(sqlite3.connect(library / CATALOGUE_NAME)) as db:
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'files_by_time'").fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with (library / CATALOGUE_NAME).open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
