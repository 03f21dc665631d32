"""What the world does to a library: engines that die, lie or dawdle, full and read-only disks, files that vanish.

Each time: one clear sentence, nothing lost, and it goes on by itself when the cause is gone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import EngineError, LibraryUnusableError, StorageFullError
from core.library import Library
from core.library.session import query_executor
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote, set_fault, until, write_notes
from tests.processes import running
from tests.system.catalogue_state import max_in_flight

pytestmark = pytest.mark.slow


def vectors(root: Path) -> int:
    """How many vectors a library has stored."""
    catalogue = Catalogue(root, writable=False)
    try:
        return catalogue.vector_count(1)
    finally:
        catalogue.close()


def test_the_embedded_engine_is_killed_in_mid_batch(tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 30)
    with Library.open(tmp_path / "library", Settings(model="english", batch_tokens=1024)) as library:
        library.add_folder(tmp_path / "notes")
        until(lambda: library.progress().passages_done > 0)
        (engine,) = running("core.engine.builtin")
        engine.kill()
        progress = library.wait(timeout=120)
        assert progress.meaning.done == 30
        assert progress.passages_done == progress.passages_total == vectors(tmp_path / "library")
        in_flight = max_in_flight(tmp_path / "library", library.settings)
        assert progress.passages_embedded - progress.passages_total <= in_flight
        assert library.search("note17")[0].path.endswith("file-017.txt")


@pytest.mark.parametrize("fault", ["garbage", "wrong-dim", "nan"])
def test_an_engine_that_answers_nonsense(engine: Running, tmp_path: Path, fault: str) -> None:
    write_notes(tmp_path / "notes", 8)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.engines.wait_ready(30)
        set_fault(engine, fault)
        library.add_folder(tmp_path / "notes")
        with pytest.raises(EngineError) as caught:
            library.wait("meaning", timeout=60)
        assert caught.value.sentence.endswith(".")
        assert caught.value.remedy
        assert library.wait("words", timeout=60).words.done == 8
        assert library.search("note3")[0].path.endswith("file-003.txt")
        assert vectors(tmp_path / "library") == 0
        set_fault(engine, "")
        until(lambda: library.progress().meaning.done == 8)
        until(lambda: library.progress().trouble is None)


def test_an_engine_that_is_slow_or_overloaded(engine: Running, tmp_path: Path) -> None:
    write_notes(tmp_path / "notes", 8)
    with Library.open(tmp_path / "library", remote(engine, batch_tokens=1024)) as library:
        library.engines.wait_ready(30)
        set_fault(engine, "slow=0.2,http500-every=3")
        library.add_folder(tmp_path / "notes")
        assert library.wait("words", timeout=60).words.done == 8
        progress = library.wait("meaning", timeout=120)
        assert progress.passages_done == progress.passages_total


def test_an_engine_that_dies_and_comes_back_at_the_same_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query_executor, "ENGINE_TIMEOUT", 3600.0)  # no search waits for a server that is away
    write_notes(tmp_path / "notes", 8)
    with fake("die-after=3") as first, Library.open(tmp_path / "library", remote(first, batch_tokens=1024)) as library:
        library.add_folder(tmp_path / "notes")
        first.process.wait(60)
        assert library.wait("words", timeout=60).words.done == 8
        until(lambda: library.progress().engine.is_unavailable)
        assert "keeps trying" in library.progress().engine.detail
        assert library.search("note5")[0].lanes >= {"words"}
        command = [sys.executable, "-m", "tests.fakes.fake_engine", "--port", str(first.port)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "FINDLING_ENGINE_KEY": ""}) as second:
            progress = library.wait("meaning", timeout=120)
            assert progress.passages_done == progress.passages_total == vectors(tmp_path / "library")
            second.terminate()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_waited_for(engine: Running, tmp_path: Path, small_disk: Path) -> None:
    write_notes(tmp_path / "notes", 60, words=3000)
    with Library.open(small_disk / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        with pytest.raises(StorageFullError, match="disk that holds the library is full"):
            library.wait("meaning", timeout=120)
        trouble = library.progress().trouble
        assert trouble is not None
        assert "Free some space" in trouble.remedy
        before = library.progress().words.done
        assert library.folders()
        subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
        until(lambda: library.progress().meaning.done == 60)
        until(lambda: library.progress().trouble is None)
        progress = library.progress()
        assert progress.words.done == 60 >= before
        assert progress.passages_done == progress.passages_total == vectors(small_disk / "library")
        assert library.search("note59")[0].path.endswith("file-059.txt")
    with Library.open(small_disk / "library") as library:
        assert library.wait("meaning", timeout=60).passages_embedded == progress.passages_embedded
        assert library.search("note42", lanes=("words",))[0].path.endswith("file-042.txt")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk that is read-only")
def test_a_library_on_a_read_only_disk(engine: Running, tmp_path: Path, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(LibraryUnusableError, match="cannot be written"):
        Library.open(small_disk / "library", remote(engine))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a disk that is read-only")
def test_documents_on_a_read_only_disk(engine: Running, tmp_path: Path, small_disk: Path) -> None:
    write_notes(small_disk / "notes", 3)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(small_disk / "notes")
        assert library.wait(timeout=60).meaning.done == 3


def test_a_file_that_vanishes_between_scan_and_read(engine: Running, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    write_notes(notes, 5)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.indexing.pause()
        library.add_folder(notes)
        library.wait("names", timeout=60)
        shutil.move(notes / "file-002.txt", tmp_path / "away.txt")
        library.indexing.resume()
        assert library.wait(timeout=60).meaning.done == 4
        (problem,) = library.problems()
        assert (problem.code, problem.path) == ("vanished", str(notes / "file-002.txt"))
        assert "disappeared before it could be read" in problem.sentence
        shutil.move(tmp_path / "away.txt", notes / "file-002.txt")
        library.indexing.rescan()
        assert library.wait(timeout=60).meaning.done == 5
        assert library.problems() == []


def test_a_broken_and_a_locked_document_are_named(engine: Running, tmp_path: Path) -> None:
    import pypdf

    write_notes(tmp_path / "notes", 2)
    (tmp_path / "notes" / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing of the kind")
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "notes" / "locked.pdf")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        progress = library.wait(timeout=60)
        assert (progress.words.done, progress.words.failed, progress.names.done) == (2, 2, 4)
        codes = {os.path.basename(problem.path): problem.code for problem in library.problems()}
        assert codes == {"broken.pdf": "broken", "locked.pdf": "protected"}
        assert library.search("broken")[0].path.endswith("broken.pdf")
        library.indexing.retry()
        assert library.wait(timeout=60).words.failed == 2


def test_a_text_that_the_engine_fails_at_is_its_files_problem_and_no_others(engine: Running, tmp_path: Path) -> None:
    set_fault(engine, "poison")
    write_notes(tmp_path / "notes", 6, words=20)
    (tmp_path / "notes" / "bad.txt").write_text("There is poison in this one.", encoding="utf-8")
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        progress = library.wait(timeout=120)
        assert (progress.meaning.done, progress.meaning.waiting, progress.trouble) == (7, 0, None)
        assert [(Path(row.path).name, row.code) for row in library.problems()] == [("bad.txt", "refused")]
        set_fault(engine, "")
        library.indexing.retry()
        library.wait(timeout=120)
        assert library.problems() == []
        assert [Path(hit.path).name for hit in library.search("poison", 1, lanes=("meaning",))] == ["bad.txt"]
