from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.chunk import ChunkingConfig
from core.document import Part
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool, protocol

pytestmark = pytest.mark.slow

CHUNKING = ChunkingConfig("multilingual", 100, 10)
FAKE = (sys.executable, "-m", "tests.fakes.fake_extract_worker")
ROOT = str(Path(__file__).resolve().parents[3])


class PoolRun:
    """Submits files to a pool and waits for their results."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.results: queue.Queue[ExtractionResult] = queue.Queue()
        self.folder = folder
        self._log = log
        self._pools: list[WorkerPool] = []

    def pool(self, workers: int = 1, **options: Any) -> WorkerPool:
        pool = WorkerPool(workers, CHUNKING, self.results.put, command=FAKE, **options)
        self._pools.append(pool)
        return pool

    def read(self, pool: WorkerPool, *names: str) -> list[ExtractionResult]:
        for token, name in enumerate(names):
            pool.submit(ExtractionJob(token, os.fsencode(self.folder / name), 5))
        results = [self.results.get(timeout=60) for _ in names]
        return sorted(results, key=lambda result: result.token)

    def log(self) -> list[str]:
        return self._log.read_text().splitlines()

    def close(self) -> None:
        for pool in self._pools:
            pool.close()


@pytest.fixture
def pool_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PoolRun]:
    monkeypatch.setenv("FAKE_WORKER_LOG", str(tmp_path / "log"))
    pool_run = PoolRun(tmp_path, tmp_path / "log")
    yield pool_run
    pool_run.close()


def seconds(value: float) -> Callable[[int], float]:
    return lambda size: value


def test_a_file_comes_back_with_its_text_its_passages_and_what_it_was(pool_run: PoolRun) -> None:
    [result] = pool_run.read(pool_run.pool(), "a.txt")
    assert (result.hash, result.size, result.mtime_ns, result.inode) == (b"a.txt", 5, 7, 9)
    assert result.document is not None
    assert (result.document.text, len(result.passages), result.problem) == ("a.txt", 1, None)


def test_a_known_content_is_not_read(pool_run: PoolRun) -> None:
    contents: list[bytes] = []
    pool = pool_run.pool(is_known=lambda content: not contents.append(content))
    [result] = pool_run.read(pool, "a.txt")
    assert contents == [b"a.txt"]
    assert (result.hash, result.document, result.problem) == (b"a.txt", None, None)


def test_one_that_hangs_is_killed_and_the_next_is_read(pool_run: PoolRun) -> None:
    slow, after = pool_run.read(pool_run.pool(time_limit_for=seconds(1.5)), "hang.txt", "after.txt")
    assert slow.problem is not None
    assert (slow.problem[0], slow.hash) == ("timed_out", b"hang.txt")
    assert after.document is not None
    assert pool_run.log().count("start") == 2


def test_one_that_dies_is_named_with_its_last_line(pool_run: PoolRun) -> None:
    [result] = pool_run.read(pool_run.pool(), "die.txt")
    assert result.problem == ("crashed", "killed by SIGABRT: the last line")


def test_stderr_about_another_file_is_not_reported_for_a_silent_crash(pool_run: PoolRun) -> None:
    fine, silent = pool_run.read(pool_run.pool(), "mutter.txt", "drop.txt")
    assert fine.problem is None
    assert silent.problem == ("crashed", "killed by SIGABRT")


@pytest.mark.parametrize("name", ["die-cure.pdf", "hang-cure.pdf"])
def test_a_second_reader_is_tried(pool_run: PoolRun, name: str) -> None:
    [result] = pool_run.read(pool_run.pool(time_limit_for=seconds(2)), name)
    assert result.document is not None
    assert result.problem is None
    assert [line.split()[1:] for line in pool_run.log() if name in line] == [[name, "1"], [name, "2"]]


def test_when_the_second_reader_fails_too_the_first_failure_is_reported(pool_run: PoolRun) -> None:
    [result] = pool_run.read(pool_run.pool(), "die-second.pdf")
    assert result.problem == ("crashed", "killed by SIGABRT: the last line")
    assert sum("die-second" in line for line in pool_run.log()) == 2


@pytest.mark.parametrize("name", ["pages-die-cure.pdf", "pages-hang.pdf"])
def test_pages_read_before_the_end_are_kept(pool_run: PoolRun, name: str) -> None:
    [result] = pool_run.read(pool_run.pool(time_limit_for=seconds(2)), name)
    assert result.document is not None
    assert (result.document.text, result.document.notes) == ("page one\n\npage two", ("partial",))
    assert result.document.parts == (Part(0, 8, "page", 1), Part(10, 18, "page", 2))
    assert (result.document.kind, len(result.passages), result.problem) == ("pdf", 1, None)
    assert sum(name in line for line in pool_run.log()) == 1


def test_a_worker_that_died_before_it_opened_the_file_gets_another_chance(pool_run: PoolRun) -> None:
    well, ill = pool_run.read(pool_run.pool(), "early.txt", "early-problem.txt")
    assert well.document is not None
    assert ill.problem == ("broken", "attempt 1")
    assert pool_run.log().count("start") == 3


def test_a_child_that_was_killed_between_two_jobs_is_replaced(pool_run: PoolRun) -> None:
    pool = pool_run.pool()
    pool_run.read(pool, "a.txt")
    first = int(pool_run.log()[1].split()[0])
    child = psutil.Process(first)
    child.kill()
    psutil.wait_procs([child], timeout=10)
    [result] = pool_run.read(pool, "b.txt")
    assert result.document is not None


def test_a_child_is_replaced_after_so_many_files(pool_run: PoolRun) -> None:
    pool_run.read(pool_run.pool(files_per_worker=2), *(f"{number}.txt" for number in range(5)))
    assert pool_run.log().count("start") == 3


def test_a_child_that_has_grown_is_replaced(pool_run: PoolRun) -> None:
    first, second = pool_run.read(pool_run.pool(), "grow.txt", "b.txt")
    assert first.problem == ("broken", "")
    assert second.document is not None
    assert pool_run.log().count("start") == 2


@pytest.mark.parametrize("name", ["garble.txt", "strange.txt"])
def test_an_answer_that_makes_no_sense_is_a_crash(pool_run: PoolRun, name: str) -> None:
    ill, after = pool_run.read(pool_run.pool(), name, "b.txt")
    assert ill.problem is not None
    assert ill.problem[0] == "crashed"
    assert after.document is not None


def test_a_loud_library_does_not_stop_its_child(pool_run: PoolRun) -> None:
    [result] = pool_run.read(pool_run.pool(), "loud.txt")
    assert result.document is not None


def test_a_reader_that_cannot_start_is_a_named_problem(pool_run: PoolRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_WORKER_FAILS", "1")
    monkeypatch.setattr("core.extract_workers.pool.SECONDS_BETWEEN_STARTS", 0.01)
    [result] = pool_run.read(pool_run.pool(), "a.txt")
    assert result.problem is not None
    assert result.problem[0] == "crashed"
    assert "no such library" in result.problem[1]


def test_room_is_counted(pool_run: PoolRun) -> None:
    may_go_on = threading.Event()
    pool = WorkerPool(2, CHUNKING, lambda result: (may_go_on.wait(60), pool_run.results.put(result))[1], command=FAKE)
    try:
        room = pool.free_slots()
        assert room > 2
        for token in range(room):
            pool.submit(ExtractionJob(token, b"/a.txt", 5))
        assert pool.free_slots() == 0
        may_go_on.set()
        tokens = {pool_run.results.get(timeout=60).token for _ in range(room)}
        assert tokens == set(range(room))
    finally:
        may_go_on.set()
        pool.close()
    assert pool.free_slots() == room


def test_closing_ends_a_child_that_hangs_and_delivers_nothing_more(pool_run: PoolRun) -> None:
    before = psutil.Process().children()
    pool = pool_run.pool(workers=2)
    pool_run.read(pool, "a.txt", "b.txt")
    for token in range(6):
        pool.submit(ExtractionJob(token, os.fsencode(pool_run.folder / "hang.txt"), 5))
    pool.close()
    pool.close()
    assert pool_run.results.empty()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("extract-")]
    assert [child for child in psutil.Process().children() if child not in before] == []


@pytest.mark.timeout(60)
def test_closing_does_not_wait_for_a_child_that_does_not_get_ready(
    pool_run: PoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_WORKER_SLEEPS", "yes")
    monkeypatch.setattr("core.extract_workers.process.START_SECONDS", 1000.0)
    before = psutil.Process().children()
    pool = pool_run.pool(workers=2)
    for token in range(2):
        pool.submit(ExtractionJob(token, os.fsencode(pool_run.folder / "a.txt"), 5))
    pause = threading.Event()
    while not (pool_run._log.exists() and pool_run.log().count("start") == 2):
        pause.wait(0.05)
    pool.close()
    assert [child for child in psutil.Process().children() if child not in before] == []


def test_pages_that_cannot_be_chunked_are_a_crash_and_the_next_is_read(
    pool_run: PoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_WORKER_NO_CHUNKS", "yes")
    first, second = pool_run.read(pool_run.pool(), "pages-die.pdf", "a.txt")
    assert first.problem is not None
    assert first.problem[0] == "crashed"
    assert second.document is not None


def test_half_a_character_in_an_answer_can_be_stored() -> None:
    said = protocol.packed({"type": "problem", "detail": "what \udc80 is, \ud83d\ude00 and ü"})
    header, _ = protocol.parsed(said[protocol.LENGTHS.size :], len(said) - protocol.LENGTHS.size)
    assert header["detail"].encode() == "what ? is, ?? and ü".encode()
