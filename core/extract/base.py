"""The input and limits of every reader, and a builder of documents with exact offsets."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from core.document import Document, Extent, Kind, Part, Unit
from core.errors import FileProblem
from core.extract.clean import clean
from core.extract.encoded import without_encoded_data
from core.extract.machine_made import words_end

EXTRACTOR_VERSION = "extract-7"
"""Stored with every document: after a change of it, documents read by older readers are read again."""

SEPARATOR = "\n\n"

PartialCallback = Callable[[str, tuple[Part, ...]], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on the cost of reading one file.

    `max_text_bytes` is how much is read of a longer file whose text may end anywhere; `max_data_chars` of a text that
    goes on with numbers or minified code only; `max_pages` counts pages or other parts; `max_member_bytes` applies to
    one unpacked member of a package, `max_unpacked_bytes` to all of them; `max_ratio` is the compression ratio of
    members over `ratio_from` bytes. With `reads_archives` the files in archives are documents of their own.
    """

    max_chars: int = 30_000_000
    max_text_bytes: int = 20_000_000
    max_data_chars: int = 200_000
    max_pages: int = 5_000
    max_file_bytes: int = 200 * 1024 * 1024
    max_member_bytes: int = 150_000_000
    max_unpacked_bytes: int = 600_000_000
    max_ratio: int = 200
    ratio_from: int = 20_000_000
    reads_archives: bool = False


def discard_partial(text: str, parts: tuple[Part, ...]) -> None:
    """A `PartialCallback` that does nothing."""


@dataclass(frozen=True, slots=True)
class ExtractionInput:
    """One file to read: its name (without folder), its bytes and its limits.

    `on_partial` is called with the text and parts read since its last call, so that they survive a crash. `depth` is 0
    for a file, 1 for what is attached to a message in one; `is_unpacked` if it was inside a compressed file. `file` is
    the open file where its format is read by seeking, and `data` then only its beginning. `size` is that of a file of
    which `data` is the beginning, because it is too long to be read as a whole; else 0.
    """

    name: bytes
    data: bytes
    limits: Limits = field(default_factory=Limits)
    on_partial: PartialCallback = discard_partial
    depth: int = 0
    is_unpacked: bool = False
    file: BinaryIO | None = None
    size: int = 0

    def opened(self) -> BinaryIO:
        """The whole of the file, to be read by seeking in it."""
        return io.BytesIO(self.data) if self.file is None else self.file


class DocumentReader(Protocol):
    """A reader: turns the bytes of one format into a document; raises FileProblem."""

    def __call__(self, source: ExtractionInput) -> Document: ...


@dataclass(slots=True)
class TextBuilder:
    """Joins cleaned pieces of text and records the offsets of each part."""

    limits: Limits
    pieces: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    length: int = 0
    full: bool = False
    read_to: Extent | None = None  # where data begins that is left out

    def add_up_to_data(self, raw: str, source: ExtractionInput) -> None:
        """Append the text of a whole file, but not the data that it ends with."""
        text = clean(without_encoded_data(raw))
        end = words_end(text, source.name, self.limits.max_data_chars)
        self._append(text[:end].rstrip(), None, 0, "")
        if end < len(text):
            self.read_to = Extent("chars", self.length, 0 if source.size else len(text))

    def add(self, raw: str, unit: Unit | None = None, number: int = 0, label: str = "") -> None:
        """Append a piece, cleaned; with a unit it becomes a part, unless it is empty."""
        if not self.full:
            self._append(clean(without_encoded_data(raw)), unit, number, label)

    def _append(self, piece: str, unit: Unit | None, number: int, label: str) -> None:
        if not piece:
            return
        start = self.length + (len(SEPARATOR) if self.pieces else 0)
        piece = self._limited(piece, self.limits.max_chars - start)
        if not piece:
            return
        if self.pieces:
            self.pieces.append(SEPARATOR)
        self.pieces.append(piece)
        self.length = start + len(piece)
        if unit is not None:
            self.parts.append(Part(start, self.length, unit, number, clean(label)[:200]))

    def _limited(self, piece: str, room: int) -> str:
        if len(piece) <= room:
            return piece
        self.full = True
        return piece[: max(room, 0)].rstrip()

    def document(
        self,
        kind: Kind,
        extractor: str,
        *,
        title: str = "",
        author: str = "",
        notes: tuple[str, ...] = (),
        own_date: str = "",
        scans: tuple[int, ...] = (),
    ) -> Document:
        """The document so far, with the notes "truncated", "data_left_out" and "no_text" where they apply."""
        text = "".join(self.pieces)
        if self.full and not any(map(Extent.parse, notes)):
            notes = (*notes, "truncated", str(Extent("chars", self.length)))
        elif self.read_to is not None:
            notes = (*notes, "data_left_out", str(self.read_to))
        all_notes = (*notes, *(() if text else ("no_text",)))
        return Document(
            text=text,
            kind=kind,
            title=title,
            author=author,
            parts=tuple(self.parts),
            notes=tuple(dict.fromkeys(all_notes)),
            extractor=f"{extractor}/{EXTRACTOR_VERSION}",
            own_date=own_date,
            scans=scans,
        )


def broken(error: BaseException | str) -> FileProblem:
    """The problem of a file that is damaged or of another format."""
    return FileProblem("broken", _detail(error))


def protected(error: BaseException | str = "") -> FileProblem:
    """The problem of a file that needs a password."""
    return FileProblem("protected", _detail(error))


def _detail(error: BaseException | str) -> str:
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return clean(text)[:300]
