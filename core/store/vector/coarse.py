"""Codes of one bit a component (RaBitQ by FAISS), which find a superset of the nearest vectors faster than all of them.

Groups of whole segments have codes; what a search of these finds is compared exactly afterwards. Decision 1152.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.store.catalogue.vectors_table import STORED_DTYPE, Ids, Vectors
from core.store.vector import scan
from core.store.vector.scan import Bytes, Scores

GROUP_SEGMENTS = 8  # that share one index: each costs a list of candidates
REFINED = 16  # so many times as many vectors as asked for are compared exactly
MIN_GAIN = 1.5  # by which it must be faster: the other scan misses nothing
LIMIT = 200  # results of a measured search: a search's depth
ROUNDS = 9  # of a measurement


@dataclass(frozen=True, slots=True, eq=False)
class CoarseGroup:
    """The codes of rows from `first` on, in one FAISS index; any thread may search."""

    first: int
    index: Any

    @property
    def stop(self) -> int:
        """The row behind the last one."""
        return self.first + int(self.index.ntotal)

    def search(self, query: Vectors, count: int) -> tuple[Ids, Scores]:
        """The rows that are probably the best for a query (shape: 1 x dimension), and their estimated scores."""
        import faiss

        faiss.omp_set_num_threads(1)
        scores, rows = self.index.search(query, min(count, self.index.ntotal))
        kept = rows[0] >= 0
        return self.first + rows[0][kept], scores[0][kept]


def encode(codes: Bytes, dimension: int, after: Any = None) -> Any:
    """A FAISS index of vectors (shape: n x row bytes), or `after`, to which their codes are added."""
    import faiss

    untyped_faiss: Any = faiss
    vectors = codes.view(STORED_DTYPE).astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1)
    vectors[~(lengths < scan.MAX_SCORE_FACTOR)] = 0  # a damaged one would spoil the mean that all codes are relative to
    if after is None:
        after = untyped_faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
        after.train(vectors)
    faiss.omp_set_num_threads(1)
    after.add(vectors)
    return after


def refine(query: Vectors, limit: int, codes: Bytes) -> tuple[Ids, Scores]:
    """The best of some vectors (shape: n x row bytes) for a query (shape: 1 x dimension), by their exact scores."""
    index = scan.empty(query.shape[1])
    index.add_sa_codes(codes)
    return scan.search(index, query, limit, None)


def crossing(flat: Any, codes: Bytes) -> float:
    """The number of vectors from which these codes are `MIN_GAIN` times as fast on this machine.

    Measured with one segment: `flat` searches its `codes` where they are mapped. Infinite if they never are.
    """
    dimension, rows = flat.d, int(flat.ntotal)
    group = CoarseGroup(0, encode(codes, dimension))
    queries = codes[:: max(1, rows // ROUNDS)][:ROUNDS].view(STORED_DTYPE).astype(np.float32)
    depth = REFINED * LIMIT

    def refined(query: Vectors) -> None:
        refine(query, LIMIT, codes[np.sort(group.search(query, depth)[0])])

    a_row = _seconds(queries, lambda query: scan.search(flat, query, LIMIT, None)) / rows
    a_code = _seconds(queries, lambda query: group.search(query, 1)) / rows
    fixed = max(0.0, _seconds(queries, refined) - a_code * rows)
    gain = a_row / MIN_GAIN - a_code
    return fixed / gain if gain > 0 else float("inf")


def _seconds(queries: Vectors, search: Callable[[Vectors], object]) -> float:
    """The median time that a search takes of this thread's processor, which other programs do not lengthen."""
    times = []
    for query in queries:
        start = time.thread_time()
        search(query.reshape(1, -1))
        times.append(time.thread_time() - start)
    return float(np.median(times[1:]))  # the first one reads the vectors
