"""Parses and validates responses of the embeddings API."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import EngineAnswerError

Vectors = npt.NDArray[np.float32]


def parse_vectors(response: Any, count: int, dimension: int) -> Vectors:
    """The vectors of a response (shape: count x dimension, L2-normalised float32) in the order of the texts.

    Raises EngineAnswerError if they are not usable.
    """
    data = getattr(response, "data", None)
    if not isinstance(data, list) or len(data) != count:
        raise EngineAnswerError("embedding.wrong_count")
    vectors = np.zeros((count, dimension), np.float32)
    seen: set[int] = set()
    for place, entry in enumerate(data):
        index = _entry_index(entry, place)
        vector = _decode(getattr(entry, "embedding", None))
        if vector.shape != (dimension,):
            raise EngineAnswerError("embedding.wrong_dimension", size=vector.size, expected=dimension)
        if not 0 <= index < count or index in seen:
            raise EngineAnswerError("embedding.wrong_order")
        seen.add(index)
        vectors[index] = vector
    return _normalize(vectors)


def _entry_index(entry: object, place: int) -> int:
    """The index of the text that an entry belongs to: its own, or its place if it has none."""
    index = getattr(entry, "index", None)
    if index is None:
        return place
    return index if isinstance(index, int) else -1


def _decode(embedding: object) -> Vectors:
    try:
        if isinstance(embedding, str):
            return np.frombuffer(base64.b64decode(embedding, validate=True), "<f4").astype(np.float32)
        with np.errstate(over="ignore"):
            return np.asarray(embedding, np.float32)
    except (ValueError, TypeError, binascii.Error) as error:
        raise EngineAnswerError("embedding.not_numeric") from error


def _normalize(vectors: Vectors) -> Vectors:
    """L2-normalise rows; raises EngineAnswerError for numbers that are not finite and for vectors of length zero."""
    with np.errstate(over="ignore"):
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(norms).all() or (norms <= 0).any():
        raise EngineAnswerError("embedding.not_finite")
    unit: Vectors = (vectors / norms).astype(np.float32)
    return unit
