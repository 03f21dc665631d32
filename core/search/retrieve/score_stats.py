"""How near a query is to just any passage of the library: what a cosine has to stand out of."""

from __future__ import annotations

import numpy as np

from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Vectors
from core.store.index_set import Indexes

SAMPLE_PASSAGES = 400  # passages, evenly taken from all
RESAMPLE_GROWTH = 1.25  # the library, before another sample is taken
# A handful of passages says little of how much cosines vary: so many more are taken to vary as they do elsewhere.
PRIOR_PASSAGES = 20


class ScoreStats:
    """A sample of the library's vectors. One thread at a time."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes) -> None:
        self._catalogue = catalogue
        self._index_set = index_set
        self._usual = index_set.model_spec.cosine_spread
        self._sample: Vectors | None = None
        self._of = 0

    def of(self, vector: Vectors) -> tuple[float, float]:
        """(mean, standard deviation) of the cosines of a query's vector with the passages."""
        size = len(self._index_set.vectors)
        if self._sample is None or not self._of <= size <= RESAMPLE_GROWTH * self._of:
            self._sample, self._of = self._taken(), size
        cosines = self._sample @ vector
        count = len(cosines)
        spread = (count * float(cosines.var()) if count else 0.0) + PRIOR_PASSAGES * self._usual**2
        return (float(cosines.mean()) if count else 0.0), (spread / (count + PRIOR_PASSAGES)) ** 0.5

    def _taken(self) -> Vectors:
        ids = np.sort(self._index_set.vectors.ids())
        chosen = ids[np.linspace(0, len(ids) - 1, min(SAMPLE_PASSAGES, len(ids))).astype(int)] if len(ids) else ids
        blocks = [vectors for _, vectors in self._catalogue.vectors.read(self._index_set.model_id, chosen)]
        return np.concatenate(blocks) if blocks else np.zeros((0, self._index_set.model_spec.dimension), np.float32)
