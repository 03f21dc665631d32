"""The extract stage on real files: changed while they are read, too large, not chunked yet."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from blake3 import blake3

from core.chunk import chunking_config
from core.document import Document, Passage
from core.extract_workers import ExtractionResult
from core.indexer.policy.queue import ReadPriority
from core.indexer.stages.extract import ExtractStage
from core.library import Library
from core.models import ENGLISH
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.index_set import IndexSet
from core.store.near_duplicates.sketch import sketch
from core.watch.scan import ScannedFile
from tests.core.engine.conftest import Running, fake
from tests.core.library.conftest import remote, write_notes
from tests.core.library.test_troubles import until

pytestmark = pytest.mark.slow

CHUNKING = chunking_config(Settings(model="english"))


@pytest.fixture
def engine() -> Iterator[Running]:
    with fake() as started:
        yield started


class StageRun:
    """The extract stage with a catalogue of one folder."""

    def __init__(self, root: Path) -> None:
        self.catalogue = Catalogue(root, writable=True)
        self.folder = self.catalogue.folders.add(os.fsencode(root), single=False)
        self.index_set = IndexSet(root, self.catalogue, ENGLISH, CHUNKING.fingerprint, writable=True)
        self.root = root
        self.start()

    def start(self) -> None:
        """Start the stage."""
        self.stage = ExtractStage(
            self.root, self.catalogue, self.index_set, CHUNKING, workers=1, max_file_bytes=10_000, wake=lambda: None
        )

    def enqueue(self, path: Path) -> int:
        """Queue a new or changed file, as the reconcile stage does."""
        found = path.stat()
        stat = KnownFile(0, found.st_size, found.st_mtime_ns, found.st_ino)
        number = self.catalogue.files.put(self.folder, os.fsencode(path), stat, kind="text", readable=True)
        entry = ScannedFile(os.fsencode(path), found.st_size, found.st_mtime_ns, found.st_ino)
        self.stage.enqueue(number, entry, ReadPriority.OTHER)
        return number

    def until(self, condition: Callable[[], object]) -> None:
        def step() -> object:
            self.stage.store()
            self.stage.submit()
            return condition()

        until(step)

    def text(self, path: Path) -> str:
        content_id = self.catalogue.content_of(os.fsencode(path))
        return "" if content_id is None else self.catalogue.contents.text(content_id)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[StageRun]:
    stage_run = StageRun(tmp_path)
    yield stage_run
    stage_run.stage.close()
    stage_run.catalogue.close()


def test_a_text_is_sketched_when_it_is_read_and_one_of_an_older_library_later(run: StageRun, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The harbour is closed in winter, and nobody minds.")
    run.enqueue(note)
    run.until(lambda: run.stage.idle and run.text(note))
    contents = run.catalogue.contents
    content = run.catalogue.content_of(os.fsencode(note)) or 0
    sketched = sketch(run.text(note))
    assert run.catalogue.sketches.get_many([content]) == {content: sketched}
    other = contents.put(b"older", Document("Read before there were sketches.", "text"))
    run.catalogue.files.set_read(run.enqueue(tmp_path / "note.txt"), other, KnownFile(0, 1, 1, 1), None)
    later = ExtractStage(
        tmp_path, run.catalogue, run.index_set, CHUNKING, workers=1, max_file_bytes=10_000, wake=lambda: None
    )
    assert later.add_sketches()
    assert not later.add_sketches()
    assert run.catalogue.sketches.get_many([other]) == {other: sketch("Read before there were sketches.")}
    later.close()


@pytest.mark.parametrize("first", [b"The first version.", b"\x89PNG\r\n\x1a\n nothing that can be read"])
def test_a_file_that_changes_while_it_is_read_is_read_again(run: StageRun, tmp_path: Path, first: bytes) -> None:
    note = tmp_path / "note.txt"
    note.write_bytes(first)
    run.enqueue(note)
    run.stage.submit()
    until(lambda: run.stage._results)
    note.write_text("The second version, a longer one.", encoding="utf-8")
    run.enqueue(note)
    run.stage.submit()
    run.until(lambda: run.stage.idle)
    assert run.text(note) == "The second version, a longer one."
    assert run.catalogue.problems.all() == []


def test_a_file_over_the_limit_is_not_read(run: StageRun, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("x" * 10_001, encoding="utf-8")
    run.enqueue(note)
    run.until(lambda: run.stage.idle)
    assert [row.code for row in run.catalogue.problems.all()] == ["too_large"]


def test_a_limit_that_is_raised_is_taken_up(engine: Running, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "long.txt").write_text("heron " * 250_000, encoding="utf-8")
    small = replace(remote(engine), max_file_mb=1)
    with Library.open(tmp_path / "library", small) as library:
        library.add_folder(tmp_path / "notes")
        assert library.wait("words", timeout=60).words.failed == 1
        library.indexing.retry()
        assert library.wait("words", timeout=60).words.failed == 1
        library.change_settings(replace(small, max_file_mb=2))
        progress = library.wait("words", timeout=60)
        assert (progress.words.failed, progress.words.done) == (0, 1)


def test_a_file_of_any_size_is_read_if_the_limit_allows_it(engine: Running, tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    with (tmp_path / "notes" / "large.txt").open("wb") as file:
        for _ in range(215):
            file.write(bytes(1_000_000))
        file.write(b"heron")
    with Library.open(tmp_path / "library", replace(remote(engine), max_file_mb=300)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait("words", timeout=120)
        assert [problem.code for problem in library.problems() if problem.code == "too_large"] == []


def test_words_are_complete_while_texts_are_rechunked(
    engine: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.indexer.stages.index.COMMIT_INTERVAL", 0.0)
    write_notes(tmp_path / "notes", 200)
    with Library.open(tmp_path / "library", remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        before = library.wait(timeout=60).passages_total
        library.change_settings(remote(engine, passage_tokens=64))
        assert library.wait("words", timeout=60).words.done == 200
        assert library.search("=note123", lanes=["words"])
        assert library.wait(timeout=60).passages_total > before


@pytest.mark.parametrize("copies", [1, 2])
def test_a_document_that_was_read_in_part_is_read_again_when_a_person_says_so(
    engine: Running, tmp_path: Path, copies: int
) -> None:
    root = tmp_path / "library"
    (tmp_path / "notes").mkdir()
    for number in range(copies):
        (tmp_path / "notes" / f"{number}.txt").write_text("A lonely heron. And a badger.", encoding="utf-8")
    with Library.open(root, remote(engine)) as library:
        library.add_folder(tmp_path / "notes")
        library.wait(timeout=60)
    catalogue = Catalogue(root, writable=True)  # as a worker that crashed after the first page leaves it
    part = Document("A lonely heron.", "text", notes=("partial",))
    content_id = catalogue.content_of(os.fsencode(tmp_path / "notes" / "0.txt"))
    assert content_id is not None
    with catalogue.transaction():
        number = catalogue.contents.put(blake3(first_note(tmp_path)).digest(), part, replaces=content_id)
        chunking = catalogue.passages.chunking_id(chunking_config(remote(engine)).fingerprint)
        catalogue.passages.put(number, chunking, [Passage(0, 0, 15, 5)])
        for path, file in catalogue.files.stats_in(1).items():
            assert path
            catalogue.files.set_read(file.id, number, file, "partial")
    catalogue.close()
    with Library.open(root) as library:
        library.wait(timeout=60)
        assert [problem.code for problem in library.problems()] == ["partial"] * copies
        assert library.search("badger", lanes=("words",)) == []
        library.indexing.retry()
        progress = library.wait(timeout=60)
        assert library.problems() == []
        (hit,) = library.search("badger", lanes=("words",))
        assert len(hit.also_at) == copies - 1
        assert progress.passages_done == progress.passages_total == 1


def test_what_is_known_of_a_document_outlives_a_reading_that_fails(run: StageRun, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("A lonely heron. And a badger.", encoding="utf-8")
    number = run.enqueue(note)
    run.until(lambda: run.stage.idle)
    digest = blake3(note.read_bytes()).digest()
    run.stage._on_result(ExtractionResult(number, os.fsencode(note), digest, problem=("timed_out", "")))
    run.until(lambda: run.stage.idle)
    assert run.text(note) == "A lonely heron. And a badger."


def first_note(folder: Path) -> bytes:
    return (folder / "notes" / "0.txt").read_bytes()
