from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import blake3
import psutil
import pytest

from core.chunk import ChunkingConfig
from core.document import Part
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool, protocol
from core.extract_workers.messages import ProblemFound, decode_reply
from core.extract_workers.pool import NothingKnown
from tests.waiting import wait_until

pytestmark = pytest.mark.slow

CHUNKING = ChunkingConfig("multilingual", 100, 10)
FAKE = (sys.executable, "-m", "tests.fakes.fake_extract_worker")


class PoolRun:
    """Submits files to a pool and waits for their results."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.results: queue.Queue[ExtractionResult] = queue.Queue()
        self.folder = folder
        self._log = log
        self._pools: list[WorkerPool] = []

    def pool(self, workers: int = 1, *flags: str, **options: Any) -> WorkerPool:
        pool = WorkerPool(workers, CHUNKING, self.results.put, command=(*FAKE, str(self._log), *flags), **options)
        self._pools.append(pool)
        return pool

    def submit(self, pool: WorkerPool, *names: str) -> None:
        for token, name in enumerate(names):
            (self.folder / name).write_text(name)
            pool.submit(ExtractionJob(token, os.fsencode(self.folder / name), 5))

    def read(self, pool: WorkerPool, *names: str) -> list[ExtractionResult]:
        self.submit(pool, *names)
        results = [self.results.get(timeout=60) for _ in names]
        return sorted(results, key=lambda result: result.token)

    def log(self) -> list[str]:
        return self._log.read_text().splitlines()

    def has_log(self) -> bool:
        return self._log.exists()

    def close(self) -> None:
        for pool in self._pools:
            pool.close()


@pytest.fixture
def pool_run(tmp_path: Path) -> Iterator[PoolRun]:
    folder = tmp_path / "documents"
    folder.mkdir()
    pool_run = PoolRun(folder, tmp_path / "log")
    yield pool_run
    pool_run.close()


def hash_of(name: str) -> bytes:
    """The hash of the file that has its name as its contents."""
    return blake3.blake3(name.encode()).digest()


def seconds(value: float) -> Callable[[int], float]:
    return lambda size: value


class Known(NothingKnown):
    """What the catalogue says of a content."""

    def __init__(self, format_of: Callable[[bytes], str | None]) -> None:
        self.format_of = format_of  # type: ignore[method-assign]


def test_a_file_comes_back_with_its_text_its_passages_and_what_it_was(pool_run: PoolRun) -> None:
    [result] = pool_run.read(pool_run.pool(), "a.txt")
    facts = (pool_run.folder / "a.txt").stat()
    assert (result.hash, result.size) == (hash_of("a.txt"), 5)
    assert (result.mtime_ns, result.inode) == (facts.st_mtime_ns, facts.st_ino)
    assert result.document is not None
    assert (result.document.text, len(result.passages), result.problem) == ("a.txt", 1, None)


def test_a_known_content_is_not_read(pool_run: PoolRun) -> None:
    asked: list[bytes] = []
    pool = pool_run.pool(known=Known(lambda content: asked.append(content) or "text"))
    [result] = pool_run.read(pool, "a.txt")
    assert asked == [hash_of("a.txt")]
    assert (result.hash, result.document, result.problem) == (hash_of("a.txt"), None, None)
    assert not pool_run.has_log()


def test_one_that_hangs_is_killed_and_the_next_is_read(pool_run: PoolRun) -> None:
    slow, after = pool_run.read(pool_run.pool(time_limit_for=seconds(0.5)), "hang.txt", "after.txt")
    assert slow.problem is not None
    assert (slow.problem[0], slow.hash) == ("timed_out", hash_of("hang.txt"))
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
    [result] = pool_run.read(pool_run.pool(time_limit_for=seconds(0.5)), name)
    assert result.document is not None
    assert result.problem is None
    assert [line.split()[1:] for line in pool_run.log() if name in line] == [[name, "1"], [name, "2"]]


def test_when_the_second_reader_fails_too_the_first_failure_is_reported(pool_run: PoolRun) -> None:
    [result] = pool_run.read(pool_run.pool(), "die-second.pdf")
    assert result.problem == ("crashed", "killed by SIGABRT: the last line")
    assert sum("die-second" in line for line in pool_run.log()) == 2


@pytest.mark.parametrize("name", ["pages-die-cure.pdf", "pages-hang.pdf"])
def test_pages_read_before_the_end_are_kept(pool_run: PoolRun, name: str) -> None:
    [result] = pool_run.read(pool_run.pool(time_limit_for=seconds(0.5)), name)
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


def test_a_child_that_has_grown_is_replaced(pool_run: PoolRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.extract_workers.pool.MAX_WORKER_MEMORY", 1 << 20)
    first, second = pool_run.read(pool_run.pool(), "a.txt", "b.txt")
    assert first.document is not None
    assert second.document is not None
    assert pool_run.log().count("start") == 2


def test_a_child_without_work_is_ended_and_a_new_one_reads_the_next_file(
    pool_run: PoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.extract_workers.pool.IDLE_SECONDS", 0.1)
    pool = pool_run.pool()
    pool_run.read(pool, "a.txt")
    idle = int(pool_run.log()[1].split()[0])
    wait_until(lambda: not psutil.pid_exists(idle))
    [result] = pool_run.read(pool, "b.txt")
    assert result.document is not None
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
    monkeypatch.setattr("core.extract_workers.pool.SECONDS_BETWEEN_STARTS", 0.01)
    [result] = pool_run.read(pool_run.pool(1, "fails"), "a.txt")
    assert result.problem is not None
    assert result.problem[0] == "crashed"
    assert "no such library" in result.problem[1]


def test_room_is_counted(pool_run: PoolRun) -> None:
    may_go_on = threading.Event()
    pool = WorkerPool(2, CHUNKING, lambda result: (may_go_on.wait(60), pool_run.results.put(result))[1])
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
    pool_run.submit(pool, *(f"hang-{number}.txt" for number in range(6)))
    pool.close()
    pool.close()
    assert pool_run.results.empty()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("extract-")]
    assert [child for child in psutil.Process().children() if child not in before] == []


@pytest.mark.timeout(60)
def test_closing_does_not_wait_for_a_child_that_does_not_get_ready(
    pool_run: PoolRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.extract_workers.process.START_SECONDS", 1000.0)
    before = psutil.Process().children()
    pool = pool_run.pool(2, "sleeps")
    pool_run.submit(pool, "a.txt", "b.txt")
    pause = threading.Event()
    while not (pool_run._log.exists() and pool_run.log().count("start") == 2):
        pause.wait(0.05)
    pool.close()
    assert [child for child in psutil.Process().children() if child not in before] == []


def test_pages_that_cannot_be_chunked_are_a_crash_and_the_next_is_read(pool_run: PoolRun) -> None:
    first, second = pool_run.read(pool_run.pool(1, "no-chunks"), "pages-die.pdf", "a.txt")
    assert first.problem is not None
    assert first.problem[0] == "crashed"
    assert second.document is not None


def test_half_a_character_in_an_answer_can_be_stored() -> None:
    said = protocol.packed(ProblemFound("broken", "what \udc80 is, \ud83d\ude00 and ü"))
    reply = decode_reply(said[protocol.LENGTHS.size :])
    assert isinstance(reply, ProblemFound)
    assert reply.detail == "what ? is, ?? and ü"


def test_a_file_that_changes_while_it_is_read_is_read_from_a_copy(pool_run: PoolRun) -> None:
    """Its hash and its text are then of the same bytes: what is known is asked between both."""

    def change(content: bytes) -> None:
        if content == hash_of("a.txt"):
            (pool_run.folder / "a.txt").write_text("changed")

    [result] = pool_run.read(pool_run.pool(known=Known(change)), "a.txt")
    assert (result.hash, result.size) == (hash_of("changed"), 7)
    assert result.document is not None
    assert [line.split()[1:] for line in pool_run.log() if "a.txt" in line] == [["a.txt", "1"]] * 2
