"""A model's spec: everything that is known of it before it runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

TokenizerKind = Literal["wordpiece", "unigram", "bpe"]


class Calibration(NamedTuple):
    """The curve from a score to a probability, see `core.search.rank.calibration`.

    `size_slope` is by how much the nearest of many passages that have nothing to do with a query is nearer than that of
    few, for each unit of the root of twice the logarithm of their number (as of normal deviates), above the
    `usual_passages` of the libraries that the curve was fitted to. `other_script` is by how much a passage in another
    script than the query's is farther from it than one in the same that answers as well.
    """

    base: float
    slope: float
    gap_slope: float
    size_slope: float = 1.4
    usual_passages: int = 1000
    other_script: float = 0.0


UNCALIBRATED = Calibration(-4.5, 0.8, 0.28)  # for models without a curve


@dataclass(frozen=True, slots=True)
class Download:
    """The weights of a model that Findling downloads: `repositories` by hub, `size` in bytes, the same on every hub.

    `memory_gib` is the memory of a graphics card for the weights, CUDA and batches of some 8,000 tokens; `parameters`
    is the number of weights.
    """

    repositories: Mapping[str, str]
    size: int
    memory_gib: float
    parameters: float

    @classmethod
    def from_both_hubs(cls, repository: str, *, size: int, memory_gib: float, parameters: float) -> Download:
        """Weights in a repository of one name on both hubs."""
        return cls({"huggingface": repository, "modelscope": repository}, size, memory_gib, parameters)


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """How a model is used, recognised, downloaded and shown.

    `name` is what servers call it, `key` what the settings call it ("" for a model in the user's own folder). `title`
    and `summary` are marked for translation.
    `dimension` is the vector's length, `token_limit` the most tokens of one text including special ones and the
    prefix, `query_prefix` and `passage_prefix` are put before each text, `revision` names the exact weights.
    `passage_prefix_tokens` is the length of `passage_prefix`, known without reading the tokenizer.
    `vocabulary` is the path of the model's own tokenizer.json, `vocabulary_digest` its digest; both are empty if the
    tokenizer is one of Findling's own.
    `engines` are the keys of the engines on this machine that can run it, the preferred one first; a remote server
    may serve any. `bundled` models come with Findling (files in `resources/models/KEY`), others have a `download`.
    `similarities` are published cosines of the check questions (rows) with the check answers, see
    `core.engine.probe.reference_vectors`. `cosine_spread` is the usual standard deviation of a question's cosines.
    `language_axes` is the file of the directions that separate languages, below `resources/models`.
    `background` is the file of the vectors of passages on everything, below `resources/models`; "" for none.
    `language` is the only one that it knows, as `core.store.lexical.language_detection` calls it; "" for many.
    `second` is the key of the bundled model that ranks the first hits beside this one, see
    `core.search.rank.second_stage`; "" for none.
    `reranks`: it scores a passage for a question instead of making vectors (`dimension` 1); `chat_template` is its
    prompt, below `resources/models`.
    """

    name: str
    title: str
    dimension: int
    token_limit: int
    tokenizer: TokenizerKind
    revision: str
    query_prefix: str = ""
    passage_prefix: str = ""
    passage_prefix_tokens: int = 0
    vocabulary: str = ""
    vocabulary_digest: str = ""
    key: str = ""
    summary: str = ""
    engines: tuple[str, ...] = ()
    bundled: bool = False
    download: Download | None = field(default=None, hash=False)
    similarities: tuple[tuple[float, ...], ...] = ()
    calibration: Calibration = UNCALIBRATED
    cosine_spread: float = 0.1
    language_axes: str = ""
    background: str = ""
    language: str = ""
    second: str = ""
    reranks: bool = False
    chat_template: str = ""

    @property
    def fingerprint(self) -> str:
        """Vectors are comparable only if this is the same (hex, 16 characters)."""
        facts = (self.name, self.revision, self.dimension, self.query_prefix, self.passage_prefix)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    @property
    def counting(self) -> str:
        """Two models with the same value count the same tokens: chunks made for one fit the other."""
        return f"{self.tokenizer}-{self.vocabulary_digest}" if self.vocabulary_digest else self.tokenizer
