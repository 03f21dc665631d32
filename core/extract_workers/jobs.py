"""What is asked of a reader process and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

from core.document import Document, Passage
from core.errors import ProblemCode


@dataclass(frozen=True, slots=True)
class ReadJob:
    """A file to read: `size` in bytes as it was seen, `token` is handed back with the result.

    With `known_hash_only` only the content hash is wanted.
    """

    token: int
    path: bytes
    size: int
    known_hash_only: bool = False


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What became of a job.

    `hash` is blake3 of the bytes that were read, `size`, `mtime_ns` and `inode` those of the file when it was opened
    (None and 0 if it could not be). A `document` comes with its passages and its text's signature
    (`core.store.near_duplicates.sketch`), and never with a problem: what was cut is in its notes. Neither document nor
    problem: the hash was known, or was all that was wanted.
    """

    token: int
    path: bytes
    hash: bytes | None = None
    size: int = 0
    mtime_ns: int = 0
    inode: int = 0
    document: Document | None = None
    passages: tuple[Passage, ...] = ()
    signature: bytes = b""
    problem: tuple[ProblemCode, str] | None = None
