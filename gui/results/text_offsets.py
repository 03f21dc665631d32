"""Where a stretch of text is: Python counts code points, Qt counts UTF-16 units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

Span = tuple[int, int]

_ONE_FOR_ONE = {0: " ", 0x0B: "\n", 0x0C: "\n", 0x2029: "\n", 0xFFFC: " "}
_LONGEST_MARK = 400


def units(text: str) -> int:
    """How many UTF-16 units Qt counts in a text."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def qt_spans(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans of code points as (start, length) in UTF-16 units; what lies outside the text is cut off."""
    found = []
    for start, end in spans:
        start, end = max(0, start), min(end, len(text))
        if start < end:
            found.append((units(text[:start]), units(text[start:end])))
    return found


def same_length(text: str) -> str:
    """The text with every line break as one newline, each character still at its own offset."""
    return text.replace("\r\n", " \n").replace("\r", "\n").translate(_ONE_FOR_ONE)


def reads_from_right(text: str) -> bool:
    """Whether the first letter with a direction of its own is of a script that is written from the right."""
    directions = (unicodedata.bidirectional(letter) for letter in text)
    return next((direction != "L" for direction in directions if direction in {"L", "R", "AL"}), False)


def one_line(text: str) -> str:
    """The text with every kind of white space as a single space, each character still at its own offset."""
    return re.sub(r"\s", " ", text)


def find_marks(text: str, within: Span, marked: Iterable[str]) -> list[Span]:
    """Where the marked strings stand in a span of a text, whatever their case and white space, in order."""
    patterns = [_pattern(mark) for mark in sorted(set(marked), key=len, reverse=True) if mark.strip()]
    if not patterns:
        return []
    search = re.compile("|".join(patterns), re.IGNORECASE)
    return [match.span() for match in search.finditer(text, *within)]


def _pattern(mark: str) -> str:
    mark = mark.strip()[:_LONGEST_MARK]
    body = r"\s+".join(re.escape(word) for word in mark.split())
    before = r"(?<![^\W_])" if _stands_alone(mark[0]) else ""
    after = r"(?![^\W_])" if _stands_alone(mark[-1]) else ""
    return f"{before}{body}{after}"


def _stands_alone(letter: str) -> bool:
    """Whether words of this letter's script are told apart by spaces, so that a part of a word is no match."""
    return letter.isalnum() and ord(letter) < 0x0E00


def on_marks(text: str, marks: Iterable[Span], room: int) -> tuple[str, list[Span]]:
    """At most about `room` characters of a text that begin so that its first mark can be seen, with the marks moved."""
    marks = [(start, end) for start, end in marks if 0 <= start < end <= len(text)]
    begin = 0
    if marks and len(text) > room and marks[0][0] > room * 0.6:
        begin = max(0, marks[0][0] - room // 3)
        space = text.find(" ", begin, marks[0][0])
        begin = space + 1 if space >= 0 else begin
    lead = "… " if begin else ""
    cut = lead + text[begin : begin + 2 * room]
    shift = len(lead) - begin
    return cut, [(start + shift, min(end + shift, len(cut))) for start, end in marks if start + shift < len(cut)]
