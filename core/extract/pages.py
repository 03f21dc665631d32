"""Reads a document page by page and reports the pages read so far."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable

from core.document import Extent
from core.errors import FileProblem
from core.extract.base import ExtractionInput, TextBuilder

REPORT_EVERY_PAGES = 16
REPORT_EVERY_SECONDS = 1.0
MAX_FAILED_PAGES = 50

_LIGATURES = re.compile("[\ufb00-\ufb06\ufb13-\ufb17\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfc\ufe70-\ufefc]")
_COMBINING = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "¸": "\u0327", "ˇ": "\u030c"}
_ACCENT = re.compile("([´¨ˆ˜¸ˇ])([A-Za-zı])|(?<=[^\\W\\d_])(`)([aeiouAEIOU])")
_ACCENT_SIGN = re.compile("[´¨ˆ˜¸ˇ`]")
# PDFium's mark for a hyphen at the end of a line, between the halves of a word.
_BROKEN = re.compile(r"((?<![^\W\d_])[^\W\d_]{1,40})?[\x02\ufffe](\r?\n)?([^\W\d_]{1,40})?")
_PAGE_END = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,40})[-\u2010\u2011]\s*\Z")
_PAGE_START = re.compile(r"\s*([^\W\d_]{2,40}[^\w\s]?)\s*")
_WIDE = re.compile(r"(?<=\S) {2,}")
_LEADER = re.compile(r"[.·] ?[.·]")
_LEADERS = re.compile(r"(?:[ ]?[.·]){5,} ?")


def tidy(text: str) -> str:
    """A PDF page's text with its hyphenated words joined, ligatures and typeset accents as plain letters."""
    if "\x02" in text or "\ufffe" in text:
        text = _BROKEN.sub(lambda broken: _mended(broken, text), text)
    text = _LIGATURES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    if _ACCENT_SIGN.search(text):
        text = _ACCENT.sub(_composed, text)
    if _LEADER.search(text):
        text = _LEADERS.sub(" … ", text)
    return _WIDE.sub(" ", text)


def _mended(broken: re.Match[str], page: str) -> str:
    """A word that was broken at the end of a line; its hyphen stays where the page has the word with one elsewhere."""
    first, line_end, second = (group or "" for group in broken.groups())
    hyphen = "-" if first and second and f"{first}-{second}".lower() in page.lower() else ""
    return f"{first}{hyphen}{line_end if not second else ''}{second}"


def joined_pages(page: str, following: str) -> tuple[str, str]:
    """Two pages with the word that was broken between them whole on the first one."""
    broken, rest = _PAGE_END.search(page), _PAGE_START.match(following)
    if broken is None or rest is None or not rest[1][0].islower():
        return page, following
    return page[: broken.end(1)] + rest[1], following[rest.end() :]


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
    reporter = PartialReporter(source, builder)
    failed: list[FileProblem] = []
    held: tuple[int, str] | None = None  # the last page, until it is known how the next one begins
    for index in range(min(count, source.limits.max_pages)):
        try:
            text = tidy(text_of(index))
        except FileProblem as problem:
            failed.append(problem)
            if len(failed) >= MAX_FAILED_PAGES:
                break
            continue
        if held is not None:
            whole, text = joined_pages(held[1], text) if held[0] == index else (held[1], text)
            builder.add(whole, "page", held[0])
            reporter.page_read()
        held = index + 1, text
        if builder.full:
            break
    if held is not None:
        builder.add(held[1], "page", held[0])
    if failed and not builder.pieces:
        raise failed[0]
    is_long = (builder.full or count > source.limits.max_pages) and len(failed) < MAX_FAILED_PAGES
    last = builder.parts[-1].number if builder.full and builder.parts else min(count, source.limits.max_pages)
    cut = ("truncated", str(Extent("pages", last, count))) if is_long else ()
    return builder, (("partial",) if failed else ()) + cut


class PartialReporter:
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
