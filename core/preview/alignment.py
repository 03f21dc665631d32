"""Which characters of one text are those of another: two readings of the same words, cleaned in different ways.

Compared are letters and digits in their plain form, so that spaces, hyphens at line ends, ligatures, accents set as
signs of their own, and markup make no difference.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from functools import lru_cache

from rapidfuzz.distance import Indel

from core.document import Span

EXACT_CHARS = 20_000  # of texts that are compared character by character; longer ones piece by piece
PIECE, REACH = 48, 20_000  # characters of a piece, and how far ahead of the last one it is looked for


class Alignment:
    """Maps spans of a `source` text to spans of a `target` text."""

    def __init__(self, source: str, target: str) -> None:
        plain_source, self._source_offsets = _plain(source)
        plain_target, self._target_offsets = _plain(target)
        self._places = _places(plain_source, plain_target)

    def spans(self, start: int, end: int) -> list[Span]:
        """Where the characters from `start` to `end` stand in the target: several spans if something is in between."""
        first, last = bisect_left(self._source_offsets, start), bisect_left(self._source_offsets, end)
        found: list[Span] = []
        previous = -2
        for place in self._places[first:last]:
            if place < 0:
                continue
            at = self._target_offsets[place]
            if found and place == previous + 1:
                found[-1] = (found[-1][0], at + 1)
            else:
                found.append((at, at + 1))
            previous = place
        return found


def _plain(text: str) -> tuple[str, list[int]]:
    """A text's letters and digits in plain form, with the offset of each in the text."""
    letters: list[str] = []
    offsets: list[int] = []
    for offset, letter in enumerate(text):
        plain = _plain_letter(letter)
        if plain:
            letters.append(plain)
            offsets += [offset] * len(plain)
    return "".join(letters), offsets


@lru_cache(maxsize=20_000)
def _plain_letter(letter: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFKD", letter).casefold() if one.isalnum())


def _places(source: str, target: str) -> list[int]:
    """For each character of `source` its index in `target`; -1 if it has none."""
    if source == target:
        return list(range(len(source)))
    if len(source) > EXACT_CHARS or len(target) > EXACT_CHARS:
        return _places_by_piece(source, target)
    places = [-1] * len(source)
    for step in Indel.opcodes(source, target):
        if step.tag == "equal":
            places[step.src_start : step.src_end] = range(step.dest_start, step.dest_end)
    return places


def _places_by_piece(source: str, target: str) -> list[int]:
    places = [-1] * len(source)
    at = done = 0
    while done < len(source):
        piece = source[done : done + PIECE]
        found = target.find(piece, at, at + REACH + len(piece))
        if found < 0:
            done += PIECE // 2
            continue
        length = _common_length(source, done, target, found)
        places[done : done + length] = range(found, found + length)
        done += length
        at = found + length
    return places


def _common_length(source: str, start: int, target: str, found: int) -> int:
    """How many characters agree from two places on."""
    length = PIECE
    while source[start : start + 2 * length] == target[found : found + 2 * length] and start + length < len(source):
        length *= 2
    length = min(length, len(source) - start, len(target) - found)
    while (
        start + length < len(source)
        and source[start + length : start + length + 1] == target[found + length : found + length + 1]
    ):
        length += 1
    return length
