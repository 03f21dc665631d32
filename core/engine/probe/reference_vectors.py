"""Recognise a model by its vectors: a stored vector, published similarities, or its first answer here."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import math
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core import paths
from core.models import MODELS, ModelSpec
from core.private_files import private_folder, replace_file

# Measured: .github/decisions/0402-reference-vectors.md
MIN_COSINE = 0.98  # with a stored vector
SIMILARITY_TOLERANCE = 0.04  # the largest difference from a published similarity
LENGTH_TOLERANCE = 0.05  # the largest difference of a vector's length from 1; sixteen bits give under 0.01
MIN_SAME_TEXT_COSINE = 0.999  # the same text twice in one batch, in sixteen bits
MAX_OTHER_TEXT_COSINE = 0.9995  # of two texts; above it the server ignores the text

QUESTIONS = ("What is the capital of China?", "Explain gravity")
ANSWERS = (
    "The capital of China is Beijing.",
    (
        "Gravity is a force that attracts two bodies towards each other. It gives weight to physical objects and is "
        "responsible for the movement of planets around the sun."
    ),
)
FIRST, SECOND = (
    "The letter about the heating was in the blue folder, between the bill and the photographs.",
    "Wash wool cold, with no more than two kilos in the drum. 羊毛要用冷水洗。",
)

Vectors = NDArray[np.float64]


class Fault(NamedTuple):
    """What is wrong with vectors: the code of a message and its parameters except `server`."""

    code: str
    facts: dict[str, Any]


class ReferenceVectors(Protocol):
    """Texts to embed, with their prefixes, and a check of their vectors (shape: texts x dimension)."""

    texts: tuple[str, ...]

    def fault(self, vectors: Vectors) -> Fault | None:
        """What is wrong with the vectors, None if nothing is."""


def reference_vectors(model_spec: ModelSpec) -> ReferenceVectors:
    """The reference vectors of a model."""
    if model_spec.bundled:
        return Stored(model_spec)
    if model_spec.similarities:
        return Published(model_spec)
    return FirstAnswer(model_spec)


@dataclass(frozen=True, slots=True)
class CheckText:
    """A text with its prefix, and its vector [dimension]."""

    text: str
    vector: NDArray[np.float32]


@functools.cache
def check_text(model_name: str) -> CheckText:
    """The stored check text of a bundled model."""
    key = next(key for key, model_spec in MODELS.items() if model_spec.name == model_name)
    path = paths.resources() / "models" / key / "check.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    return CheckText(stored["text"], _decoded(stored["vector"]))


class Stored:
    """The stored vector of one text, for a bundled model."""

    def __init__(self, model_spec: ModelSpec) -> None:
        self._model_spec = model_spec
        self._stored = check_text(model_spec.name)
        self.texts: tuple[str, ...] = (self._stored.text,)

    def fault(self, vectors: Vectors) -> Fault | None:
        return _unlike(vectors[0], self._stored.vector, "probe.other_vectors", self._model_spec)


class Published:
    """The published similarities of two questions and two answers, from Qwen3-Embedding's model cards.

    huggingface.co/Qwen/Qwen3-Embedding-0.6B, -4B and -8B, under "Sentence Transformers Usage".
    """

    def __init__(self, model_spec: ModelSpec) -> None:
        self._model_spec = model_spec
        self._published = np.array(model_spec.similarities)
        self.texts: tuple[str, ...] = (*(model_spec.query_prefix + question for question in QUESTIONS), *ANSWERS)

    def fault(self, vectors: Vectors) -> Fault | None:
        found = np.array([[cosine_of(question, text) for text in vectors[2:]] for question in vectors[:2]])
        distance = float(np.abs(found - self._published).max())
        if distance <= SIMILARITY_TOLERANCE:
            return None
        return Fault("probe.other_similarities", {"model": self._model_spec.name, "distance": distance})


class FirstAnswer:
    """The first vectors of a model in the user's own folder, cached by its fingerprint."""

    def __init__(self, model_spec: ModelSpec) -> None:
        self._model_spec = model_spec
        self._path = paths.cache_dir() / "checks" / f"{model_spec.fingerprint}.json"
        self.texts: tuple[str, ...] = (FIRST, SECOND, FIRST)

    def fault(self, vectors: Vectors) -> Fault | None:
        first, second, again = vectors
        lengths = np.linalg.norm(vectors, axis=1)
        if float(np.abs(lengths - 1).max()) > LENGTH_TOLERANCE:
            return Fault("probe.not_unit_length", {"length": float(lengths.max())})
        if not cosine_of(first, again) >= MIN_SAME_TEXT_COSINE:
            return Fault("probe.not_repeatable", {"cosine": cosine_of(first, again)})
        if not cosine_of(first, second) <= MAX_OTHER_TEXT_COSINE:
            return Fault("probe.all_alike", {})
        return self._compare(first)

    def _compare(self, first: NDArray[np.float64]) -> Fault | None:
        known = self._known()
        if known is None:
            self._store(first)
            return None
        return _unlike(first, known, "probe.changed_vectors", self._model_spec)

    def _known(self) -> NDArray[np.float32] | None:
        try:
            vector = _decoded(json.loads(self._path.read_text(encoding="utf-8"))["vector"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return vector if vector.shape == (self._model_spec.dimension,) and np.isfinite(vector).all() else None

    def _store(self, vector: NDArray[np.float64]) -> None:
        """Cache the vector; a disk that cannot be written only costs the comparison."""
        encoded = base64.b64encode(vector.astype("<f4").tobytes()).decode()
        with contextlib.suppress(OSError):
            private_folder(self._path.parent)
            replace_file(self._path, json.dumps({"model": self._model_spec.name, "text": FIRST, "vector": encoded}))


def cosine_of(first: NDArray[Any], second: NDArray[Any]) -> float:
    """The cosine of two vectors; NaN if one is zero or not finite."""
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / lengths if lengths and math.isfinite(lengths) else math.nan


def _unlike(vector: NDArray[Any], expected: NDArray[Any], code: str, model_spec: ModelSpec) -> Fault | None:
    cosine = cosine_of(vector, expected)
    return None if cosine >= MIN_COSINE else Fault(code, {"model": model_spec.name, "cosine": cosine})


def _decoded(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), "<f4")
