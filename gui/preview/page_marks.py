"""What is marked on the pages: where the passage, the nearest sentence and the words of the query stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.document import Document, Span

if TYPE_CHECKING:
    from core.library import PageSpans, PageText

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a document, as spans of its text: the words of the query, which of them is current, and so on.

    `current` is an index of `words`, -1 for none; `sentences` are marked where no word of the query is.
    """

    passage: Span = (0, 0)
    words: tuple[Span, ...] = ()
    current: int = -1
    sentences: tuple[Span, ...] = ()

    @property
    def current_span(self) -> Span | None:
        """The span that is current; None for none."""
        return self.words[self.current] if 0 <= self.current < len(self.words) else None

    @property
    def target(self) -> Span:
        """What is to be seen."""
        return self.current_span or (self.sentences[0] if self.sentences else self.passage)


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """The boxes of what is marked on one page."""

    passage: tuple[Box, ...] = ()
    sentences: tuple[Box, ...] = ()
    words: tuple[Box, ...] = ()
    current: tuple[Box, ...] = ()


@dataclass(slots=True)
class PageMarks:
    """Finds the boxes of marks on each page, once its characters are known."""

    document: Document | None = None
    marks: Marks = field(default_factory=Marks)
    texts: dict[int, PageText] = field(default_factory=dict)
    _spans: dict[int, PageSpans] = field(default_factory=dict)
    _boxes: dict[int, PageBoxes] = field(default_factory=dict)

    def clear(self) -> None:
        """Forget everything about a document."""
        self.document, self.marks = None, Marks()
        for known in (self.texts, self._spans, self._boxes):
            known.clear()

    def show_document(self, document: Document | None) -> None:
        """Use another text of the document; the characters of pages that are recognised in it only are forgotten."""
        if document is not self.document:
            for page in _recognised_pages(document) - _recognised_pages(self.document):
                self.texts.pop(page, None)
            self.document = document
            self._spans.clear()
            self._boxes.clear()

    def show_marks(self, marks: Marks) -> None:
        """Mark something else."""
        self.marks = marks
        self._boxes.clear()

    def add_text(self, page: int, text: PageText) -> None:
        """Take the characters of a page, counted from 0."""
        self.texts[page] = text
        self._spans.pop(page, None)
        self._boxes.pop(page, None)

    def boxes(self, page: int) -> PageBoxes:
        """What is marked on a page; nothing as long as its characters are not known."""
        if page not in self._boxes and (spans := self._page_spans(page)) is not None:
            marks = self.marks
            words: list[Box] = []
            for index, span in spans.within(list(marks.words)):
                if index != marks.current:
                    words += spans.rectangles(span)
            current = marks.current_span
            self._boxes[page] = PageBoxes(
                tuple(spans.rectangles(marks.passage)),
                tuple(box for span in marks.sentences for box in spans.rectangles(span)),
                tuple(words),
                tuple(spans.rectangles(current)) if current else (),
            )
        return self._boxes.get(page, PageBoxes())

    def target(self, page: int) -> Box | None:
        """The box that is to be seen on a page; None as long as it is not known."""
        boxes = self.boxes(page)
        return next(iter((*boxes.current, *boxes.sentences, *boxes.passage, *boxes.words)), None)

    def _page_spans(self, page: int) -> PageSpans | None:
        if self.document is None or page not in self.texts:
            return None
        if page not in self._spans:
            from core.library import PageSpans

            self._spans[page] = PageSpans(self.document, page + 1, self.texts[page])
        return self._spans[page]


def _recognised_pages(document: Document | None) -> set[int]:
    """The pages (from 0) whose text was recognised by OCR."""
    return {part.number - 1 for part in document.parts if part.unit == "scan"} if document is not None else set()
