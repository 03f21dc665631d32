"""The doctor reports each inconsistency with its count and repairs it; what is consistent stays as it is."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.cli.main import main
from core.errors import LibraryDamagedError, LibraryLockedError
from core.indexer.upkeep import vector_scrub
from core.library import Library
from core.settings import Settings
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.integrity.verify import IN_USE_MARKER
from tests.core.engine.conftest import Running
from tests.core.library.conftest import indexed_notes, remote, until
from tests.system.catalogue_state import connected, count, damage, state_of

pytestmark = pytest.mark.slow


@pytest.fixture
def library(engine: Running, tmp_path: Path) -> Path:
    """A library of ten notes, closed."""
    return indexed_notes(tmp_path, 10, remote(engine))


def sql(*lines: str) -> Callable[[Path], None]:
    def change(library: Path) -> None:
        with connected(library) as db, db:
            for line in lines:
                db.execute(line)

    return change


def cut_words(library: Path) -> None:
    path = max((library / "words").glob("*/*.idx"))
    whole = path.read_bytes()
    path.unlink()  # what is still mapped must not be cut under whoever maps it: that ends the process
    path.write_bytes(whole[:-40])


def lose_vectors(library: Path) -> None:
    for path in (library / "vectors").glob("*.vectors"):
        path.unlink()


def garble_log(library: Path) -> None:
    _garble(next((library / "vectors").glob("*.vectors")))


def garble_vectors(library: Path) -> None:
    _garble(next((library / "vectors").glob("*.codes")))


def _garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-100] ^= 0xFF
    path.unlink()
    path.write_bytes(data)


def test_a_library_that_is_well(library: Path, engine: Running, capsys: pytest.CaptureFixture[str]) -> None:
    told: set[str] = set()
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        until(lambda: not opened.diagnostics.examine().ailments)
        found = opened.diagnostics.examine(lambda what, done, total: told.add(what))
        assert (found.on_disk, found.known, found.passages, found.in_words) == (10, 10, 50, 50)
        assert (found.vectors, found.in_meaning, found.done) == (50, 50, True)
        assert len(told) == 5
    assert main(["doctor", "--library", str(library)]) == 0
    assert "Everything is consistent." in capsys.readouterr().out


OFF = {
    "texts": sql("UPDATE texts SET data = x'00' WHERE content_id = 3"),
    "textless": sql("UPDATE files SET content_id = NULL WHERE id = 2"),
    "cuts": sql("DELETE FROM passages WHERE content_id = 4 AND ordinal = 1"),
    "bad_vectors": sql("UPDATE vectors SET data = x'0000' WHERE passage_id = 7"),
    "marks": sql("DELETE FROM vectors WHERE passage_id = 9"),
    "words": cut_words,
}


@pytest.mark.parametrize("code", list(OFF))
def test_an_inconsistency_is_reported_and_repaired(
    code: str, library: Path, engine: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = state_of(library)
    OFF[code](library)
    assert main(["doctor", "--library", str(library)]) == 1
    shown = capsys.readouterr().out
    with Library.open(library, read_only=True) as opened:
        codes = {ailment.code for ailment in opened.diagnostics.examine().ailments}
    assert code in codes
    assert main(["doctor", "--repair", "--library", str(library)]) == 0
    assert "Everything is consistent." in capsys.readouterr().out
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        assert len(opened.search("note7", 3, lanes=("words",))) == 1
    assert "Everything is consistent." not in shown
    assert state_of(library) == whole
    assert damage(library) == []


@pytest.mark.parametrize("lose", [lose_vectors, garble_log, garble_vectors])
def test_a_vector_index_that_is_lost_or_garbled_is_made_again_and_reported(
    lose: Callable[[Path], None], library: Path, engine: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_scrub, "INTERVAL", 0.1)
    lose(library)
    with Library.open(library, read_only=True) as opened:
        codes = {ailment.code for ailment in opened.diagnostics.examine().ailments}
    assert codes == {"vectors"}
    with Library.open(library, watch=True) as opened:
        assert opened.wait(timeout=60).passages_embedded == 50
        assert [Path(hit.path).name for hit in opened.search("note7 begins", 1, lanes=("meaning",))]
        until(lambda: not opened.diagnostics.examine().ailments)
    if lose is garble_vectors:
        assert "is damaged and will be rebuilt" in (library / "logs" / "library.log").read_text(encoding="utf-8")


def test_a_word_index_broken_by_a_crash_is_made_again_and_reported(library: Path) -> None:
    cut_words(library)
    (library / IN_USE_MARKER).touch()
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        assert len(opened.search("note7", 3, lanes=("words",))) == 1
    assert "is damaged and will be rebuilt" in (library / "logs" / "library.log").read_text(encoding="utf-8")


def test_files_that_came_went_and_changed_unnoticed(library: Path, tmp_path: Path) -> None:
    (tmp_path / "notes/file-001.txt").unlink()
    (tmp_path / "notes/file-002.txt").write_text("Quite another one.", encoding="utf-8")
    (tmp_path / "notes/new.txt").write_text("A new one.", encoding="utf-8")
    with Library.open(library, read_only=True) as opened:
        found = {ailment.code: ailment for ailment in opened.diagnostics.examine().ailments}
        assert {code: ailment.count for code, ailment in found.items()} == {"new": 1, "changed": 1, "gone": 1}
        assert found["new"].examples == (str(tmp_path / "notes/new.txt"),)
        with pytest.raises(LibraryLockedError):
            opened.diagnostics.repair()
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        until(lambda: not opened.diagnostics.examine().ailments)


def test_an_open_library_is_repaired_while_it_is_used(library: Path, engine: Running) -> None:
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        OFF["texts"](library)
        found = opened.diagnostics.repair()
        assert [ailment.code for ailment in found.ailments] == ["texts"]
        opened.wait(timeout=60)
        until(lambda: not opened.diagnostics.examine().ailments)
        assert len(opened.search("note2", 3, lanes=("words",))) == 1


def test_a_look_can_be_ended_early(library: Path) -> None:
    stop = threading.Event()
    stop.set()
    with Library.open(library, read_only=True) as opened:
        assert not opened.diagnostics.examine(stop=stop).done


def test_a_damaged_catalogue_is_repaired_with_one_command(
    library: Path, engine: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = state_of(library)
    with (library / CATALOGUE_NAME).open("rb+") as file:
        file.seek(4096 * 5)
        file.write(os.urandom(4096 * 2))
    (library / IN_USE_MARKER).touch()
    with pytest.raises(LibraryDamagedError):
        Library.open(library)
    assert main(["doctor", "--library", str(library)]) == 1
    assert main(["doctor", "--repair", "--library", str(library)]) == 0
    assert "set aside as broken-" in capsys.readouterr().out
    with Library.open(library, Settings()) as opened:
        assert opened.folders()
    with Library.open(library, remote(engine)) as opened:
        opened.wait(timeout=60)
    assert state_of(library).files == whole.files


def test_a_word_index_that_turns_out_to_be_damaged_is_made_again_while_it_is_used(library: Path) -> None:
    with Library.open(library) as opened:
        opened.wait(timeout=60)
        words = opened._sessions.current.index_set().words
        for path in words.folder.glob("*.term"):
            path.unlink()
        assert words.note_damage(ValueError("Data corrupted: 'it is gone'")) is not None
        opened._sessions.current.rebuild_damaged()
        until(lambda: not words.is_damaged and len(opened.search("note7", 3, lanes=("words",))) == 1)
        until(lambda: not opened.diagnostics.examine().ailments)


def test_changes_that_are_void_are_forgotten_and_the_word_index_can_still_be_made_again(
    library: Path, tmp_path: Path
) -> None:
    with Library.open(library) as opened:
        for turn in range(5):
            (tmp_path / "notes/file-001.txt").write_text(f"Turn{turn} of it.", encoding="utf-8")
            opened.indexing.rescan()
            opened.wait("words", timeout=60)
        (tmp_path / "notes/file-002.txt").unlink()
        opened.indexing.rescan()
        until(lambda: opened.progress().names.done == 9)

        def are_forgotten() -> bool:  # each time that something is retired, what was void by then
            opened.indexing.rescan()
            opened.wait("words", timeout=60)
            return count(library, "changes") <= 16

        until(are_forgotten)
    shutil.rmtree(library / "words")
    with Library.open(library) as opened:
        opened.wait("words", timeout=60)
        until(lambda: not opened.diagnostics.examine().ailments)
        assert opened.search("turn4", 3, lanes=("words",))
        assert not opened.search("turn3", 3, lanes=("words",))
