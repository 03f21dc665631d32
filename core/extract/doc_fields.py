"""Characters that Word lays over or above others (ruby, circled numbers): in .doc they are a formula in a field."""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_FORMULAS = 5_000  # of a document
MAX_CHARS = 300  # of one of them
_START = re.compile(rb"\x13\0(?: \0)?E\0Q\0 \0")
_END = re.compile("[\x13-\x15]")
_FONT = re.compile(r'"[^"]*"')
_SWITCH = re.compile(r"\\\*\s*[^\s\\]*|\\[a-z]+(?:\s*\d+)?", re.IGNORECASE)
_SIGN = re.compile(r"[(),;\\]+")


def formula_texts(data: bytes) -> list[str]:
    """The characters of each formula of a .doc, in order: those above first, then those below."""
    texts = (" ".join(_SIGN.sub(" ", _SWITCH.sub("", _FONT.sub("", one))).split()) for one in _formulas(data))
    return [text for text in texts if any(map(str.isalpha, text))]


def _formulas(data: bytes) -> Iterator[str]:
    for found, _ in zip(_START.finditer(data), range(MAX_FORMULAS), strict=False):
        text = data[found.end() : found.end() + 2 * MAX_CHARS].decode("utf-16-le", "replace")
        if (end := _END.search(text)) is not None:
            yield text[: end.start()]
