"""The text of a page made of recognised words, with the place of each."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from core.extract.clean import clean
from core.ocr.base import Word

Box = tuple[float, float, float, float]
_PLACE = struct.Struct("<II4f")
MIN_WORD_CONFIDENCE = 30.0
# Names and commands are in no dictionary, so the engine is not sure of them; they have letters, unlike specks of dirt.
MIN_NAME_CONFIDENCE, MIN_NAME_LETTERS = 5.0, 3
MIN_LINE_CONFIDENCE = 45.0  # the mean of its words, by their lengths: patterns in a picture are read as lines of signs


@dataclass(frozen=True, slots=True)
class WordPlace:
    """A word from `start` to `end` (characters of the page's text) and its box, in units of the page."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class RecognisedText:
    """The recognised text of a page, and where its words are."""

    text: str = ""
    places: tuple[WordPlace, ...] = ()

    def packed_places(self) -> bytes:
        """The places as bytes, for the catalogue."""
        return b"".join(_PLACE.pack(place.start, place.end, *place.box) for place in self.places)


def unpacked(text: str, places: bytes) -> RecognisedText:
    """What `packed_places` packed; places that are none of the text are left out."""
    whole = places[: len(places) - len(places) % _PLACE.size]
    found = [WordPlace(start, end, (a, b, c, d)) for start, end, a, b, c, d in _PLACE.iter_unpack(whole)]
    return RecognisedText(text, tuple(place for place in found if 0 <= place.start < place.end <= len(text)))


def text_of(words: Iterable[Word], scale: float) -> RecognisedText:
    """The text of a page: lines and paragraphs as they were found, without what was hardly recognised.

    `scale` is the number of pixels of the picture in a unit of the page.
    """
    pieces: list[str] = []
    places: list[WordPlace] = []
    length = 0
    paragraph: int | None = None
    for _, line in groupby(words, key=lambda word: word.line):
        kept = _kept(list(line))
        if not kept:
            continue
        gap = "" if paragraph is None else "\n" if kept[0].paragraph == paragraph else "\n\n"
        paragraph = kept[0].paragraph
        before = ""
        for word in kept:
            gap = gap if not before else " " if _is_spaced(before, word.text) else ""
            text = clean(word.text)
            start = length + len(gap)
            pieces += [gap, text]
            length = start + len(text)
            box = (word.left / scale, word.top / scale, word.right / scale, word.bottom / scale)
            places.append(WordPlace(start, length, box))
            before = text
    return RecognisedText("".join(pieces), tuple(places))


def _kept(line: Sequence[Word]) -> list[Word]:
    kept = [word for word in line if _is_sure(word) and clean(word.text).strip()]
    weight = sum(len(word.text) for word in line)
    mean = sum(len(word.text) * word.confidence for word in line) / max(weight, 1)
    return kept if mean >= MIN_LINE_CONFIDENCE else []


def _is_sure(word: Word) -> bool:
    if word.confidence >= MIN_WORD_CONFIDENCE:
        return True
    return word.confidence >= MIN_NAME_CONFIDENCE and sum(map(str.isalnum, word.text)) >= MIN_NAME_LETTERS


def _is_spaced(before: str, after: str) -> bool:
    """Whether a space belongs between two words of a line: not within Chinese and Japanese."""
    return not (_is_unspaced(before[-1]) and _is_unspaced(after[0]))


def _is_unspaced(letter: str) -> bool:
    code = ord(letter)
    if 0x3000 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or code >= 0x20000:
        return True
    return unicodedata.east_asian_width(letter) in "WF" and not 0xAC00 <= code <= 0xD7A3  # but Korean has spaces
