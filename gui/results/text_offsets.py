"""Text offsets: Python counts code points, Qt counts UTF-16 units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Span = tuple[int, int]

_OVERRIDES = {0x202D: "\u200b", 0x202E: "\u200b"}  # they turn letters around, which no text needs
_REPLACEMENTS = {0: " ", 0x0B: "\n", 0x0C: "\n", 0x2029: "\n", 0xFFFC: " ", **_OVERRIDES}
_MAX_MARK = 400


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 units, as Qt counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@lru_cache(maxsize=8)
def has_wide_units(text: str) -> bool:
    """Whether a character of a text has two UTF-16 units."""
    return not text.isascii() and max(text) > "\uffff"


def utf16_offset(text: str, offset: int) -> int:
    """An offset of a text in UTF-16 units; at once if each character has one."""
    return utf16_length(text[:offset]) if has_wide_units(text) else offset


def qt_spans(text: str, spans: Iterable[Span]) -> list[Span]:
    """Spans of code points as (start, length) in UTF-16 units; spans are clipped to the text."""
    found = []
    for start, end in spans:
        start, end = max(0, start), min(end, len(text))
        if start < end:
            found.append((utf16_length(text[:start]), utf16_length(text[start:end])))
    return found


def with_plain_newlines(text: str) -> str:
    """The text with every line break as a newline, each character at its old offset."""
    return text.replace("\r\n", " \n").replace("\r", "\n").translate(_REPLACEMENTS)


def is_right_to_left(text: str) -> bool:
    """Whether the first strongly directional character is right-to-left, isolates aside (the Unicode bidi rule P2)."""
    depth = 0
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in {"LRI", "RLI", "FSI"}:
            depth += 1
        elif direction == "PDI":
            depth = max(0, depth - 1)
        elif not depth and direction in {"L", "R", "AL"}:
            return direction != "L"
    return False


def one_line(text: str) -> str:
    """The text with all white space and NULs as spaces, each character at its old offset."""
    return re.sub(r"[\s\0]", " ", text).translate(_OVERRIDES)


def find_marks(text: str, within: Span, marked: Iterable[str]) -> list[Span]:
    """Where the marked strings occur in a span of a text, ignoring case and white space, in order."""
    patterns = [_pattern(mark) for mark in sorted(set(marked), key=len, reverse=True) if mark.strip()]
    if not patterns:
        return []
    search = re.compile("|".join(patterns), re.IGNORECASE)
    return [match.span() for match in search.finditer(text, *within)]


def find_text(text: str, sought: str) -> list[Span]:
    """Where a text is found in another one, also within words, ignoring case and the kind of white space."""
    words = [re.escape(word) for word in sought.split()]
    return [match.span() for match in re.finditer(r"\s+".join(words), text, re.IGNORECASE)] if words else []


def _pattern(mark: str) -> str:
    mark = mark.strip()[:_MAX_MARK]
    body = r"\s+".join(re.escape(word) for word in mark.split())
    before = r"(?<![^\W_])" if _is_word_delimited(mark[0]) else ""
    after = r"(?![^\W_])" if _is_word_delimited(mark[-1]) else ""
    return f"{before}{body}{after}"


def _is_word_delimited(letter: str) -> bool:
    """Whether this letter's script puts spaces between words, so that part of a word is no match."""
    return letter.isalnum() and ord(letter) < 0x0E00


def excerpt(text: str, marks: Iterable[Span], room: int) -> tuple[str, int]:
    """(At most twice `room` characters of a text, starting so that its first mark is visible; how far marks shift)."""
    first = min((start for start, end in marks if 0 <= start < end <= len(text)), default=0)
    begin = 0
    if len(text) > room and first > room * 0.6:
        begin = max(0, first - room // 3)
        space = text.find(" ", begin, first)
        begin = space + 1 if space >= 0 else begin
    lead = "… " if begin else ""
    return lead + text[begin : begin + 2 * room], len(lead) - begin
