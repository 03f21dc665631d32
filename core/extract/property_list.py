"""Apple's property lists, as XML or binary, and links to web pages (.webloc, .url)."""

from __future__ import annotations

import plistlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.parsers.expat import ExpatError

from core.document import Document
from core.extract.base import ExtractionInput, TextBuilder, broken
from core.extract.decode import decode

MAX_DEPTH = 60
MAX_VALUES = 200_000  # a binary list may hold one object a billion times
_ADDRESS = re.compile(r"^(?:BASE)?URL=(.+)$", re.MULTILINE | re.IGNORECASE)


def read(source: ExtractionInput) -> Document:
    """The keys and values of a property list, a line each."""
    values = _Values()
    builder = TextBuilder(source.limits)
    builder.add("\n".join(values.lines(_parsed(source.data), "", 0)))
    return builder.document("text", "plist", notes=("truncated",) if values.is_cut else ())


def read_link(source: ExtractionInput) -> Document:
    """The address that a .webloc or .url leads to."""
    if source.data.lstrip()[:1] == b"[":
        found = _ADDRESS.search(decode(source.data))
        address = found[1] if found else ""
    else:
        parsed = _parsed(source.data)
        address = str(parsed.get("URL") or "") if isinstance(parsed, dict) else ""
    builder = TextBuilder(source.limits)
    builder.add(address)
    return builder.document("web", "link")


def _parsed(data: bytes) -> Any:
    try:
        return plistlib.loads(data)
    except (
        plistlib.InvalidFileException, ExpatError, ValueError, TypeError, KeyError, IndexError, AttributeError,
        OverflowError, RecursionError,
    ) as error:  # fmt: skip
        raise broken(error) from error


class _Values:
    """Walks a property list within limits; `is_cut` if it was left before its end."""

    def __init__(self) -> None:
        self.left = MAX_VALUES
        self.is_cut = False

    def lines(self, value: Any, key: str, depth: int) -> Iterator[str]:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            self.is_cut = True
            return
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from self.lines(inner, str(name), depth + 1)
                if self.left < 0:
                    return
        elif isinstance(value, list):
            for inner in value:
                yield from self.lines(inner, key, depth + 1)
                if self.left < 0:
                    return
        elif isinstance(value, (str, int, float, datetime)):
            yield f"{key}: {value}" if key else str(value)
