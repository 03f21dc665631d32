"""Slices of a long document's text that are small enough for Qt to lay out quickly."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from core.document import Document, Part
from gui.results.text_offsets import Span, utf16_offset, with_plain_newlines

MAX_CHARACTERS = 24_000  # decision 0740


@dataclass(frozen=True, slots=True)
class Slice:
    """The characters `start` to `end` of a document; `text` has the same length, with plain newlines."""

    start: int
    end: int
    text: str
    whole: bool

    def covers(self, span: Span) -> bool:
        return self.start <= span[0] and min(span[1], span[0] + MAX_CHARACTERS // 4) <= self.end

    def position(self, offset: int) -> int:
        """An offset into the document as a position in the slice, in UTF-16 units."""
        return utf16_offset(self.text, max(0, min(offset, self.end) - self.start))


def around(document: Document, offset: int) -> Slice:
    """The slice with the offset in its middle, cut at line breaks if there are any nearby."""
    total = len(document.text)
    if total <= MAX_CHARACTERS:
        return Slice(0, total, with_plain_newlines(document.text), whole=True)
    start = max(0, min(offset - MAX_CHARACTERS // 2, total - MAX_CHARACTERS))
    end = min(total, start + MAX_CHARACTERS)
    start = _after_break(document.text, start) if start else 0
    return Slice(start, end, with_plain_newlines(document.text[start:end]), whole=False)


def _after_break(text: str, start: int) -> int:
    found = text.find("\n", start, start + 400)
    return found + 1 if found >= 0 else start


def part_at(document: Document, offset: int) -> Part | None:
    """The page, slide or sheet at an offset."""
    index = bisect_right(document.parts, offset, key=lambda part: part.start) - 1
    part = document.parts[index] if index >= 0 else None
    return part if part is not None and offset < max(part.end, part.start + 1) else None


def parts_in(document: Document, within: Slice) -> list[Part]:
    """The parts that begin inside a slice."""
    return [part for part in document.parts if within.start <= part.start < max(within.end, 1)]
