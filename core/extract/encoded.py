"""Leaves out data that is written as letters: base64 and hexadecimal, as in pictures inside Markdown and in keys."""

from __future__ import annotations

import re

ELLIPSIS = "…"  # what stands in place of the data
MIN_RUN, MIN_LINE, MIN_LINES = 256, 60, 4  # characters without a blank; of one line; lines of the same length
LINE = rf"[A-Za-z0-9+/]{{{MIN_LINE},}}={{0,2}}"
# What stands before a line: blanks, and the signs of quoted mail.
INDENT = r"[ \t>]*"
LAST_LINE = rf"\r?\n{INDENT}[A-Za-z0-9+/]{{1,{MIN_LINE}}}={{0,2}}(?!\S)"
_DATA = re.compile(
    rf"(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{{{MIN_RUN},}}+={{0,2}}"
    rf"|{LINE}(?:[ \t]*\r?\n{INDENT}{LINE}){{{MIN_LINES - 1},}}(?:{LAST_LINE})?)"
)
# With its slash and plus as JSON and addresses have them.
_ESCAPED = re.compile(rf"(?<![\w+/-])(?:[A-Za-z0-9+/_-]|\\/|%2[BFbf]){{{MIN_RUN},}}+={{0,2}}")
_HEXADECIMAL = re.compile(r"[0-9A-F\s]+\Z|[0-9a-f\s]+\Z")
_CAPITAL, _LETTER, _DIGIT = re.compile("[A-Z]"), re.compile("[A-Za-z]"), re.compile("[0-9]")
CAPITALS = (0.25, 0.75)  # share of the letters: about half in base64, few in paths and identifiers
SAMPLE = 400


def without_encoded_data(text: str) -> str:
    """The text with an ellipsis in place of each long run of encoded data."""
    if "\\/" in text or "%2" in text:
        text = _ESCAPED.sub(_ellipsis, text)
    return _DATA.sub(_ellipsis, text)


def _ellipsis(run: re.Match[str]) -> str:
    return ELLIPSIS if _is_encoded(run[0]) else run[0]


def _is_encoded(run: str) -> bool:
    sample = run[:SAMPLE]
    letters = len(_LETTER.findall(sample))
    if not letters or not _DIGIT.search(sample):
        return False
    least, most = CAPITALS
    return _HEXADECIMAL.match(sample) is not None or least <= len(_CAPITAL.findall(sample)) / letters <= most
