"""Readers beside eight processes that use every core: slow, and nothing is marked failed."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.chunk import ChunkingConfig
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool

pytestmark = pytest.mark.slow

BUSY = "import os; os.nice(19)\nwhile True: pass"  # as low as readers, or these would wait for minutes
WORDS = 60_000
FILES = 3


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Eight processes that never wait, for as long as the test takes."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(8)]
    yield
    for process in busy:
        process.kill()
        process.wait()


@pytest.mark.usefixtures("busy_machine")
def test_nothing_fails_for_want_of_processor_time(tmp_path: Path) -> None:
    text = "".join(f"harbour{number % 9973} " for number in range(WORDS))
    results = queue.Queue[ExtractionResult]()
    pool = WorkerPool(2, ChunkingConfig("english", 256, 32), results.put, time_limit_for=lambda _: 1.0)
    try:
        for number in range(FILES):
            path = tmp_path / f"{number}.txt"
            path.write_text(f"{text}{number}")
            pool.submit(ExtractionJob(number, os.fsencode(path), path.stat().st_size))
        found = [results.get(timeout=240) for _ in range(FILES)]
    finally:
        pool.close()
    assert [one.problem for one in found] == [None] * FILES
    assert all(one.document is not None and len(one.document.text) == len(text) + 1 for one in found)
