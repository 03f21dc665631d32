"""A question's vector without the language that it is asked in: what it is about is to decide, not how it is said.

A multilingual model puts passages in the language of the question nearer than others that say more. What tells
languages apart lies in a few directions (LSAR: Xie et al., Discovering Low-rank Subspaces for Language-agnostic
Multilingual Representations, EMNLP 2022), found here from the same questions in 29 languages. A part of what all these
questions share is taken away too: passages near to any question are near to this one by chance (hubs). Both are said of
the question's vector alone, as a cosine with a passage has each direction as a product: no passage is embedded anew.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from core import paths
from core.embed.responses import Vectors
from core.models import ModelSpec


def debias(vector: Vectors, model_spec: ModelSpec) -> Vectors:
    """The vector of a question (dimension, L2 norm 1) for looking in any language; as it is for other models."""
    if not model_spec.language_axes:
        return vector
    shared, directions = _axes(model_spec.language_axes)
    found: Vectors = vector - directions.T @ (directions @ vector) - shared
    return found / max(float(np.linalg.norm(found)), 1e-9)


@cache
def _axes(file: str) -> tuple[Vectors, Vectors]:
    """Row 0 of a file of `packaging/models/make_languages.py`, which is subtracted, and the other rows: directions."""
    rows: Vectors = np.load(paths.resources() / "models" / file)
    return rows[0], rows[1:]
