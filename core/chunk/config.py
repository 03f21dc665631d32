"""The chunking config, and the number of tokens that a model leaves for a passage."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from core import tokenizers
from core.models import MODELS, ModelSpec
from core.settings import Settings
from core.tokenizers.words import WordTokenizer

CHUNKER_VERSION = 1  # increase it when the same document yields other passages
SERVED_SPECIAL_TOKENS = 4  # reserve for the special tokens of a served model's tokenizer, plus one to spare
MIN_PASSAGE_TOKENS = 16
MAX_OVERLAP_SHARE = 4  # an overlap is at most a fourth of a passage


@dataclass(frozen=True, slots=True)
class ChunkingConfig:
    """How documents are chunked. Configs with the same `fingerprint` yield the same passages.

    `model` is a key of `core.models.MODELS`; `max_tokens` counts neither special tokens nor the prefix.
    `vocabulary` is the tokenizer file of a model from a folder, and `vocabulary_digest` the digest of that file.
    """

    model: str
    max_tokens: int
    overlap_tokens: int
    vocabulary: str = ""
    vocabulary_digest: str = ""

    @property
    def fingerprint(self) -> str:
        """A hash of everything that determines the passages: 16 hex digits."""
        model_spec = replace(MODELS[self.model], vocabulary_digest=self.vocabulary_digest)
        facts = (CHUNKER_VERSION, model_spec.counting, self.max_tokens, self.overlap_tokens)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    def counter(self) -> tokenizers.Tokenizer:
        """The tokenizer that counts the tokens. Raises ModelError if it cannot be read."""
        return tokenizers.load_tokenizer(MODELS[self.model].tokenizer, self.vocabulary)


def chunking_config(settings: Settings) -> ChunkingConfig:
    """The chunking config of these settings, within the model's token limit."""
    model_spec = settings.model_spec
    available = model_spec.token_limit - _reserved_tokens(model_spec)
    limit = max(MIN_PASSAGE_TOKENS, min(settings.passage_tokens, available))
    overlap = max(0, min(settings.overlap_tokens, limit // MAX_OVERLAP_SHARE))
    return ChunkingConfig(settings.model, limit, overlap, model_spec.vocabulary, model_spec.vocabulary_digest)


def _reserved_tokens(model_spec: ModelSpec) -> int:
    """Tokens reserved for prefix and special tokens; reads no tokenizer, which takes 50 MB and may be absent."""
    if model_spec.tokenizer == "bpe":
        return SERVED_SPECIAL_TOKENS + len(model_spec.passage_prefix.encode())
    return WordTokenizer.special_tokens + model_spec.passage_prefix_tokens + 1
