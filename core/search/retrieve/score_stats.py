"""Mean and standard deviation of a query's cosines with the library's passages, estimated from a sample."""

from __future__ import annotations

import numpy as np

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

    def mean_and_deviation(self, vector: Vectors) -> tuple[float, float]:
        """(mean, standard deviation) of the cosines of a query vector (shape: dimension) with the passages."""
        size = len(self._index_set.vectors)
        if self._sample_vectors is None or not self._sampled_size <= size <= RESAMPLE_GROWTH * self._sampled_size:
            self._sample_vectors, self._sampled_size = self._take_sample(), size
        cosines = self._sample_vectors @ vector
        count = len(cosines)
        spread = (count * float(cosines.var()) if count else 0.0) + PRIOR_PASSAGES * self._typical_deviation**2
        return (float(cosines.mean()) if count else 0.0), (spread / (count + PRIOR_PASSAGES)) ** 0.5

    def _take_sample(self) -> Vectors:
        ids = np.sort(self._index_set.vectors.ids())
        chosen = ids[np.linspace(0, len(ids) - 1, min(SAMPLE_PASSAGES, len(ids))).astype(int)] if len(ids) else ids
        blocks = [vectors for _, vectors in self._catalogue.vectors.read(self._index_set.model_id, chosen)]
        return np.concatenate(blocks) if blocks else np.zeros((0, self._index_set.model_spec.dimension), np.float32)
