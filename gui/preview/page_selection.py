"""The selection of text on pages."""

from __future__ import annotations

from gui.preview.page_marks import Box, PageMarks

Place = tuple[int, int]  # a page, and the index of a character on it


class PageSelection:
    """From one character to another, maybe over several pages."""

    def __init__(self, marks: PageMarks) -> None:
        self._marks = marks
        self._anchor: Place | None = None
        self._end: Place | None = None

    def clear(self) -> None:
        """Select nothing."""
        self._anchor = self._end = None

    def begin(self, page: int, x: float, y: float) -> None:
        """Start a selection at a point of a page."""
        index = self._index(page, x, y)
        self._anchor = (page, index) if index >= 0 else None
        self._end = None

    def extend(self, page: int, x: float, y: float) -> None:
        """Select up to a point."""
        index = self._index(page, x, y)
        if self._anchor is not None and index >= 0:
            self._end = page, index

    def select_word(self, page: int, x: float, y: float) -> None:
        """Select the word at a point."""
        index = self._index(page, x, y)
        if index >= 0:
            start, end = self._marks.texts[page].word_at(index)
            self._anchor, self._end = (page, start), (page, end - 1)

    def select_page(self, page: int) -> None:
        """Select all of a page."""
        text = self._marks.texts.get(page)
        if text is not None and text.text:
            self._anchor, self._end = (page, 0), (page, len(text.text) - 1)

    def is_over_text(self, page: int, x: float, y: float) -> bool:
        """Whether a point is on a character."""
        text = self._marks.texts.get(page)
        if text is None:
            return False
        index = text.index_at(x, y)
        if index < 0:
            return False
        left, top, right, bottom = text.boxes[index]
        return left - 3 <= x <= right + 3 and top <= y <= bottom

    def boxes(self, page: int) -> list[Box]:
        """The boxes of what is selected on a page."""
        span = self._span(page)
        return self._marks.texts[page].rectangles([span]) if span is not None else []

    def text(self) -> str:
        """What is selected, with the lines of the pages."""
        if self._anchor is None or self._end is None:
            return ""
        first, last = sorted((self._anchor, self._end))
        pieces = []
        for page in range(first[0], last[0] + 1):
            span = self._span(page)
            if span is not None:
                pieces.append(self._marks.texts[page].text[span[0] : span[1]])
        text = "\n".join(pieces).replace("\r\n", "\n").replace("\x02", "").replace("\ufffe", "")
        return text.strip()

    def _span(self, page: int) -> tuple[int, int] | None:
        if self._anchor is None or self._end is None or page not in self._marks.texts:
            return None
        first, last = sorted((self._anchor, self._end))
        if not first[0] <= page <= last[0]:
            return None
        length = len(self._marks.texts[page].text)
        return (first[1] if page == first[0] else 0), (last[1] + 1 if page == last[0] else length)

    def _index(self, page: int, x: float, y: float) -> int:
        text = self._marks.texts.get(page)
        return -1 if text is None else text.index_at(x, y)
