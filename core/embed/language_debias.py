"""Removes the language component from query vectors, so that passages in other languages are found too.

LSAR: Xie et al., "Discovering Low-rank Subspaces for Language-agnostic Multilingual Representations", EMNLP 2022.
Why only queries, and how the directions were found: `.github/decisions/0205-language-debias.md`.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from core import paths
from core.embed.responses import Vectors
from core.models import ModelSpec


def debias(vector: Vectors, model_spec: ModelSpec) -> Vectors:
    """A query vector (shape: dimension, L2 norm 1) without its language component; unchanged for models without one."""
    if not model_spec.language_axes:
        return vector
    offset, directions = _axes(model_spec.language_axes)
    debiased: Vectors = vector - directions.T @ (directions @ vector) - offset
    return debiased / max(float(np.linalg.norm(debiased)), 1e-9)


@cache
def _axes(file: str) -> tuple[Vectors, Vectors]:
    """(offset, language directions): row 0 and the other rows of a file of `packaging/models/make_languages.py`."""
    rows: Vectors = np.load(paths.resources() / "models" / file)
    return rows[0], rows[1:]
