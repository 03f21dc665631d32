"""Mean and standard deviation of a query's cosines, from a sample of the library and from passages on everything.

In a library on one subject every passage is near to every question on it: beside these alone none would stand out.
Measured in .github/decisions/0901-backgrounds.md.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from core import paths
from core.models import ModelSpec
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Vectors
from core.store.index_set import Indexes

SAMPLE_PASSAGES = 400  # taken evenly from all
RESAMPLE_GROWTH = 1.25  # growth of the library after which a new sample is taken
# Few passages say little about the deviation: this many more with the typical deviation are assumed.
PRIOR_PASSAGES = 20


class ScoreStats:
    """Estimates the statistics from a sample of the library's vectors. Not thread-safe."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes) -> None:
        self._catalogue = catalogue
        self._index_set = index_set
        self._typical_deviation = index_set.model_spec.cosine_spread
        self._sample_vectors: Vectors | None = None
        self._sampled_size = 0

    def describe(self, vector: Vectors) -> tuple[float, float, float]:
        """(mean, standard deviation, the library's own mean) of the cosines of a query vector (shape: dimension).

        Half of the first two is from the library's passages, half from the background of its model, if that has one.
        """
        size = len(self._index_set.vectors)
        if self._sample_vectors is None or not self._sampled_size <= size <= RESAMPLE_GROWTH * self._sampled_size:
            self._sample_vectors, self._sampled_size = self._take_sample(), size
        cosines = self._sample_vectors @ vector
        count = len(cosines)
        spread = (count * float(cosines.var()) if count else 0.0) + PRIOR_PASSAGES * self._typical_deviation**2
        mean = own = float(cosines.mean()) if count else 0.0
        variance = spread / (count + PRIOR_PASSAGES)
        if count and len(background := background_of(self._index_set.model_spec)):
            others = background @ vector
            mean, variance = (mean + float(others.mean())) / 2, (variance + float(others.var())) / 2
        return mean, variance**0.5, own

    def _take_sample(self) -> Vectors:
        chosen = self._index_set.vectors.sample(SAMPLE_PASSAGES)
        blocks = [vectors for _, vectors in self._catalogue.vectors.read(self._index_set.model_id, chosen)]
        return np.concatenate(blocks) if blocks else np.zeros((0, self._index_set.model_spec.dimension), np.float32)


@cache
def background_of(model_spec: ModelSpec) -> Vectors:
    """The vectors of passages on everything (shape: n x dimension), made by `packaging/models/make_background.py`."""
    if not model_spec.background:
        return np.zeros((0, model_spec.dimension), np.float32)
    vectors: Vectors = np.load(paths.resources() / "models" / model_spec.background).astype(np.float32)
    return vectors
