"""The log of a vector index: which passage each row of its file of vectors belongs to, and which rows are deleted.

It is only ever appended to, after the vectors are on the disk: what a kill leaves behind its last complete record, or
behind the rows that it knows, counts as not written. Numbers are little-endian:

    header   magic, dimension, rows a segment (4 bytes each), generation (16 hexadecimal digits)
    record   kind, count of numbers (4 bytes each), first row (8), digest of the vectors (16), numbers of 8 bytes,
             digest of the generation and the record (16)

The numbers are the passage ids of the rows that are added and then their content ids, or the rows that are deleted. The
generation is a part of the name of the file of vectors.
"""

from __future__ import annotations

import os
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import blake3
import numpy as np

from core.store.catalogue.vectors_table import Ids
from core.store.vector.scan import Mask
from core.store.vector.segments import DIGEST_BYTES, Layout, write_all

MAGIC = b"FNDLVEC1"
HEADER = struct.Struct("<8sII16s")
RECORD = struct.Struct("<IIQ16s")
ADDED, DELETED = 1, 2
ID = np.dtype("<i8")


@dataclass(frozen=True, slots=True)
class SavedBlock:
    """Rows that were written together, and the digest of their vectors."""

    first: int
    count: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class LogState:
    """What a log says: the passage and the content of each row, whether the row is in use, and the blocks.

    `length` is that of its complete records in bytes; `is_damaged` says that a later one is wrong, not only cut off.
    """

    generation: str
    layout: Layout
    ids: Ids
    contents: Ids
    alive: Mask
    blocks: tuple[SavedBlock, ...]
    length: int
    is_damaged: bool = False


def new_generation() -> str:
    return secrets.token_hex(8)


def header(generation: str, layout: Layout) -> bytes:
    return HEADER.pack(MAGIC, layout.dimension, layout.segment_rows, generation.encode())


def added(generation: str, ids: Ids, contents: Ids, block: SavedBlock) -> bytes:
    """The record of a block that was added; `ids` and `contents` are those of its rows."""
    return _record(generation, ADDED, block.first, block.digest, np.concatenate([ids, contents]))


def deleted(generation: str, rows: Ids) -> bytes:
    """The record of rows that were deleted."""
    return _record(generation, DELETED, 0, b"", rows)


def _record(generation: str, kind: int, first: int, digest: bytes, numbers: Ids) -> bytes:
    data = RECORD.pack(kind, len(numbers), first, digest) + numbers.astype(ID).tobytes()
    return data + _digest(generation, data)


def _digest(generation: str, data: bytes) -> bytes:
    return blake3.blake3(generation.encode() + data).digest(DIGEST_BYTES)


def read(path: Path, dimension: int) -> LogState | None:
    """What a log says; None if there is none, or none of this dimension. Raises OSError."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(data) < HEADER.size:
        return None
    magic, of_vectors, segment_rows, generation = HEADER.unpack_from(data)
    if magic != MAGIC or of_vectors != dimension or not segment_rows or not generation.isalnum():
        return None
    return _replay(data, generation.decode(), Layout(dimension, segment_rows))


def _replay(data: bytes, generation: str, layout: Layout) -> LogState:
    place, rows = HEADER.size, 0
    none = np.zeros(0, np.int64)
    ids, contents, deletions, blocks = [none], [none], [none], []
    is_damaged = False
    while place + RECORD.size <= len(data):
        kind, count, first, digest = RECORD.unpack_from(data, place)
        stop = place + RECORD.size + count * ID.itemsize
        if stop + DIGEST_BYTES > len(data):
            break  # cut off
        numbers = np.frombuffer(data, ID, count, place + RECORD.size).astype(np.int64)
        is_sound = _digest(generation, data[place:stop]) == data[stop : stop + DIGEST_BYTES]
        if not is_sound or (kind == ADDED and first != rows) or kind not in (ADDED, DELETED):
            is_damaged = stop + DIGEST_BYTES < len(data)  # a power cut leaves the last one wrong
            break
        place = stop + DIGEST_BYTES
        if kind == ADDED:
            count //= 2
            ids.append(numbers[:count])
            contents.append(numbers[count:])
            blocks.append(SavedBlock(first, count, digest))
            rows += count
        else:
            deletions.append(numbers)
    alive = np.ones(rows, np.bool_)
    alive[np.concatenate(deletions)] = False
    columns = np.concatenate(ids), np.concatenate(contents)
    return LogState(generation, layout, *columns, alive, tuple(blocks), place, is_damaged)


def create(path: Path, generation: str, layout: Layout, records: Sequence[bytes]) -> int:
    """Put a new log in the place of the one that is there, atomically; returns its length. Raises OSError."""
    temporary = path.with_suffix(".tmp")
    data = header(generation, layout) + b"".join(records)
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return len(data)


def append(path: Path, length: int, records: Sequence[bytes]) -> int:
    """Append records to the first `length` bytes of a log; returns its new length. Raises OSError."""
    data = b"".join(records)
    with path.open("rb+", buffering=0) as file:
        file.truncate(length)
        try:
            file.seek(length)
            write_all(file, memoryview(data))
            os.fsync(file.fileno())
        except OSError:
            file.truncate(length)
            raise
    return length + len(data)
