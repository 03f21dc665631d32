"""Vectors with which a fake passes the probe: the right answers to the check texts."""

from __future__ import annotations

import functools
import math

from core.engine.probe.reference_vectors import Published, check_text
from core.models import MODELS


@functools.cache
def recognised(model: str) -> dict[str, list[float]]:
    """Check texts of a model of that name with their vectors; none for a model in the user's own folder."""
    choice = next((choice for choice, model_spec in MODELS.items() if model_spec.name == model), None)
    if choice is None:
        return {}
    if MODELS[choice].bundled:
        stored = check_text(model)
        return {stored.text: [float(value) for value in stored.vector]}
    rows = MODELS[choice].similarities
    ends = [[1.0], [0.0, 1.0], *(_between(rows[0][at], rows[1][at], at) for at in (0, 1))]
    dimension = MODELS[choice].dimension
    vectors = [[*start, *[0.0] * (dimension - len(start))] for start in ends]
    return dict(zip(Published(MODELS[choice]).texts, vectors, strict=True))


def _between(first: float, second: float, number: int) -> list[float]:
    """The first places of a unit vector with these cosines with the first and the second axis."""
    rest = math.sqrt(1 - first * first - second * second)
    return [first, second, *[0.0] * number, rest]
