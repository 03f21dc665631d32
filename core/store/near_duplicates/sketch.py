"""Sketches of texts, from which near-duplicates are found without comparing the texts."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.store.lexical.letters import UNSPACED, normalize

# Number of smallest hashes kept, of shingles (three words, or three characters of an unspaced script) and of numbers.
MAX_SHINGLES, MAX_NUMBERS = 128, 32
BLOCK_CHARS = 100_000  # tokenized at a time, to bound the memory for long texts
HASH_SPACE = 1 << 32
Hashes = npt.NDArray[np.uint32]
TOKEN = re.compile(rf"{UNSPACED.pattern.removesuffix('+')}|[^\W_]+")
NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
MIN_DIGITS = 3  # of a number; page numbers and days have fewer
ASCII_TOKENS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else ord(" ") for code in range(128)) + bytes(128)
HYPHENATION = re.compile(r"(?<=\w)(?:-\n|\xad)(?=\w)")  # a word that is hyphenated at the end of a line


def sketch(text: str) -> bytes:
    """The estimated numbers of shingles and of numbers in a text, and the smallest hashes of each.

    A bottom-k sketch (Broder, "On the resemblance and containment of documents", 1997), as little-endian uint32.
    """
    shingles = numbers = np.zeros(0, np.uint32)
    for start in range(0, len(text), BLOCK_CHARS):
        folded = _without_hyphenation(normalize(text[start : start + BLOCK_CHARS]))
        if folded.isascii():
            words = folded.encode().translate(ASCII_TOKENS).split()
        else:
            folded = folded.casefold()
            words = " ".join(TOKEN.findall(folded)).encode("utf-8", "replace").split()
        shingles = _smallest_hashes(
            shingles, map(b" ".join, zip(words, words[1:], words[2:], strict=False)), MAX_SHINGLES
        )
        long_numbers = filter(_is_long_number, NUMBER.findall(folded))
        numbers = _smallest_hashes(numbers, map(str.encode, long_numbers), MAX_NUMBERS)
    counts = _estimate_count(shingles, MAX_SHINGLES), _estimate_count(numbers, MAX_NUMBERS)
    return struct.pack("<2I", *counts) + np.concatenate((shingles, numbers)).astype("<u4").tobytes()


def _without_hyphenation(text: str) -> str:
    return HYPHENATION.sub("", text) if "-\n" in text or "\xad" in text else text


def _smallest_hashes(smallest: Hashes, texts: Iterable[bytes], limit: int) -> Hashes:
    """The smallest of the known hashes and those of more texts, ascending."""
    hashes = _mix(np.fromiter(map(zlib.crc32, texts), np.uint32))
    if len(smallest) == limit:
        hashes = hashes[hashes < smallest[-1]]
    return np.unique(np.concatenate((smallest, hashes)))[:limit]


def _mix(hashes: Hashes) -> Hashes:
    """Mix the bits of each CRC-32: texts that differ by a digit have close ones (Wellons, "lowbias32", 2018)."""
    half, third = np.uint32(16), np.uint32(15)
    hashes = (hashes ^ hashes >> half) * np.uint32(0x21F0AAAD)
    hashes = (hashes ^ hashes >> third) * np.uint32(0xD35A2D97)
    return hashes ^ hashes >> third


def _estimate_count(hashes: Hashes, limit: int) -> int:
    """The estimated number of all hashes, from the spacing of the smallest."""
    return len(hashes) if len(hashes) < limit else max(limit, int((limit - 1) * HASH_SPACE / max(int(hashes[-1]), 1)))


def _is_long_number(number: str) -> bool:
    return sum(map(str.isdigit, number)) >= MIN_DIGITS
