"""Recognises text in scans and pictures (OCR): what is installed, reading on demand, and where the words stand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import LibraryLockedError
from core.library.session.manager import SessionManager
from core.ocr.availability import OcrAvailability, availability
from core.ocr.languages import tag_of
from core.ocr.words import RecognisedText, unpacked
from core.preview.page_text import NOWHERE, Box, PageText
from core.settings import Settings

__all__ = ["OcrAvailability", "Recognition", "TextRecognition", "language_tag"]


@dataclass(frozen=True, slots=True)
class Recognition:
    """How far the pages of a file are read that were asked for: `done` of `total` (0: the file itself comes first)."""

    done: int
    total: int


class TextRecognition:
    """A part of `Library`. What reads something raises LibraryLockedError in a library that is only read."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions

    def availability(self, settings: Settings | None = None) -> OcrAvailability:
        """What is installed to recognise text as the settings say (None: the library's)."""
        return availability(settings or self._sessions.settings)

    def recognise(self, path: str, pages: Sequence[int] = ()) -> None:
        """Read pages of a file (from 1; none: all without text) before anything else; returns at once.

        Also where the settings do not read scans. Raises OcrError if nothing can be recognised.
        """
        found = self.availability()
        if not found.can_be_recognised and found.missing is not None:
            raise found.missing
        with self._sessions.writer() as writer:
            writer.commands.recognise(os.fsencode(path), tuple(pages))

    def cancel(self, path: str) -> None:
        """Stop reading what was asked for of a file; the pages that are read stay."""
        with self._sessions.writer() as writer:
            writer.commands.stop_recognising(os.fsencode(path))

    def progress(self, path: str) -> Recognition | None:
        """How far the file is that was asked for; None if it is not, or if it is done."""
        try:
            with self._sessions.writer() as writer:
                found = writer.recognition(os.fsencode(path))
        except LibraryLockedError:
            return None
        return None if found is None else Recognition(*found)

    def unread_pages(self, path: str) -> tuple[int, ...]:
        """The pages of a file (from 1) without text that are not recognised yet."""
        with self._sessions.catalogue() as catalogue:
            content_id = catalogue.content_of(os.fsencode(path))
            return () if content_id is None else catalogue.recognised.unread(content_id)

    def with_recognised(self, path: str, page: int, drawn: PageText) -> PageText:
        """The characters of a page (from 1) as it is drawn, and after them those that were recognised on it."""
        with self._sessions.catalogue() as catalogue:
            content_id = catalogue.content_of(os.fsencode(path))
            row = None if content_id is None else catalogue.recognised.page(content_id, page)
        if row is None or not row.text:
            return drawn
        boxes = _boxes(unpacked(row.text, row.places))
        if not drawn.text.strip():
            return PageText(row.text, boxes)
        return PageText(f"{drawn.text}\n{row.text}", (*drawn.boxes, NOWHERE, *boxes))


def language_tag(code: str) -> str:
    """The BCP 47 tag of a language of an OCR engine, such as "de" of "deu"; the code itself if it has none."""
    return tag_of(code)


def _boxes(recognised: RecognisedText) -> tuple[Box, ...]:
    """A box for each character: a word's is divided among its characters."""
    boxes: list[Box] = [NOWHERE] * len(recognised.text)
    for place in recognised.places:
        left, top, right, bottom = place.box
        width = (right - left) / (place.end - place.start)
        for index in range(place.start, place.end):
            start = left + (index - place.start) * width
            boxes[index] = (start, top, start + width, bottom)
    return tuple(boxes)
