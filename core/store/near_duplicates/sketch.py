"""What is kept of a text so that it can be told later, without reading it again, which others are versions of it."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from heapq import nsmallest

from core.store.lexical.analyzers import UNSPACED, normalize

RUN = 3  # words, or characters where a script writes no spaces
MAX_SHINGLES, MAX_NUMBERS = 128, 32  # least hashes that are kept
BLOCK_CHARS = 100_000  # characters that are looked at together: of a long text the rest need not be in memory
HASH_SPACE = 1 << 32
TOKEN = re.compile(rf"{UNSPACED.pattern.removesuffix('+')}|[^\W_]+")
NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
MIN_DIGITS = 3  # digits of a number that counts: pages and days have fewer
HYPHENATION = re.compile(r"(?<=\w)(?:-\n|\xad)(?=\w)")  # a word at the end of a line


def sketch(text: str) -> bytes:
    """How many different runs of words and how many numbers a text has, and the least hashes of each.

    A bottom-k sketch (Broder, "On the resemblance and containment of documents", 1997), as little-endian uint32.
    """
    runs: list[int] = []
    numbers: list[int] = []
    for start in range(0, len(text), BLOCK_CHARS):
        plain = HYPHENATION.sub("", normalize(text[start : start + BLOCK_CHARS])).casefold()
        words = TOKEN.findall(plain)
        runs = _smallest_hashes(runs, map(" ".join, zip(words, words[1:], words[2:], strict=False)), MAX_SHINGLES)
        numbers = _smallest_hashes(numbers, filter(_is_long_number, NUMBER.findall(plain)), MAX_NUMBERS)
    counts = _estimate_count(runs, MAX_SHINGLES), _estimate_count(numbers, MAX_NUMBERS)
    return struct.pack(f"<{2 + len(runs) + len(numbers)}I", *counts, *runs, *numbers)


def _smallest_hashes(known: list[int], texts: Iterable[str], kept: int) -> list[int]:
    """The least hashes of what is known and of some texts more, ascending."""
    hashes = {_mix(zlib.crc32(text.encode("utf-8", "replace"))) for text in texts}
    return nsmallest(kept, hashes.union(known))


def _mix(number: int) -> int:
    """Checksums of texts that differ by a digit are near one another; these are not (Wellons, "lowbias32", 2018)."""
    number = (number ^ number >> 16) * 0x21F0AAAD % HASH_SPACE
    number = (number ^ number >> 15) * 0xD35A2D97 % HASH_SPACE
    return number ^ number >> 15


def _estimate_count(least: list[int], kept: int) -> int:
    """How many hashes there are in all: as far apart as the least ones are."""
    return len(least) if len(least) < kept else max(kept, int((kept - 1) * HASH_SPACE / max(least[-1], 1)))


def _is_long_number(figure: str) -> bool:
    return sum(map(str.isdigit, figure)) >= MIN_DIGITS
