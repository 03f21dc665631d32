"""Measures of one ranking, and confidence intervals of their means."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

RESAMPLES = 2000


def ndcg(ranked: Sequence[str], judged: Mapping[str, float], depth: int = 10) -> float:
    """The normalised discounted cumulative gain of the first `depth`, 0 to 1, with linear gains.

    `judged` are the gains of the relevant documents, at least one. As trec_eval's ndcg_cut; Järvelin and Kekäläinen,
    2002.
    """
    gain = sum(judged.get(name, 0.0) / math.log2(rank + 2) for rank, name in enumerate(ranked[:depth]))
    best = sorted(judged.values(), reverse=True)[:depth]
    return gain / sum(value / math.log2(rank + 2) for rank, value in enumerate(best))


def reciprocal_rank(ranked: Sequence[str], judged: Mapping[str, float], depth: int = 10) -> float:
    """1 divided by the rank of the first relevant document; 0 if it is not among the first `depth`."""
    return next((1.0 / (rank + 1) for rank, name in enumerate(ranked[:depth]) if name in judged), 0.0)


def recall(ranked: Sequence[str], judged: Mapping[str, float], depth: int) -> float:
    """The share of the relevant documents that is among the first `depth`."""
    return sum(name in judged for name in ranked[:depth]) / len(judged)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean of some values, by bootstrap (Efron and Tibshirani, 1993).

    Of the differences of pairs it is a paired bootstrap. The resampling is seeded, so that equal values give equal
    intervals.
    """
    rng = random.Random(1)
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES)]
