"""Reads a document page by page and reports the pages read so far."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable

from core.errors import FileProblem
from core.extract.base import ExtractionInput, TextBuilder

REPORT_EVERY_PAGES = 16
REPORT_EVERY_SECONDS = 1.0
MAX_FAILED_PAGES = 50

_LIGATURES = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfc\ufe70-\ufefc]")
_COMBINING = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "¸": "\u0327", "ˇ": "\u030c"}
_ACCENT = re.compile("([´¨ˆ˜¸ˇ])([A-Za-zı])|(?<=[^\\W\\d_])(`)([aeiouAEIOU])")
_WIDE = re.compile(r"(?<=\S) {2,}")
_LEADERS = re.compile(r"(?:[ ]?[.·]){5,} ?")


def tidy(text: str) -> str:
    """A PDF page's text with its hyphenated words joined, ligatures and typeset accents as plain letters."""
    text = text.replace("\x02", "").replace("\ufffe", "")
    text = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return _WIDE.sub(" ", _LEADERS.sub(" … ", _ACCENT.sub(_composed, text)))


def _composed(found: re.Match[str]) -> str:
    accent, letter = (found[1], found[2]) if found[1] else (found[3], found[4])
    whole = unicodedata.normalize("NFC", letter.replace("ı", "i") + _COMBINING[accent])
    return whole if len(whole) == 1 else found[0]


def read_pages(
    source: ExtractionInput, count: int, text_of: Callable[[int], str]
) -> tuple[TextBuilder, tuple[str, ...]]:
    """Read pages 0 to `count` - 1; a page whose `text_of` raises FileProblem is skipped and noted as "partial".

    Raises the first problem if no page could be read.
    """
    builder = TextBuilder(source.limits)
    reporter = _PartialReporter(source, builder)
    failed: list[FileProblem] = []
    for index in range(min(count, source.limits.max_pages)):
        try:
            builder.add(tidy(text_of(index)), "page", index + 1)
        except FileProblem as problem:
            failed.append(problem)
            if len(failed) >= MAX_FAILED_PAGES:
                break
        if builder.full:
            break
        reporter.page_read()
    if failed and not builder.pieces:
        raise failed[0]
    long = count > source.limits.max_pages and len(failed) < MAX_FAILED_PAGES
    return builder, (("partial",) if failed else ()) + (("truncated",) if long else ())


class _PartialReporter:
    """Reports the new text of a builder, every few pages or every second."""

    def __init__(self, source: ExtractionInput, builder: TextBuilder) -> None:
        self._source = source
        self._builder = builder
        self._pages = self._pieces = self._parts = 0
        self._reported_at = time.monotonic()

    def page_read(self) -> None:
        self._pages += 1
        if self._pages % REPORT_EVERY_PAGES and time.monotonic() - self._reported_at < REPORT_EVERY_SECONDS:
            return
        self._reported_at = time.monotonic()
        builder = self._builder
        if len(builder.pieces) > self._pieces:
            self._source.on_partial("".join(builder.pieces[self._pieces :]), tuple(builder.parts[self._parts :]))
            self._pieces, self._parts = len(builder.pieces), len(builder.parts)
