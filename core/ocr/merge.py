"""A document with the text that was recognised on its pages: in its place, and never instead of what is there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from core.document import Document, Part
from core.extract.base import SEPARATOR
from core.extract.clean import clean

SINGLE_PICTURE = "picture"  # the label of the part of a picture that is no document of pages


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a document's text, with its part if it is one."""

    text: str
    part: Part | None = None


def with_recognised(document: Document, pages: Mapping[int, str]) -> Document:
    """The document with these recognised pages (by number, from 1) instead of those that it had.

    Each is a part of its own after the page of the same number.
    """
    pieces = list(_own_pieces(document))
    label = SINGLE_PICTURE if document.kind == "image" and max(pages, default=1) == 1 else ""
    for number, text in sorted(pages.items()):
        recognised = clean(text)
        if recognised:
            numbers = [piece.part.number if piece.part is not None else 0 for piece in pieces]
            part = Part(0, 0, "scan", number, label)
            pieces.insert(bisect_right(numbers, number), _Piece(recognised, part))
    return _joined(document, pieces)


def _own_pieces(document: Document) -> Iterator[_Piece]:
    """The document's own text in pieces, without what was recognised."""
    at = 0
    for part in document.parts:
        if between := document.text[at : part.start].strip("\n"):
            yield _Piece(between)
        if part.unit != "scan":
            yield _Piece(document.text[part.start : part.end], part)
        at = part.end
    if rest := document.text[at:].strip("\n"):
        yield _Piece(rest)


def _joined(document: Document, pieces: list[_Piece]) -> Document:
    texts: list[str] = []
    parts: list[Part] = []
    length = 0
    for piece in pieces:
        start = length + (len(SEPARATOR) if texts else 0)
        texts.append(piece.text)
        length = start + len(piece.text)
        if piece.part is not None:
            parts.append(replace(piece.part, start=start, end=length))
    text = SEPARATOR.join(texts)
    notes = tuple(note for note in document.notes if note != "no_text") + (() if text else ("no_text",))
    return replace(document, text=text, parts=tuple(parts), notes=notes)
