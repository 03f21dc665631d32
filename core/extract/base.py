"""What every reader is given, and how it builds a document whose offsets are exact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from core.document import Document, Kind, Part, Unit
from core.errors import FileProblem
from core.extract.clean import clean

EXTRACTOR_VERSION = "extract-1"
"""Part of every fingerprint: a change of it reads all documents again."""

SEPARATOR = "\n\n"

Keep = Callable[[str, tuple[Part, ...]], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may cost.

    Characters of text, pages or other parts, bytes of the file, bytes of one unpacked member of a package, bytes of
    all of them, and how many times larger a member over `ratio_from` bytes may be than its packed form.
    """

    max_chars: int = 30_000_000
    max_pages: int = 5_000
    max_file_bytes: int = 200 * 1024 * 1024
    max_member_bytes: int = 150_000_000
    max_unpacked_bytes: int = 600_000_000
    max_ratio: int = 200
    ratio_from: int = 20_000_000


def forget(text: str, parts: tuple[Part, ...]) -> None:
    """A `Keep` that nobody reads."""


@dataclass(frozen=True, slots=True)
class ExtractionInput:
    """One file on its way into text: its name (no folder), all its bytes, and what it may cost.

    `keep` is told of text and parts as they are read, each call with what is new since the last.
    """

    name: bytes
    data: bytes
    limits: Limits = field(default_factory=Limits)
    keep: Keep = forget


class Extractor(Protocol):
    """Turns the bytes of one format into a document; raises FileProblem."""

    def __call__(self, source: ExtractionInput) -> Document: ...


@dataclass(slots=True)
class TextBuilder:
    """Joins cleaned pieces of text, and notes where each part of the document is in the whole."""

    limits: Limits
    pieces: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    length: int = 0
    full: bool = False

    def add(self, raw: str, unit: Unit | None = None, number: int = 0, label: str = "") -> None:
        """Append a piece, cleaned; with a unit it becomes a part, unless nothing is left of it."""
        if self.full:
            return
        piece = clean(raw)
        if not piece:
            return
        start = self.length + (len(SEPARATOR) if self.pieces else 0)
        piece = self._cut(piece, self.limits.max_chars - start)
        if not piece:
            return
        if self.pieces:
            self.pieces.append(SEPARATOR)
        self.pieces.append(piece)
        self.length = start + len(piece)
        if unit is not None:
            self.parts.append(Part(start, self.length, unit, number, clean(label)[:200]))

    def _cut(self, piece: str, room: int) -> str:
        if len(piece) <= room:
            return piece
        self.full = True
        return piece[: max(room, 0)].rstrip()

    def document(
        self, kind: Kind, extractor: str, *, title: str = "", author: str = "", notes: tuple[str, ...] = ()
    ) -> Document:
        """The document so far; "truncated" and "no_text" are noted when they are true."""
        text = "".join(self.pieces)
        found = (*notes, *(("truncated",) if self.full else ()), *(() if text else ("no_text",)))
        return Document(
            text=text,
            kind=kind,
            title=title,
            author=author,
            parts=tuple(self.parts),
            notes=tuple(dict.fromkeys(found)),
            extractor=f"{extractor}/{EXTRACTOR_VERSION}",
        )


def broken(error: BaseException | str) -> FileProblem:
    """The problem of a file that is not what its format promises."""
    return FileProblem("broken", _words(error))


def protected(error: BaseException | str = "") -> FileProblem:
    """The problem of a file that needs a password."""
    return FileProblem("protected", _words(error))


def _words(error: BaseException | str) -> str:
    words = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return clean(words)[:300]
