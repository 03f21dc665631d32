"""Joins the lines of a printed page to paragraphs, with every character at its old offset."""

from __future__ import annotations

import itertools
import re
from unicodedata import east_asian_width

MIN_LINE = 25  # characters; shorter lines are headings, tables and verse
FULL = 0.66  # the share of the page's usual line length from which a line may go on in the next one
LAST = 0.85  # the same for a line that ends with the end of a sentence
ENDS = re.compile(r"[.!?:;…।؟。！？：；][\"'”’»)\]]*$")
STARTS = re.compile(r"(?:[•·▪◦‣*–—-]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)]|[ivxIVX]+[.)]|§)\s")
ZERO_WIDTH_SPACE = "\u200b"  # between letters of scripts that are written without spaces


def joined(text: str) -> str:
    """The text with a space, or in unspaced scripts nothing visible, for each line break within a paragraph."""
    lines = text.split("\n")
    usual = _usual_length(lines)
    if usual < MIN_LINE and not any(map(_is_wide, text[:200])):
        return text
    pieces: list[str] = []
    for line, following in itertools.pairwise(lines):
        pieces.append(line)
        pieces.append(_break(line, following, usual))
    return "".join([*pieces, lines[-1]])


def _usual_length(lines: list[str]) -> int:
    """The length that a tenth of the lines with text exceed."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    return lengths[(len(lengths) * 9) // 10] if lengths else 0


def _break(line: str, following: str, usual: int) -> str:
    before, after = line.rstrip(), following.lstrip()
    if not before or not after or STARTS.match(after):
        return "\n"
    share = LAST if ENDS.search(before) else FULL
    if len(before) < share * usual or (ENDS.search(before) and before[-1] in ":;：；"):
        return "\n"
    return ZERO_WIDTH_SPACE if _is_wide(before[-1]) and _is_wide(after[0]) else " "


def _is_wide(letter: str) -> bool:
    return east_asian_width(letter) in "WF"
