"""Checks that what a reader says of a document can be stored: clean text, offsets within it, passages that cover it.

A reader that a hostile file has taken over may still say a wrong text; it cannot say what breaks the library.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.document import Document, Part, Passage
from core.extract.clean import clean, has_dropped_characters, one_line

MAX_COVERAGE = 8  # times that all passages together may be as long as the text; chunking overlaps by a fourth
SLICE = 1 << 20  # characters checked at a time, so that other threads are not held up


class InvalidMessageError(ValueError):
    """A reader said what no reader says."""


def check_document(document: Document, max_chars: int) -> None:
    """Raises InvalidMessageError if the document's text, titles or parts are not as extraction makes them."""
    text = document.text
    _require(len(text) <= max_chars, "text too long")
    clean_text = not any(has_dropped_characters(text, at, at + SLICE) for at in range(0, len(text), SLICE))
    _require(clean_text, "control characters in the text")
    check_titles(document.title, document.author, document.recipients)
    check_parts(document.parts, len(text))


def check_titles(*lines: str) -> None:
    """Raises InvalidMessageError if a title or author is not one line of clean text."""
    for line in lines:
        _require(one_line(line) == line.strip(), "a title or author that is no line of text")


def check_passages(passages: Sequence[Passage], document: Document) -> None:
    """Raises InvalidMessageError if these are no passages of the document."""
    pages: set[int | None] = {part.number for part in document.parts} or {None}
    length = len(document.text)
    covered = start = end = 0
    for place, passage in enumerate(passages):
        _require(passage.ordinal == place, "passages out of order")
        _require(start <= passage.start < passage.end <= length and end <= passage.end, "a passage outside the text")
        _require(passage.page in pages and passage.line <= length + 1, "a passage on a page that does not exist")
        start, end = passage.start, passage.end
        covered += end - start
    _require(covered <= MAX_COVERAGE * length, "more passages than text")


def check_parts(parts: tuple[Part, ...], length: int) -> None:
    """Raises InvalidMessageError if these are no parts of a text of `length` characters, one after the other."""
    end = 0
    for part in parts:
        _require(end <= part.start <= part.end <= length, "a part outside the text")
        _require(clean(part.label).strip() == part.label.strip(), "a label that is no line of text")
        end = part.end


def _require(condition: bool, otherwise: str) -> None:  # noqa: FBT001
    if not condition:
        raise InvalidMessageError(otherwise)
