"""The file of a vector index's vectors: segments of rows in half precision, only ever appended to, mapped to memory.

Before each segment is a page in which nothing is stored: where the file is mapped, it takes what FAISS reads first.
"""

from __future__ import annotations

import mmap
import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

import blake3
import numpy as np

from core.store.catalogue.vectors_table import STORED_DTYPE, Ids, Vectors
from core.store.vector import scan
from core.store.vector.scan import Bytes

SEGMENT_ROWS = 65_536  # of a new file
PAGE = 4096  # bytes
BLOCK_ROWS = 4096  # at most, with one digest
DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows of a file are."""

    dimension: int
    segment_rows: int

    @property
    def row_bytes(self) -> int:
        return scan.row_bytes(self.dimension)

    def offset(self, row: int) -> int:
        """The first byte of a row."""
        segment, place = divmod(row, self.segment_rows)
        return segment * (PAGE + self._segment_bytes) + PAGE + place * self.row_bytes

    def end(self, rows: int) -> int:
        """The length of a file of so many rows."""
        return self.offset(rows - 1) + self.row_bytes if rows else 0

    def blocks(self, first: int, count: int) -> list[tuple[int, int]]:
        """(first row, count) of the blocks in which rows are written; each is in one segment."""
        found = []
        while count:
            length = min(count, BLOCK_ROWS, self.segment_rows - first % self.segment_rows)
            found.append((first, length))
            first, count = first + length, count - length
        return found

    @property
    def _segment_bytes(self) -> int:
        return -(-self.segment_rows * self.row_bytes // PAGE) * PAGE


def digest(codes: Bytes) -> bytes:
    """The digest of a block."""
    return blake3.blake3(codes.data).digest(DIGEST_BYTES)


def write(path: Path, layout: Layout, first: int, codes: Bytes) -> list[tuple[int, int, bytes]]:
    """Write rows (shape: n x row bytes) behind those that are there, and make the disk keep them.

    Returns (first row, count, digest) of each block. Raises OSError; the file has the same rows as before then.
    """
    blocks = []
    with path.open("rb+" if path.exists() else "wb", buffering=0) as file:
        try:
            for start, count in layout.blocks(first, len(codes)):
                block = np.ascontiguousarray(codes[start - first : start - first + count]).reshape(-1)
                file.seek(layout.offset(start))
                write_all(file, block.data)
                blocks.append((start, count, digest(block)))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(layout.end(first))  # nobody has mapped what is behind it
            raise
    return blocks


def write_all(file: FileIO, data: memoryview) -> None:
    """Write data to a file without a buffer, which would try again later what fails now. Raises OSError."""
    while len(data):
        data = data[file.write(data) :]


class MappedSegments:
    """The first rows of a file, mapped to memory; FAISS searches them there. Any thread may use it."""

    def __init__(self, path: Path, layout: Layout, rows: int) -> None:
        """Raises OSError, and ValueError if the file is shorter than that."""
        self.layout = layout
        self._bytes = np.zeros(0, np.uint8)
        self.segments: list[tuple[int, Any]] = []  # (first row, FAISS index)
        if not rows:
            return
        with path.open("rb") as file:
            # A copy of each page that is written to: those before the segments.
            mapped = mmap.mmap(file.fileno(), layout.end(rows), access=mmap.ACCESS_COPY)
        self._bytes = np.frombuffer(mapped, np.uint8)
        for first in range(0, rows, layout.segment_rows):
            count = min(layout.segment_rows, rows - first)
            header = scan.header(layout.dimension, count)
            start = layout.offset(first)
            mapped[start - len(header) : start] = header
            stop = start + count * layout.row_bytes
            self.segments.append((first, scan.view(self._bytes[start - len(header) : stop], count)))

    @property
    def rows_mapped(self) -> int:
        """The number of rows."""
        return sum(index.ntotal for _, index in self.segments)

    def codes(self, first: int, count: int) -> Bytes:
        """The bytes of rows in one segment (shape: count x row bytes), where they are mapped."""
        start = self.layout.offset(first)
        return self._bytes[start : start + count * self.layout.row_bytes].reshape(count, -1)

    def rows(self, rows: Ids) -> Bytes:
        """A copy of the bytes of some rows (shape: n x row bytes)."""
        found = np.empty((len(rows), self.layout.row_bytes), np.uint8)
        of_segment = rows // self.layout.segment_rows
        for first, index in (self.segments[number] for number in np.unique(of_segment)):
            chosen = of_segment == first // self.layout.segment_rows
            found[chosen] = self.codes(first, index.ntotal)[rows[chosen] - first]
        return found

    def vectors(self, rows: Ids) -> Vectors:
        """The vectors of some rows (shape: n x dimension)."""
        return self.rows(rows).view(STORED_DTYPE).astype(np.float32)
