"""Recovery sets a damaged catalogue aside, never deletes it, and keeps what can be read of it, above all vectors."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import paths
from core.errors import LibraryDamagedError
from core.library import Library
from core.library.diagnostics.recovery import SET_ASIDE_PREFIX, Recovery, recover_library
from core.store.catalogue.catalogue import CATALOGUE_NAME
from core.store.integrity import backup, verify
from core.store.integrity.verify import IN_USE_MARKER
from tests.core.engine.conftest import Running
from tests.core.library.conftest import remote, until, write_notes
from tests.system.catalogue_state import connected, damage, state_of

pytestmark = pytest.mark.slow

PAGE = 4096


def indexed(engine: Running, tmp_path: Path, *, words: int = 20) -> Path:
    """A library of 40 notes, closed, without a copy of its catalogue."""
    write_notes(tmp_path / "notes", 40, words=words)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=120)
    shutil.rmtree(tmp_path / "library" / backup.BACKUP_FOLDER, ignore_errors=True)
    return tmp_path / "library"


def garble(library: Path, first: int, pages: int) -> None:
    with (library / CATALOGUE_NAME).open("rb+") as file:
        file.seek(first * PAGE)
        file.write(os.urandom(pages * PAGE))
    (library / IN_USE_MARKER).touch()  # as after a crash


def recovered(library: Path) -> Recovery:
    told: list[str] = []
    done = recover_library(library, lambda what, count, total: told.append(what), lambda: False)
    assert told
    return done


def ignored(library: Path) -> set[bytes]:
    """The paths of the files whose problem is ignored."""
    with connected(library) as db:
        return {path for (path,) in db.execute("SELECT path FROM ignored_problems JOIN files ON id = file_id")}


def test_damage_after_a_crash_is_told_and_nothing_is_touched(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    garble(library, 20, 4)
    before = (library / CATALOGUE_NAME).read_bytes()
    for _ in range(2):
        with pytest.raises(LibraryDamagedError, match="damaged") as caught:
            Library.open(library, remote(engine))
        assert "doctor --repair" in caught.value.remedy
    assert (library / CATALOGUE_NAME).read_bytes() == before


def test_texts_and_vectors_are_saved_from_a_damaged_catalogue(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path, words=1500)  # beyond the roots of the tables
    whole = state_of(library)
    garble(library, os.path.getsize(library / CATALOGUE_NAME) // PAGE // 2, 3)
    done = recovered(library)
    assert done.copy is None
    assert done.recovered.contents > 0
    kept = state_of(library)
    assert kept.vectors.items() <= whole.vectors.items()
    assert list(library.glob(f"{SET_ASIDE_PREFIX}*")) == [done.aside]
    with Library.open(library, remote(engine)) as again:
        before = again.progress().passages_embedded
        progress = again.wait(timeout=120)
        assert progress.passages_embedded - before <= len(whole.vectors) - len(kept.vectors)
        assert len(again.search("note7", 3, lanes=("words",))) == 1
    assert state_of(library) == whole
    assert damage(library) == []


def test_nothing_is_lost_of_what_can_still_be_read(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    with connected(library) as db, db:
        db.execute("INSERT INTO ignored_problems (file_id, problem) SELECT id, 'broken' FROM files LIMIT 3")
    marked, whole = ignored(library), state_of(library)
    done = recovered(library)
    assert (done.copy, done.recovered.contents, done.recovered.vectors, done.recovered.lost) == (None, 40, 40, 0)
    assert state_of(library) == whole
    assert ignored(library) == marked
    assert len(marked) == 3
    with Library.open(library, remote(engine)) as again:
        assert again.wait(timeout=120).passages_embedded == 0, "this catalogue never sent any"
        assert len(again.search("note7", 3, lanes=("words",))) == 1
    assert state_of(library) == whole


def test_the_copy_takes_the_place_of_a_catalogue_that_is_lost(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    whole = state_of(library)
    backup.back_up(library, lambda: False)
    garble(library, 0, os.path.getsize(library / CATALOGUE_NAME) // PAGE)
    done = recovered(library)
    assert done.copy is not None
    assert done.recovered.contents == 0
    assert "copy of" in done.sentence
    with Library.open(library, remote(engine)) as again:
        assert again.wait(timeout=120).passages_embedded == 40
        assert [Path(hit.path).name for hit in again.search("note7", 1)] == ["file-007.txt"]
    assert state_of(library) == whole


def test_what_came_after_the_copy_is_saved_too(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    backup.back_up(library, lambda: False)
    (tmp_path / "notes" / "file-003.txt").unlink()
    (tmp_path / "notes" / "late.txt").write_text("A late heron.", encoding="utf-8")
    with Library.open(library, remote(engine)) as opened:
        opened.indexing.rescan()
        until(lambda: opened.progress().names.done == 40 and opened.search("heron", 1, lanes=("words",)))
        opened.wait(timeout=60)
        until(lambda: len(state_of(library).passages) == 40)  # what went is put away when nothing else is to do
    whole, sent = state_of(library), 41
    (library / IN_USE_MARKER).touch()
    done = recovered(library)
    assert (done.recovered.contents, done.recovered.vectors) == (1, 1)
    with Library.open(library, remote(engine)) as again:
        assert again.wait(timeout=120).passages_embedded == sent - 1, "the copy had counted 40, and nothing was sent"
        until(lambda: len(state_of(library).passages) == 40)  # what went is put away when nothing else is to do
    assert state_of(library) == whole


def test_a_copy_that_is_damaged_too_is_passed_over(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    older = backup.back_up(library, lambda: False)
    newer = backup.back_up(library, lambda: False)
    with newer.open("rb+") as file:
        file.write(bytes(PAGE))
    garble(library, 0, 2)
    assert recovered(library).copy == backup.made_at(older)


def test_a_library_that_was_closed_cleanly_is_not_marked_open(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    assert not (library / IN_USE_MARKER).exists()
    with Library.open(library, remote(engine)):
        assert (library / IN_USE_MARKER).exists()
    assert not (library / IN_USE_MARKER).exists()


def test_a_copy_is_made_once_nothing_is_left_to_do(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 5)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
        until(lambda: backup.backups(library.root))
        assert verify.find_damage(backup.backups(library.root)[0]) == ""
        until(lambda: "made a backup of the catalogue" in (library.root / "logs" / "library.log").read_text())


def parts(library: Path) -> list[str]:
    """Everything in a library but SQLite's own logs, which whoever reads makes."""
    return sorted(path.name for path in library.rglob("*") if not path.name.startswith((f"{CATALOGUE_NAME}-", "lock")))


def test_a_recovery_that_is_stopped_has_changed_nothing(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    whole = state_of(library)
    backup.back_up(library, lambda: False)
    (library / IN_USE_MARKER).touch()
    names, before = parts(library), (library / CATALOGUE_NAME).read_bytes()
    told: list[str] = []
    with pytest.raises(LibraryDamagedError, match="damaged"):
        recover_library(
            library, lambda what, done, total: told.append(what), lambda: "Saving texts and vectors" in told
        )
    assert parts(library) == names
    assert (library / CATALOGUE_NAME).read_bytes() == before
    assert recovered(library).copy is not None
    assert state_of(library) == whole


RECOVER = """
import sys, threading
from pathlib import Path
from core.library.diagnostics.recovery import recover_library

def tell(what, done, total):
    if what == sys.argv[2]:
        print(what, flush=True)
        threading.Event().wait(60)

recover_library(Path(sys.argv[1]), tell, lambda: False)
"""


@pytest.mark.parametrize("moment", ["Saving texts and vectors", "Putting the new catalogue in place"])
def test_a_recovery_that_is_killed_can_be_done_again(engine: Running, tmp_path: Path, moment: str) -> None:
    library = indexed(engine, tmp_path)
    whole = state_of(library)
    command = [sys.executable, "-c", RECOVER, str(library), moment]
    with subprocess.Popen(command, cwd=paths.resources().parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == moment
        process.kill()
    assert list(library.glob(f"{SET_ASIDE_PREFIX}*")) == []
    assert state_of(library) == whole
    done = recovered(library)
    assert (done.recovered.contents, done.recovered.vectors) == (40, 40)
    assert state_of(library) == whole
    assert not (library / "rescue").exists()


def test_how_far_it_is_can_be_seen(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    told: list[tuple[str, int, int]] = []
    recover_library(library, lambda *said: told.append(said), lambda: False)
    assert ("Saving texts and vectors", 40, 40) in told


@pytest.mark.parametrize("loss", ["deleted", "emptied"])
def test_a_catalogue_that_is_lost_is_said_and_its_copy_put_back(engine: Running, tmp_path: Path, loss: str) -> None:
    library = indexed(engine, tmp_path)
    whole = state_of(library)
    backup.back_up(library, lambda: False)
    (library / CATALOGUE_NAME).unlink()
    if loss == "emptied":
        (library / CATALOGUE_NAME).touch()
    for read_only in (False, True):
        with pytest.raises(LibraryDamagedError):
            Library.open(library, read_only=read_only)
    assert recovered(library).copy is not None
    with Library.open(library, remote(engine)) as again:
        assert again.wait(timeout=120).passages_embedded == 40, "the copy had counted them"
    assert state_of(library) == whole


def test_what_is_left_of_a_catalogue_that_was_cut_off_is_saved(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path, words=300)
    whole = state_of(library)
    os.truncate(library / CATALOGUE_NAME, (library / CATALOGUE_NAME).stat().st_size * 3 // 4)
    with pytest.raises(LibraryDamagedError):
        Library.open(library, remote(engine), read_only=True).search("note7")
    (library / IN_USE_MARKER).touch()
    done = recovered(library)
    assert done.folders == 1
    assert done.recovered.contents > 0
    with Library.open(library, remote(engine)) as again:
        again.wait(timeout=120)
    assert state_of(library) == whole


def test_a_list_of_folders_that_is_lost_is_said(engine: Running, tmp_path: Path) -> None:
    library = indexed(engine, tmp_path)
    (library / CATALOGUE_NAME).write_bytes(b"")
    done = recovered(library)
    assert done.folders == 0
    assert "add them again" in done.sentence
    with Library.open(library, remote(engine)) as again:
        assert again.folders() == []
