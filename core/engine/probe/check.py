"""Check by its API and its vectors that an engine serves the right model."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.engine.probe.http import Endpoint, ask, host_of
from core.engine.probe.reference_vectors import CheckText, Vectors, check_text, cosine_of, reference_vectors
from core.errors import EngineAnswerError

__all__ = ["CheckText", "Endpoint", "ask", "check", "check_text", "cosine_of"]

PROBE_TIMEOUT = 10.0  # seconds


def check(endpoint: Endpoint, timeout: float = PROBE_TIMEOUT) -> str:
    """Return the engine's name of the model if it answers with that model's vectors.

    Each of the two requests may take `timeout` seconds. Raises EngineUnavailableError (no answer now) or
    EngineAnswerError (another model, or no such API).
    """
    name = _served(endpoint, ask(endpoint, "/models", None, timeout))
    expected = reference_vectors(endpoint.model_spec)
    question = {"model": name, "input": list(expected.texts), "encoding_format": "float"}
    answer = ask(endpoint, "/embeddings", question, timeout)
    fault = expected.fault(_vectors(endpoint, answer, len(expected.texts)))
    if fault is not None:
        raise EngineAnswerError(fault.code, server=host_of(endpoint), **fault.facts)
    return name


def _served(endpoint: Endpoint, answer: Any) -> str:
    """The server's name of the model; raises EngineAnswerError if it serves only others."""
    try:
        names = [str(entry["id"]) for entry in answer["data"]]
    except (TypeError, KeyError) as error:
        raise EngineAnswerError("probe.no_model_list", server=host_of(endpoint)) from error
    model = endpoint.model_spec.name
    for name in names:
        if _is_name_of(name, model):
            return name
    if not names:
        raise EngineAnswerError("probe.no_models", server=host_of(endpoint), model=model)
    raise EngineAnswerError("probe.other_models", server=host_of(endpoint), models=", ".join(names[:5]), model=model)


def _is_name_of(name: str, model: str) -> bool:
    """Whether a server's name means this model, with a path, a publisher, a format or other punctuation.

    Qwen/Qwen3-Embedding-0.6B, qwen3-embedding:0.6b, text-embedding-qwen3-embedding-0.6b, Qwen3-Embedding-0.6B-GGUF.
    """
    served, sought = ("".join(filter(str.isalnum, text.lower())) for text in (name.rpartition("/")[2], model))
    return bool(sought) and (served.startswith(sought) or served.endswith(sought))


def _vectors(endpoint: Endpoint, answer: Any, count: int) -> Vectors:
    """The vectors in the order of the texts, shape: count x dimension; finite and not zero.

    Raises EngineAnswerError.
    """
    try:
        entries = [(entry.get("index", at), entry["embedding"]) for at, entry in enumerate(answer["data"])]
        vectors = [np.asarray(vector, np.float64) for _, vector in sorted(entries, key=lambda entry: int(entry[0]))]
    except (TypeError, KeyError, IndexError, ValueError, OverflowError, AttributeError) as error:
        raise EngineAnswerError("probe.no_vector", server=host_of(endpoint)) from error
    if len(vectors) != count:
        raise EngineAnswerError("probe.vector_count", server=host_of(endpoint), vectors=len(vectors), texts=count)
    dimension = endpoint.model_spec.dimension
    for vector in vectors:
        if vector.shape != (dimension,):
            length = len(vector) if vector.ndim == 1 else 0
            raise EngineAnswerError("probe.dimension", server=host_of(endpoint), found=length, expected=dimension)
        if not np.isfinite(vector).all() or not vector.any():
            raise EngineAnswerError("probe.not_finite", server=host_of(endpoint))
    return np.array(vectors)
