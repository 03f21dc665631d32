"""Benchmark: the cost of confining readers, by turns with and without: start, pages a second, and the same texts."""

from __future__ import annotations

import os
import queue
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from core.chunk import ChunkingConfig
from core.extract.base import Limits
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool
from core.extract_workers.deadline import JobDeadline
from core.extract_workers.exchange import Exchange
from core.extract_workers.messages import Configure, Extract, ProblemFound
from core.extract_workers.process import WORKER, WorkerProcess
from core.processes.isolated import module_command
from core.processes.sandbox import available
from tests.builders import documents
from tests.builders.large_trees import load

CHUNKING, LIMITS = ChunkingConfig("multilingual", 200, 20), Limits()
# Both are started in the same way, so that nothing but the confinement differs.
COMMANDS = {"confined": WORKER, "not confined": tuple(module_command("tests.fakes.unconfined_worker"))}
PAGES, READINGS = 400, 3
STARTS = 5  # of a reader, for each reading
PRIORITY = 10  # among programs that other programs do not interrupt


def run(folders: Sequence[Path], rounds: int) -> None:
    """Start readers and read a long PDF by turns; with folders, compare the texts of all their files too.

    Processor seconds of the reader are printed beside the clock's, which other programs disturb: with the right to do
    so, this program and the readers run as if they were alone, for some seconds a round.
    """
    alone = _uninterrupted()
    print(f"{available()}; {load()}{', which does not interrupt this' if alone else ''}")
    measured: dict[str, list[Measured]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory(prefix="findling-bench-") as temporary:
        path = Path(temporary, "long.pdf")
        line = "The rent for this room is due on the first of each month, and not on another day of it. "
        path.write_bytes(documents.pdf([f"Page {number}. {line * 30}" for number in range(PAGES)]))
        for number in range(rounds):
            for name in sorted(COMMANDS, reverse=number % 2 == 1):
                measured[name].append(_measure(COMMANDS[name], path))
    for name, all_of_it in measured.items():
        start, start_cpu, read, read_cpu = (statistics.median(column) for column in zip(*all_of_it, strict=True))
        print(
            f"{name:14}start {1000 * start:.1f} ms ({1000 * start_cpu:.1f} of a processor), "
            f"{PAGES / read:.0f} pages/s ({PAGES / read_cpu:.0f} for each second of a processor); medians of {rounds}"
        )
    for place, what in enumerate(Measured._fields):
        pairs = zip(measured["confined"], measured["not confined"], strict=True)
        ratios = [one[place] / other[place] - 1 for one, other in pairs]
        print(f"confinement adds to {what:30}{100 * statistics.median(ratios):+.1f} % (median of the pairs)")
    if folders:
        _compare(folders)


class Measured(NamedTuple):
    """Seconds of one reader, by the clock and of a processor."""

    start: float
    start_on_processor: float
    reading: float
    reading_on_processor: float


def _uninterrupted() -> bool:
    """Have no ordinary program interrupt this one and its readers; returns whether the system allows that."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except (AttributeError, PermissionError):
        return False
    return True


def _measure(command: Sequence[str], path: Path) -> Measured:
    """Start a reader some times, and have another one read a file again and again."""
    starts = []
    for _ in range(STARTS):
        with _started(command) as (_, *seconds):
            starts.append(seconds)
    start, start_cpu = (statistics.median(column) for column in zip(*starts, strict=True))
    with _started(command) as (process, *_):
        _read(process, path)  # once before, so that libraries are loaded
        began, cpu = time.monotonic(), _processor_seconds(process)
        for _ in range(READINGS):
            _read(process, path)
        reading, reading_cpu = time.monotonic() - began, _processor_seconds(process) - cpu
    return Measured(start, start_cpu, reading / READINGS, reading_cpu / READINGS)


@contextmanager
def _started(command: Sequence[str]) -> Iterator[tuple[WorkerProcess, float, float]]:
    """A reader that is ready, and the seconds that it took by the clock and of a processor."""
    began = time.monotonic()
    process = WorkerProcess(LIMITS, command)
    try:
        process.configure(Configure(CHUNKING, LIMITS))
        yield process, time.monotonic() - began, _processor_seconds(process)
    finally:
        process.kill()
        process.close()


def _processor_seconds(process: WorkerProcess) -> float:
    """Processor time of a reader to the nanosecond: `cpu_seconds` counts in hundredths, a tenth of a start."""
    return time.clock_gettime(-process._process.pid - 1 << 3 | 2)  # its clock, see clock_getcpuclockid(3)


def _read(process: WorkerProcess, path: Path) -> None:
    with path.open("rb") as file:
        process.send(Extract(1), path.name.encode(), file.fileno())
        outcome = Exchange(LIMITS).run(JobDeadline(process, 600.0))
    assert not isinstance(outcome, ProblemFound), outcome.detail


def _compare(folders: Sequence[Path]) -> None:
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    results = {name: _results(command, paths) for name, command in COMMANDS.items()}
    different = [
        path for path, one, other in zip(paths, *results.values(), strict=True) if _outcome(one) != _outcome(other)
    ]
    read = sum(result.document is not None for result in results["confined"])
    print(f"{len(paths)} files, {read} of them read; {len(different)} differ")
    for path in different:
        print(f"  {path}")


def _outcome(result: ExtractionResult) -> tuple[object, ...]:
    return result.hash, result.document, result.passages, result.sketch, result.problem and result.problem[0]


def _results(command: Sequence[str], paths: Sequence[Path]) -> list[ExtractionResult]:
    results: queue.SimpleQueue[ExtractionResult] = queue.SimpleQueue()
    pool = WorkerPool(2, CHUNKING, results.put, command=command)
    try:
        for token, path in enumerate(paths):
            pool.submit(ExtractionJob(token, os.fsencode(path), path.stat().st_size))
        return sorted((results.get() for _ in paths), key=lambda result: result.token)
    finally:
        pool.close()
