"""What there is to know of a model before it runs, as one value."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

TokenizerKind = Literal["wordpiece", "unigram", "bpe"]


class Calibration(NamedTuple):
    """The curve from a score to a probability, see `core.search.rank.calibration`."""

    base: float
    slope: float
    gap_slope: float


UNCALIBRATED = Calibration(-4.5, 0.8, 0.28)  # for models without a curve


@dataclass(frozen=True, slots=True)
class Download:
    """The weights of a model that Findling fetches: `repositories` by hub, `size` in bytes, the same on every hub.

    `memory_gib` is the memory of a graphics card for the weights, CUDA and batches of some 8,000 tokens; `parameters`
    is the number of weights.
    """

    repositories: Mapping[str, str]
    size: int
    memory_gib: float
    parameters: float


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """How a model is fed, recognised, obtained and shown.

    `name` is what servers call it, `key` what the settings call it ("" for a model in a person's own folder). `title`
    and `summary` are marked for translation.
    `dimension` is the vector's length, `token_limit` the most tokens of one text including special ones and the
    prefix, `query_prefix` and `passage_prefix` are put before each text, `revision` names the exact weights.
    `vocabulary` is the path of the tokenizer.json of a model that brings its own, `vocabulary_digest` tells such files
    apart; both are empty where the tokenizer is one of Findling's own.
    `engines` are the keys of the engines on this machine that can run it, the preferred one first; any server elsewhere
    may serve it. `bundled` models come with Findling (files in `resources/models/KEY`), others have a `download`.
    `similarities` are published cosines of the check questions (rows) with the check answers, see
    `core.engine.probe.reference_vectors`. `cosine_spread` is the usual standard deviation of a question's cosines.
    `language_axes` is the file of directions that tell languages apart, below `resources/models`.
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
    reranks: bool = False
    chat_template: str = ""

    @property
    def fingerprint(self) -> str:
        """Vectors are comparable only if this is the same (hex, 16 characters)."""
        facts = (self.name, self.revision, self.dimension, self.query_prefix, self.passage_prefix)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]

    @property
    def counting(self) -> str:
        """Texts are as long for two models if this is the same: chunks made for one fit the other."""
        return f"{self.tokenizer}-{self.vocabulary_digest}" if self.vocabulary_digest else self.tokenizer
