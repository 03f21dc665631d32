"""Benchmark: the processor time of reading, chunking and signing the files of some folders, by format."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from core.chunk import ChunkingConfig, chunk
from core.document import Document
from core.errors import FileProblem
from core.extract import read_bytes
from core.extract.detect import detect
from core.extract.unknown_names import HEAD, is_worth_a_look, may_be_document
from core.store.near_duplicates.sketch import sketch
from tests.builders.large_trees import load
from tests.tools.bench import recoll

LARGEST = 100_000_000  # bytes of a file that is read
MB = 1e6
Result = TypeVar("Result")
COLUMNS = ("files", "empty", "failed", "MB", "text MB", "read s", "chunk s", "sketch s", "MB/s", "peak MB")


@dataclass(slots=True)
class Row:
    """The sums of one format; seconds are of the processor, `peak` is of this process while it was read."""

    files: int = 0
    empty: int = 0
    failed: int = 0
    size: int = 0
    text: int = 0
    reading: float = 0.0
    chunking: float = 0.0
    signing: float = 0.0
    peak: int = 0

    def figures(self) -> tuple[str, ...]:
        seconds = self.reading + self.chunking + self.signing
        times = (f"{value:.2f}" for value in (self.reading, self.chunking, self.signing))
        sizes = (f"{self.size / MB:.2f}", f"{self.text / MB:.2f}")
        speed, peak = f"{self.size / MB / seconds:.1f}" if seconds else "-", f"{self.peak / MB:.0f}"
        return str(self.files), str(self.empty), str(self.failed), *sizes, *times, speed, peak


def run(folders: Sequence[Path], model: str, rounds: int) -> None:
    """Print one line for each format and one for all, read in this process; first, `rounds` of indexing."""
    if rounds:
        recoll.run(folders, rounds)
    _by_format(folders, model)


def _by_format(folders: Sequence[Path], model: str) -> None:
    chunking = ChunkingConfig(model, 512, 64)
    chunk(Document("The vocabulary is loaded before anything is measured.", "text"), chunking)
    rows: defaultdict[str, Row] = defaultdict(Row)
    memory = psutil.Process().memory_info
    for path in _files(folders):
        data = path.read_bytes()
        name = os.fsencode(path.name)
        if is_worth_a_look(name) and not may_be_document(data[:HEAD]):
            continue
        try:
            row = rows[detect(data, name).name]
        except FileProblem:
            row = rows["(none)"]
        for one in (row, rows["all"]):
            one.files += 1
            one.size += len(data)
        _measure(data, name, chunking, (row, rows["all"]))
        for one in (row, rows["all"]):
            one.peak = max(one.peak, memory().rss)
    print(load())
    print(f"{'format':14}" + "".join(f"{column:>10}" for column in COLUMNS))
    for format_name, row in sorted(rows.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        print(f"{format_name:14}" + "".join(f"{figure:>10}" for figure in row.figures()))


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink() and 0 < path.stat().st_size <= LARGEST:
                yield path


def _measure(data: bytes, name: bytes, chunking: ChunkingConfig, rows: Sequence[Row]) -> None:
    try:
        reading, document = _timed(lambda: read_bytes(data, name))
    except FileProblem:
        for row in rows:
            row.failed += 1
        return
    chunks, _ = _timed(lambda: chunk(document, chunking))
    signing, _ = _timed(lambda: sketch(document.text))
    for row in rows:
        row.empty += not document.text
        row.text += len(document.text.encode())
        row.reading += reading
        row.chunking += chunks
        row.signing += signing


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result
