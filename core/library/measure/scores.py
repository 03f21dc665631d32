"""How well some rankings show what was opened, and the means over several queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.document import Hit
from core.library.measure.estimates import Estimate, estimate, ranking
from core.library.measure.metrics import ndcg, reciprocal_rank


@dataclass(frozen=True, slots=True)
class QueryScores:
    """The scores of the ranking for one query, each 0 to 1."""

    ndcg: float
    mrr: float
    first_three: float


def score(hits: Sequence[Hit], opened: Collection[str]) -> QueryScores:
    """The scores of a ranking, by the paths that were opened."""
    ranked, judged = ranking(hits, opened)
    return QueryScores(
        ndcg(ranked, judged), reciprocal_rank(ranked, judged), float(any(path in judged for path in ranked[:3]))
    )


def means(
    scores: Sequence[QueryScores], in_use: Sequence[QueryScores]
) -> tuple[Estimate, Estimate, Estimate, Estimate | None]:
    """The means of nDCG, reciprocal rank and first three, and the gain in nDCG over what is in use.

    `in_use` are the scores for the same queries in the same order; the gain is None if they are `scores` themselves.
    """
    gain = None
    if scores is not in_use:
        gain = estimate([this.ndcg - used.ndcg for this, used in zip(scores, in_use, strict=True)])
    return (
        estimate([one.ndcg for one in scores]),
        estimate([one.mrr for one in scores]),
        estimate([one.first_three for one in scores]),
        gain,
    )
