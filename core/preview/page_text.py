"""The characters of a page with their places: from a span to rectangles, from a point to a character."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from core.document import Document, Span
from core.preview.alignment import Alignment
from core.preview.messages import BOX

Box = tuple[float, float, float, float]  # left, top, right, bottom, in points from the page's top left corner
NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)
SAME_LINE = 0.4  # the share of the lower height that two boxes of one line have in common
PAGE_UNITS = ("page", "scan")  # the parts that are a page, or the recognised text of one
NEAR = 40.0  # points that a pointer may be off a character


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page as it is drawn, and a box for each of its characters (`NOWHERE` for one without)."""

    text: str
    boxes: tuple[Box, ...]

    def rectangles(self, spans: Iterable[Span]) -> list[Box]:
        """The boxes that cover spans of the text, one for each line that they touch."""
        found: list[Box] = []
        for start, end in spans:
            line: Box | None = None
            for box in self.boxes[max(0, start) : end]:
                if box[2] <= box[0] or box[3] <= box[1]:
                    continue
                if line is not None and _same_line(line, box):
                    line = _union(line, box)
                    continue
                if line is not None:
                    found.append(line)
                line = box
            if line is not None:
                found.append(line)
        return found

    def index_at(self, x: float, y: float) -> int:
        """The index of the character nearest to a point; -1 if none is near."""
        best, nearest = -1, NEAR * NEAR
        for index, (left, top, right, bottom) in enumerate(self.boxes):
            if right <= left or bottom <= top:
                continue
            across = max(left - x, 0.0, x - right)
            along = max(top - y, 0.0, y - bottom)
            distance = across * across + 4 * along * along  # rather in this line
            if distance < nearest:
                best, nearest = index, distance
        return best

    def word_at(self, index: int) -> Span:
        """The span of the word around a character."""
        if not 0 <= index < len(self.text) or not _is_in_word(self.text[index]):
            return index, index + 1
        start = end = index
        while start and _is_in_word(self.text[start - 1]):
            start -= 1
        while end < len(self.text) and _is_in_word(self.text[end]):
            end += 1
        return start, end


def page_text(text: str, payload: bytes) -> PageText:
    """The text and the boxes of a page as the drawing process sent them; a box that is none becomes `NOWHERE`."""
    boxes = tuple(box if all(map(math.isfinite, box)) else NOWHERE for box in BOX.iter_unpack(payload))
    return PageText(text, boxes)


class PageSpans:
    """Where spans of a document's text stand on one of its pages."""

    def __init__(self, document: Document, number: int, page: PageText) -> None:
        parts = [part for part in document.parts if part.unit in PAGE_UNITS and part.number == number]
        self._page = page
        self._start, self._end = (parts[0].start, parts[-1].end) if parts else (0, 0)
        text = document.text[self._start : self._end]
        self._alignment = Alignment(text, page.text)

    def within(self, spans: list[Span]) -> list[tuple[int, Span]]:
        """(index, span) of those of the ordered spans that touch the page."""
        first = bisect_left(spans, (self._start, 0))
        while first and spans[first - 1][1] > self._start:
            first -= 1
        found = []
        for index in range(first, len(spans)):
            if spans[index][0] >= self._end:
                break
            if spans[index][1] > self._start:
                found.append((index, spans[index]))
        return found

    def rectangles(self, span: Span) -> list[Box]:
        """The boxes of a span of the document's text on this page."""
        start, end = max(span[0], self._start) - self._start, min(span[1], self._end) - self._start
        return self._page.rectangles(_bridged(self._alignment.spans(start, end))) if start < end else []


def _bridged(spans: list[Span]) -> list[Span]:
    """Spans with only a gap of a few characters between them, such as spaces, as one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and 0 <= start - joined[-1][1] <= 4:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_in_word(letter: str) -> bool:
    """Whether a character is a letter, a digit, or a sign above or below one."""
    return letter.isalnum() or unicodedata.category(letter) == "Mn"


def _same_line(one: Box, other: Box) -> bool:
    common = min(one[3], other[3]) - max(one[1], other[1])
    near = other[0] - one[2] < 3 * max(one[3] - one[1], other[3] - other[1]) and one[0] - other[2] < 100
    return near and common > SAME_LINE * min(one[3] - one[1], other[3] - other[1])


def _union(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
