"""The jobs of a worker pool and their results."""

from __future__ import annotations

from dataclasses import dataclass

from core.document import Document, Passage
from core.errors import ProblemCode
from core.store.catalogue.members_table import ContainerState


@dataclass(frozen=True, slots=True)
class ExtractionJob:
    """A file to read: `size` in bytes when it was scanned; `token` comes back with the result.

    With `hash_only` the file is only hashed. `known_members` is how far its members were read before: what has been
    appended to it since is read only.
    """

    token: int
    path: bytes
    size: int
    hash_only: bool = False
    known_members: ContainerState | None = None


@dataclass(frozen=True, slots=True)
class ExtractionResult:
    """What became of a job.

    `hash` is blake3 of the bytes that were read; `size`, `mtime_ns` and `inode` are those of the file when it was
    opened (None and 0 if it could not be). A `document` comes with its passages and its text's sketch
    (`core.store.near_duplicates.sketch`), and never with a problem: what was left out is in its notes. Without document
    and problem the hash was known, or was all that was requested. `is_unrecognised` if neither its name nor its bytes
    say that it is a document, so that only its name is indexed.
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
    is_unrecognised: bool = False
    members: tuple[MemberResult, ...] = ()
    unpacking: Unpacking | None = None


@dataclass(frozen=True, slots=True)
class Unpacking:
    """How far the members of a file were read: from `start`, up to `read_to`; with `mark` as in `ContainerState`.

    `is_finished` if there are no more, or none can be read after a `failure`; else the next job goes on at `read_to`.
    A `failure` is a problem and its detail: "partial" if the file is damaged or its worker failed, "truncated" (with an
    `Extent`) at a limit, "protected" if a password keeps some members.
    """

    start: int
    read_to: int
    mark: bytes
    is_finished: bool
    failure: tuple[ProblemCode, str] | None = None

    @property
    def is_complete(self) -> bool:
        """Whether everything in the file that can be read is, so that what was not found is not there."""
        return self.is_finished and (self.failure is None or self.failure[0] in ("truncated", "protected"))


@dataclass(frozen=True, slots=True)
class MemberResult:
    """A document inside a file: its path below that, where it is found again, when it was changed (mtime in ns).

    `result` is as for a file, with members of its own; None if the catalogue has the same document at this path.
    """

    path: bytes
    place: int
    mtime_ns: int
    size: int
    result: ExtractionResult | None
