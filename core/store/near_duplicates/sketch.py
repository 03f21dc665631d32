"""Sketches of texts, from which near-duplicates are found without comparing the texts."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable
from heapq import nsmallest

from core.store.lexical.analyzers import UNSPACED, normalize

# Number of smallest hashes kept, of shingles (three words, or three characters of an unspaced script) and of numbers.
MAX_SHINGLES, MAX_NUMBERS = 128, 32
BLOCK_CHARS = 100_000  # tokenized at a time, to bound the memory for long texts
HASH_SPACE = 1 << 32
TOKEN = re.compile(rf"{UNSPACED.pattern.removesuffix('+')}|[^\W_]+")
NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
MIN_DIGITS = 3  # of a number; page numbers and days have fewer
HYPHENATION = re.compile(r"(?<=\w)(?:-\n|\xad)(?=\w)")  # a word that is hyphenated at the end of a line


def sketch(text: str) -> bytes:
    """The estimated numbers of shingles and of numbers in a text, and the smallest hashes of each.

    A bottom-k sketch (Broder, "On the resemblance and containment of documents", 1997), as little-endian uint32.
    """
    shingles: list[int] = []
    numbers: list[int] = []
    for start in range(0, len(text), BLOCK_CHARS):
        folded = HYPHENATION.sub("", normalize(text[start : start + BLOCK_CHARS])).casefold()
        words = TOKEN.findall(folded)
        shingles = _smallest_hashes(
            shingles, map(" ".join, zip(words, words[1:], words[2:], strict=False)), MAX_SHINGLES
        )
        numbers = _smallest_hashes(numbers, filter(_is_long_number, NUMBER.findall(folded)), MAX_NUMBERS)
    counts = _estimate_count(shingles, MAX_SHINGLES), _estimate_count(numbers, MAX_NUMBERS)
    return struct.pack(f"<{2 + len(shingles) + len(numbers)}I", *counts, *shingles, *numbers)


def _smallest_hashes(smallest: list[int], texts: Iterable[str], limit: int) -> list[int]:
    """The smallest of the known hashes and those of more texts, ascending."""
    hashes = {_mix(zlib.crc32(text.encode("utf-8", "replace"))) for text in texts}
    return nsmallest(limit, hashes.union(smallest))


def _mix(number: int) -> int:
    """Mix the bits of a CRC-32: texts that differ by a digit have close ones (Wellons, "lowbias32", 2018)."""
    number = (number ^ number >> 16) * 0x21F0AAAD % HASH_SPACE
    number = (number ^ number >> 15) * 0xD35A2D97 % HASH_SPACE
    return number ^ number >> 15


def _estimate_count(hashes: list[int], limit: int) -> int:
    """The estimated number of all hashes, from the spacing of the smallest."""
    return len(hashes) if len(hashes) < limit else max(limit, int((limit - 1) * HASH_SPACE / max(hashes[-1], 1)))


def _is_long_number(number: str) -> bool:
    return sum(map(str.isdigit, number)) >= MIN_DIGITS
