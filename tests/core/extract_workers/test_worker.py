"""The real worker process on real files."""

from __future__ import annotations

import gzip
import os
import queue
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import blake3
import psutil
import pytest

from core.chunk import ChunkingConfig, chunk
from core.extract import Limits, read
from core.extract_workers import ExtractionJob, ExtractionResult, WorkerPool
from core.processes.limits import NICE
from tests.builders import documents
from tests.processes import running

pytestmark = pytest.mark.slow

CHUNKING = ChunkingConfig("multilingual", 60, 10)


class SingleWorker:
    """A pool of one real worker process."""

    def __init__(self, **options: Any) -> None:
        self.results: queue.Queue[ExtractionResult] = queue.Queue()
        self.pool = WorkerPool(1, CHUNKING, self.results.put, **options)

    def read(self, path: Path, *, hash_only: bool = False) -> ExtractionResult:
        self.pool.submit(ExtractionJob(1, os.fsencode(path), 0, hash_only=hash_only))
        return self.results.get(timeout=120)


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SingleWorker]:
    """One worker for many tests, started here so that no single test leaves it behind."""
    worker = SingleWorker()
    worker.read(written(tmp_path_factory.mktemp("first") / "a.txt", b"words"))
    yield worker
    worker.pool.close()


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_a_document_is_the_one_that_is_read_here(worker: SingleWorker, tmp_path: Path) -> None:
    pages = [f"The rent for room {room} is due on the first of each month." for room in range(12)]
    path = written(tmp_path / "a.pdf", documents.pdf(pages, title="Rent", author="Ann"))
    result = worker.read(path)
    document = read(os.fsencode(path))
    assert result.document == document
    assert result.passages == chunk(document, CHUNKING)
    assert len(result.passages) >= 3
    facts = path.stat()
    assert (result.size, result.mtime_ns, result.inode) == (facts.st_size, facts.st_mtime_ns, facts.st_ino)
    assert result.hash == blake3.blake3(path.read_bytes()).digest()


def test_a_job_may_ask_for_the_hash_only(worker: SingleWorker, tmp_path: Path) -> None:
    result = worker.read(written(tmp_path / "a.bin", b"\0\1\2"), hash_only=True)
    assert (result.hash, result.document, result.problem) == (blake3.blake3(b"\0\1\2").digest(), None, None)


def test_text_of_many_scripts_crosses_the_pipe(worker: SingleWorker, tmp_path: Path) -> None:
    text = "租房合同 договор аренды 🏠 عقد الإيجار"
    result = worker.read(written(tmp_path / "名.txt", text.encode("utf-16")))
    assert result.document is not None
    assert result.document.text == text


def test_a_file_without_text_is_a_document_with_a_note(worker: SingleWorker, tmp_path: Path) -> None:
    result = worker.read(written(tmp_path / "a.txt", b""))
    assert result.document is not None
    assert (result.document.notes, result.passages, result.problem) == (("no_text",), (), None)


def test_problems_are_named(worker: SingleWorker, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to(written(tmp_path / "true.txt", b"words"))
    with (tmp_path / "hole.txt").open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    problems = {"gone.txt": "vanished", "pipe.txt": "unreadable", "link.txt": "unreadable", "hole.txt": "too_large"}
    for name, code in problems.items():
        result = worker.read(tmp_path / name)
        assert result.problem is not None
        assert (result.problem[0], result.hash, result.document) == (code, None, None), result.problem
    result = worker.read(written(tmp_path / "a.docx", b"PK\x03\x04 no more"))
    assert result.problem is not None
    assert result.problem[0] == "broken"
    assert result.hash is not None


def test_the_worker_gives_up_priority_and_limits(worker: SingleWorker, tmp_path: Path) -> None:
    worker.read(written(tmp_path / "a.txt", b"words"))
    children = running("core.extract_workers.worker")
    assert len(children) == 1
    assert children[0].nice() == min(os.nice(0) + NICE, 19)
    assert children[0].ionice().ioclass == psutil.IOPRIO_CLASS_IDLE
    assert children[0].rlimit(psutil.RLIMIT_NOFILE)[0] == 64
    assert children[0].rlimit(psutil.RLIMIT_FSIZE)[0] == 0
    assert children[0].rlimit(psutil.RLIMIT_CORE)[0] == 0
    assert children[0].cwd() == os.path.sep


def test_a_page_that_takes_too_long_is_stopped_and_read_in_another_way(tmp_path: Path) -> None:
    deep = written(tmp_path / "deep.html", b"<div>" * 60_000 + b"at the bottom" + b"</div>" * 60_000)
    worker = SingleWorker(time_limit_for=lambda size: 2.0)
    try:
        result = worker.read(deep)
        assert result.document is not None
        assert result.document.extractor.startswith("flat/")
        assert result.document.text == "at the bottom"
    finally:
        worker.pool.close()


def test_a_bomb_kills_its_child_and_nothing_else(tmp_path: Path) -> None:
    squeezer = zlib.compressobj(9)
    packed = b"".join(squeezer.compress(b" " * (1 << 24)) for _ in range(64)) + squeezer.flush()
    content = b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>"
    catalogue = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    bomb = written(tmp_path / "bomb.pdf", documents.pdf_of([*catalogue, page, content]))
    worker = SingleWorker()
    try:
        first = worker.read(bomb)
        assert (first.document is None) != (first.problem is None)
        after = worker.read(written(tmp_path / "a.pdf", documents.pdf(["still here"])))
        assert after.document is not None
        assert after.document.text == "still here"
    finally:
        worker.pool.close()


def test_of_a_very_long_text_the_beginning_is_read(tmp_path: Path) -> None:
    worker = SingleWorker(limits=Limits(max_text_bytes=100_000))
    line = b"2026-11-30 08:00:00 the brass foghorn\n"
    try:
        log = worker.read(written(tmp_path / "a.log", line * 5_000))
        assert log.document is not None
        assert log.document.notes == ("truncated", f"bytes:100000/{5_000 * len(line)}")
        assert (line * 5_000).decode().startswith(log.document.text)
        packed = worker.read(written(tmp_path / "a.log.gz", gzip.compress(line * 5_000)))
        assert packed.document is not None
        assert (packed.document.text, packed.document.notes) == (log.document.text, log.document.notes)
        notebook = worker.read(written(tmp_path / "a.ipynb", b'{"cells": [{"source": "%s"}]}' % (b"word " * 30_000)))
        assert notebook.document is not None
        assert (len(notebook.document.text), notebook.document.notes) == (149_999, ())
    finally:
        worker.pool.close()


def test_limits_reach_the_child(tmp_path: Path) -> None:
    worker = SingleWorker(limits=Limits(max_chars=5, max_file_bytes=100))
    try:
        short = worker.read(written(tmp_path / "a.txt", b"many words"))
        assert short.document is not None
        assert (short.document.text, short.document.notes) == ("many", ("truncated", "chars:4/0"))
        long = worker.read(written(tmp_path / "b.txt", b"x" * 101))
        assert long.problem is not None
        assert long.problem[0] == "too_large"
    finally:
        worker.pool.close()
