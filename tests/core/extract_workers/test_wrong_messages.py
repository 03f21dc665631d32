"""Whatever a reader says, its file is named, the other files are indexed, and the library is sound."""

from __future__ import annotations

import functools
import os
import queue
import sys
import tracemalloc
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.chunk import ChunkingConfig
from core.events import ConsistencyReport, Problem
from core.extract.base import Limits
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool
from core.library import Library
from tests.builders.large_trees import without_engine
from tests.fakes.babbling_reader import KINDS, TEXT

pytestmark = pytest.mark.slow

BABBLING = (sys.executable, "-m", "tests.fakes.babbling_reader")
TIME_LIMIT = 3600.0  # seconds; waiting for that of a single one would be a failure
MAX_SECONDS = 280.0  # for all of them, on a busy machine
MAX_HELD_BYTES = 30_000_000  # of the longest message under the limits below, received and decoded


@dataclass(frozen=True)
class Indexed:
    """What became of a folder with a file for each kind of answer, and one good file after each."""

    problems: dict[str, Problem]
    found: set[str]
    examined: ConsistencyReport
    answered: list[str]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    folder = tmp_path_factory.mktemp("babble")
    documents = folder / "documents"
    documents.mkdir()
    for number, kind in enumerate(KINDS):
        (documents / f"wrong-{kind}.txt").write_text(kind)
        (documents / f"good-{number}.txt").write_text(f"good {number}")
    with pytest.MonkeyPatch.context() as patch:
        pool = functools.partial(WorkerPool, command=BABBLING, time_limit_for=lambda _: TIME_LIMIT)
        patch.setattr("core.indexer.stages.extract.WorkerPool", pool)
        with Library.open(folder / "library", without_engine()) as library:
            library.add_folder(documents)
            library.wait("words", timeout=MAX_SECONDS)
            problems = {os.path.basename(problem.path): problem for problem in library.problems()}
            hits = library.search("lighthouse", 500)
            found = {os.path.basename(path) for hit in hits for path in hit.paths}
            answered = [hit.snippet for hit in hits]
            return Indexed(problems, found, library.diagnostics.examine(), answered)


def test_there_are_many_wrong_messages() -> None:
    assert len(KINDS) > 80


@pytest.mark.parametrize("kind", KINDS)
def test_the_file_is_named_as_crashed(indexed: Indexed, kind: str) -> None:
    problem = indexed.problems[f"wrong-{kind}.txt"]
    assert (problem.code, bool(problem.detail)) == ("crashed", True)
    assert len(problem.detail) <= 300


def test_no_other_file_has_a_problem(indexed: Indexed) -> None:
    assert set(indexed.problems) == {f"wrong-{kind}.txt" for kind in KINDS}


def test_the_other_files_are_found(indexed: Indexed) -> None:
    assert indexed.found == {f"good-{number}.txt" for number in range(len(KINDS))}
    assert all("lighthouse" in snippet for snippet in indexed.answered)


def test_the_library_is_sound(indexed: Indexed) -> None:
    assert indexed.examined.done
    assert indexed.examined.ailments == ()


def test_an_endless_answer_does_not_grow_the_parent(tmp_path: Path) -> None:
    results: queue.Queue[ExtractionResult] = queue.Queue()
    limits = Limits(max_chars=1_000_000)
    kinds = [kind for kind in KINDS if kind.startswith("endless")]
    pool = WorkerPool(1, ChunkingConfig("multilingual", 60, 10), results.put, limits=limits, command=BABBLING)
    try:
        tracemalloc.start()
        for number, kind in enumerate(kinds):
            (tmp_path / f"wrong-{kind}.txt").write_text(TEXT)
            pool.submit(ExtractionJob(number, os.fsencode(tmp_path / f"wrong-{kind}.txt"), 0))
            assert results.get(timeout=MAX_SECONDS).problem is not None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        pool.close()
    assert len(kinds) >= 7
    assert peak < MAX_HELD_BYTES
