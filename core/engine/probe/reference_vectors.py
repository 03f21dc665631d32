"""What a model's vectors must be like: a stored one, published likenesses, or what it answered the first time."""

from __future__ import annotations

import base64
import contextlib
import functools
import json
import math
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core import paths
from core.models import MODELS, ModelSpec

# Measured: .github/decisions/0402-reference-vectors.md
LEAST_COSINE = 0.98
LIKENESS = 0.04  # the largest difference from a published similarity
UNIT = 0.05  # how far from 1 a length may be; sixteen bits give less than 0.01
SAME = 0.999  # the same text twice in one batch, in sixteen bits
OTHER = 0.9995  # two texts: only a server that does not read them makes them more alike

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
    """What is wrong with vectors: the code of a message and its parameters, but for the server."""

    code: str
    facts: dict[str, Any]


class ReferenceVectors(Protocol):
    """Texts to ask for, prefix and all, and what is wrong with the vectors that came (shape: texts x dimension)."""

    texts: tuple[str, ...]

    def fault(self, vectors: Vectors) -> Fault | None:
        """What is wrong with the vectors, None if nothing is."""


def reference_vectors(model_spec: ModelSpec) -> ReferenceVectors:
    """How a model is recognised."""
    if model_spec.bundled:
        return Stored(model_spec)
    if model_spec.similarities:
        return Published(model_spec)
    return Remembered(model_spec)


@dataclass(frozen=True, slots=True)
class CheckText:
    """A text as it is sent, prefix and all, and its vector [dimension]."""

    text: str
    vector: NDArray[np.float32]


@functools.cache
def check_text(model_name: str) -> CheckText:
    """The stored check text of a model that comes with Findling."""
    key = next(key for key, model_spec in MODELS.items() if model_spec.name == model_name)
    path = paths.resources() / "models" / key / "check.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    return CheckText(stored["text"], _decoded(stored["vector"]))


class Stored:
    """The vector of one text, made when the model was."""

    def __init__(self, model_spec: ModelSpec) -> None:
        self._model_spec = model_spec
        self._stored = check_text(model_spec.name)
        self.texts: tuple[str, ...] = (self._stored.text,)

    def fault(self, vectors: Vectors) -> Fault | None:
        return _unlike(vectors[0], self._stored.vector, "probe.other_vectors", self._model_spec)


class Published:
    """The likenesses of two questions and two answers in Qwen3-Embedding's model cards.

    huggingface.co/Qwen/Qwen3-Embedding-0.6B, -4B and -8B, under "Sentence Transformers Usage".
    """

    def __init__(self, model_spec: ModelSpec) -> None:
        self._model_spec = model_spec
        self._published = np.array(model_spec.similarities)
        self.texts: tuple[str, ...] = (*(model_spec.query_prefix + question for question in QUESTIONS), *ANSWERS)

    def fault(self, vectors: Vectors) -> Fault | None:
        found = np.array([[cosine_of(asked, said) for said in vectors[2:]] for asked in vectors[:2]])
        distance = float(np.abs(found - self._published).max())
        if distance <= LIKENESS:
            return None
        return Fault("probe.other_similarities", {"model": self._model_spec.name, "distance": distance})


class Remembered:
    """What a model of one's own answered the first time, kept in the cache by its fingerprint."""

    def __init__(self, model_spec: ModelSpec) -> None:
        self._model_spec = model_spec
        self._path = paths.cache_dir() / "checks" / f"{model_spec.fingerprint}.json"
        self.texts: tuple[str, ...] = (FIRST, SECOND, FIRST)

    def fault(self, vectors: Vectors) -> Fault | None:
        first, second, again = vectors
        lengths = np.linalg.norm(vectors, axis=1)
        if float(np.abs(lengths - 1).max()) > UNIT:
            return Fault("probe.not_unit_length", {"length": float(lengths.max())})
        if not cosine_of(first, again) >= SAME:
            return Fault("probe.not_repeatable", {"cosine": cosine_of(first, again)})
        if not cosine_of(first, second) <= OTHER:
            return Fault("probe.all_alike", {})
        return self._compared(first)

    def _compared(self, first: NDArray[np.float64]) -> Fault | None:
        known = self._known()
        if known is None:
            self._keep(first)
            return None
        return _unlike(first, known, "probe.changed_vectors", self._model_spec)

    def _known(self) -> NDArray[np.float32] | None:
        try:
            vector = _decoded(json.loads(self._path.read_text(encoding="utf-8"))["vector"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return vector if vector.shape == (self._model_spec.dimension,) and np.isfinite(vector).all() else None

    def _keep(self, vector: NDArray[np.float64]) -> None:
        """Write it down; a disk that cannot take it costs the comparison only."""
        encoded = base64.b64encode(vector.astype("<f4").tobytes()).decode()
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._path.parent)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"model": self._model_spec.name, "text": FIRST, "vector": encoded}, file)
            os.replace(Path(temporary), self._path)


def cosine_of(first: NDArray[Any], second: NDArray[Any]) -> float:
    """The cosine of two vectors; NaN if one is zero or not finite."""
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(first @ second) / lengths if lengths and math.isfinite(lengths) else math.nan


def _unlike(vector: NDArray[Any], expected: NDArray[Any], code: str, model_spec: ModelSpec) -> Fault | None:
    cosine = cosine_of(vector, expected)
    return None if cosine >= LEAST_COSINE else Fault(code, {"model": model_spec.name, "cosine": cosine})


def _decoded(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text), "<f4")
