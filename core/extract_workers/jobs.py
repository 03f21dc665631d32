"""The jobs of a worker pool and their results."""

from __future__ import annotations

from dataclasses import dataclass

from core.document import Document, Passage
from core.errors import ProblemCode


@dataclass(frozen=True, slots=True)
class ExtractionJob:
    """A file to read: `size` in bytes when it was scanned; `token` comes back with the result.

    With `hash_only` the file is only hashed.
    """

    token: int
    path: bytes
    size: int
    hash_only: bool = False


@dataclass(frozen=True, slots=True)
class ExtractionResult:
    """What became of a job.

    `hash` is blake3 of the bytes that were read; `size`, `mtime_ns` and `inode` are those of the file when it was
    opened (None and 0 if it could not be). A `document` comes with its passages and its text's sketch
    (`core.store.near_duplicates.sketch`), and never with a problem: what was left out is in its notes. Without document
    and problem the hash was known, or was all that was requested.
    """

    token: int
    path: bytes
    hash: bytes | None = None
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    document: Document | None = None
    passages: tuple[Passage, ...] = ()
    sketch: bytes = b""
    problem: tuple[ProblemCode, str] | None = None
