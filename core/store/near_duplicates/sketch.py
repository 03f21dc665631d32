"""What is kept of a text so that it can be told later, without reading it again, which others are versions of it."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from heapq import nsmallest

from core.store.lexical.analyzers import UNSPACED, narrowed

RUN = 3  # words, or characters where a script writes no spaces
RUNS, NUMBERS = 128, 32  # least hashes that are kept
BLOCK = 100_000  # characters that are looked at together: of a long text the rest need not be in memory
HASHES = 1 << 32
TOKEN = re.compile(rf"{UNSPACED.pattern.removesuffix('+')}|[^\W_]+")
FIGURE = re.compile(r"\d(?:[\d.,]*\d)?")
LONG = 3  # digits of a number that counts: pages and days have fewer
BROKEN = re.compile(r"(?<=\w)(?:-\n|\xad)(?=\w)")  # a word at the end of a line


def sketch(text: str) -> bytes:
    """How many different runs of words and how many numbers a text has, and the least hashes of each.

    A bottom-k sketch (Broder, "On the resemblance and containment of documents", 1997), as little-endian uint32.
    """
    runs: list[int] = []
    numbers: list[int] = []
    for start in range(0, len(text), BLOCK):
        plain = BROKEN.sub("", narrowed(text[start : start + BLOCK])).casefold()
        words = TOKEN.findall(plain)
        runs = _least(runs, map(" ".join, zip(words, words[1:], words[2:], strict=False)), RUNS)
        numbers = _least(numbers, filter(_counts, FIGURE.findall(plain)), NUMBERS)
    counts = _count(runs, RUNS), _count(numbers, NUMBERS)
    return struct.pack(f"<{2 + len(runs) + len(numbers)}I", *counts, *runs, *numbers)


def _least(known: list[int], texts: Iterable[str], kept: int) -> list[int]:
    """The least hashes of what is known and of some texts more, ascending."""
    hashes = {_spread(zlib.crc32(text.encode("utf-8", "replace"))) for text in texts}
    return nsmallest(kept, hashes.union(known))


def _spread(number: int) -> int:
    """Checksums of texts that differ by a digit are near one another; these are not (Wellons, "lowbias32", 2018)."""
    number = (number ^ number >> 16) * 0x21F0AAAD % HASHES
    number = (number ^ number >> 15) * 0xD35A2D97 % HASHES
    return number ^ number >> 15


def _count(least: list[int], kept: int) -> int:
    """How many hashes there are in all: as far apart as the least ones are."""
    return len(least) if len(least) < kept else max(kept, int((kept - 1) * HASHES / max(least[-1], 1)))


def _counts(figure: str) -> bool:
    return sum(map(str.isdigit, figure)) >= LONG
