"""WordPiece as BERT uses it, lower-cased and without accents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from core.errors import ModelError
from core.tokenizers.words import WordTokenizer

LONGEST_WORD = 100  # characters; a longer word is the unknown token in BERT
CJK = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))

_ascii_parts = re.compile(r"[a-z0-9]+|[^a-z0-9\x00-\x1f\x7f]").findall


class _Characters(dict[int, str]):
    """The normalization of each character, for `str.translate`.

    Characters are lower-cased one by one, without the final sigma, as by the model's own fast tokenizer.
    """

    def __missing__(self, code: int) -> str:
        self[code] = made = self._make(chr(code))
        return made

    @staticmethod
    def _make(character: str) -> str:
        category = unicodedata.category(character)
        if category[0] == "C" or category == "Mn" or character == "\ufffd":
            return ""
        code = ord(character)
        symbol = code < 128 and not character.isalnum()
        if symbol or category[0] == "P" or any(first <= code <= last for first, last in CJK):
            return f" {character} "
        return character.lower()


class WordPiece(WordTokenizer):
    """Greedy longest-match segmentation, with a vocabulary of one piece a line."""

    def __init__(self, vocabulary: Path) -> None:
        try:
            lines = vocabulary.read_text(encoding="utf-8").split("\n")
        except OSError as error:
            raise ModelError("tokenizer.english_unreadable", reason=error) from error
        self._ids = {piece: number for number, piece in enumerate(lines) if piece}
        self._continuations = {piece[2:]: number for piece, number in self._ids.items() if piece.startswith("##")}
        self._longest = _longest_by_first(self._ids)
        self._longest_continuation = _longest_by_first(self._continuations)
        self._unknown = (self._ids["[UNK]"],)
        self._characters = _Characters()
        super().__init__(self._ids["[CLS]"], self._ids["[SEP]"])

    def segment(self, word: str) -> tuple[int, ...]:
        """The token ids of one word."""
        if word.isascii():
            parts = _ascii_parts(word.lower())
        else:
            parts = unicodedata.normalize("NFD", word).translate(self._characters).split()
        return tuple(number for part in parts for number in self._pieces(part))

    def _pieces(self, part: str) -> tuple[int, ...]:
        if len(part) > LONGEST_WORD:
            return self._unknown
        found: list[int] = []
        start, size = 0, len(part)
        ids, longest = self._ids, self._longest
        while start < size:
            for end in range(min(size, start + longest.get(part[start], 0)), start, -1):
                number = ids.get(part[start:end])
                if number is not None:
                    break
            else:
                return self._unknown
            found.append(number)
            start = end
            ids, longest = self._continuations, self._longest_continuation
        return tuple(found)


def _longest_by_first(pieces: Iterable[str]) -> dict[str, int]:
    """The length of the longest piece that begins with each character."""
    longest: dict[str, int] = {}
    for piece in filter(None, pieces):
        longest[piece[0]] = max(longest.get(piece[0], 0), len(piece))
    return longest
