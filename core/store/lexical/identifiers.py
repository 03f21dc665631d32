"""Identifiers in camel case (getElementById, HTTPServer), whose parts are words too."""

from __future__ import annotations

import re

CAMEL_BOUNDARY = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
IDENTIFIER = re.compile(r"\b\w*(?:[a-z\d][A-Z]|[A-Z]{2}[a-z]{2})\w*")
_INSIDE = re.compile(r"[A-Z](?:(?<=[a-z\d].)|[A-Z][a-z]{2})")  # what IDENTIFIER has in it, found much faster
_CHARACTER, _REST = re.compile(r"\w"), re.compile(r"\w*")


def parts(identifier: str) -> list[str]:
    """The parts of an identifier."""
    return CAMEL_BOUNDARY.split(identifier)


def with_parts(text: str) -> str:
    """A text with the parts of each identifier behind it."""
    pieces: list[str] = []
    at = 0
    for inside in _INSIDE.finditer(text):
        if inside.start() < at:
            continue
        rest = _REST.match(text, inside.end())
        end = rest.end() if rest else inside.end()
        start = inside.start()
        while start > at and _CHARACTER.match(text, start - 1):
            start -= 1
        pieces += text[at:end], " ", " ".join(parts(text[start:end]))
        at = end
    return "".join(pieces) + text[at:] if pieces else text
