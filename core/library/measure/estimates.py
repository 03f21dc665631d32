"""What measuring and training share: a mean with its interval, and the ranking of what was opened."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from core.document import Hit
from core.library.measure.metrics import interval, ndcg

FEW_QUERIES = 20  # fewer tell little
DEPTH = 20  # documents asked for; only the first ten count, and copies take no place

Tell = Callable[[int, int], None]  # (done, total)


def tell_nobody(_done: int, _total: int) -> None:
    """Report no progress."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries with its 95 % interval."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """The mean of some values, of which there is at least one."""
    return Estimate(sum(values) / len(values), *interval(values))


def ranking(hits: Sequence[Hit], opened: Collection[str]) -> tuple[list[str], dict[str, float]]:
    """The paths of a list and the gain of those that were opened.

    A hit that stands for several files counts for the first of them that was opened.
    """
    judged = dict.fromkeys(opened, 1.0)
    return [next((path for path in hit.paths if path in judged), hit.path) for hit in hits], judged


def ndcg_of(hits: Sequence[Hit], opened: Collection[str]) -> float:
    """The nDCG@10 of a list."""
    return ndcg(*ranking(hits, opened))
