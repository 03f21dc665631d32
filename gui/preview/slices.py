"""A stretch of a long document's text that is light enough to be laid out at once."""

from __future__ import annotations

from dataclasses import dataclass

from core.document import Document, Part
from gui.results.text_offsets import Span, same_length, units

MOST = 40_000


@dataclass(frozen=True, slots=True)
class Slice:
    """The characters `start` to `end` of a document: `text` has as many, with plain newlines."""

    start: int
    end: int
    text: str
    whole: bool

    def covers(self, span: Span) -> bool:
        return self.start <= span[0] and min(span[1], span[0] + MOST // 4) <= self.end

    def position(self, offset: int) -> int:
        """Where an offset into the document is in the slice, in Qt's units."""
        return units(self.text[: max(0, min(offset, self.end) - self.start)])


def around(document: Document, offset: int) -> Slice:
    """The slice with the offset in its middle, cut at line breaks where there are any near."""
    total = len(document.text)
    if total <= MOST:
        return Slice(0, total, same_length(document.text), whole=True)
    start = max(0, min(offset - MOST // 2, total - MOST))
    end = min(total, start + MOST)
    start = _after_break(document.text, start) if start else 0
    return Slice(start, end, same_length(document.text[start:end]), whole=False)


def _after_break(text: str, start: int) -> int:
    found = text.find("\n", start, start + 400)
    return found + 1 if found >= 0 else start


def part_at(document: Document, offset: int) -> Part | None:
    """The page, slide or sheet that an offset lies in."""
    return next((part for part in document.parts if part.start <= offset < max(part.end, part.start + 1)), None)


def parts_in(document: Document, piece: Slice) -> list[Part]:
    """The parts that begin inside a slice."""
    return [part for part in document.parts if piece.start <= part.start < max(piece.end, 1)]
