"""What an engine answered, as vectors; what cannot be vectors of the texts is said to be useless."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import EngineAnswerError

Vectors = npt.NDArray[np.float32]


def checked(answer: Any, count: int, dimension: int) -> Vectors:
    """The vectors of an answer in the order of the texts, or EngineAnswerError."""
    data = getattr(answer, "data", None)
    if not isinstance(data, list) or len(data) != count:
        raise nonsense("it sent another number of vectors than texts")
    vectors = np.zeros((count, dimension), np.float32)
    seen: set[int] = set()
    for place, entry in enumerate(data):
        index = _number(entry, place)
        vector = _decoded(getattr(entry, "embedding", None))
        if vector.shape != (dimension,):
            raise nonsense(f"its vectors have {vector.size} numbers, not {dimension}")
        if not 0 <= index < count or index in seen:
            raise nonsense("its vectors are numbered wrongly")
        seen.add(index)
        vectors[index] = vector
    return _normalised(vectors)


def _number(entry: object, place: int) -> int:
    """Which text an entry belongs to: by its own number, or by its place if it has none."""
    index = getattr(entry, "index", None)
    if index is None:
        return place
    return index if isinstance(index, int) else -1


def _decoded(embedding: object) -> Vectors:
    try:
        if isinstance(embedding, str):
            return np.frombuffer(base64.b64decode(embedding, validate=True), "<f4").astype(np.float32)
        with np.errstate(over="ignore"):
            return np.asarray(embedding, np.float32)
    except (ValueError, TypeError, binascii.Error) as error:
        raise nonsense("its vectors are not numbers") from error


def _normalised(vectors: Vectors) -> Vectors:
    """L2-normalised rows; raises EngineAnswerError on numbers that are not finite and on vectors of length zero."""
    with np.errstate(over="ignore"):
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or (norms <= 0).any():
        raise nonsense("its vectors are not finite, or empty")
    unit: Vectors = (vectors / norms).astype(np.float32)
    return unit


def nonsense(what: str) -> EngineAnswerError:
    return EngineAnswerError(f"The engine's answer cannot be used: {what}.", "Check which model it serves.")
