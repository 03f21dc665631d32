"""The measures of a ranking, against values worked out by hand."""

from __future__ import annotations

import math

import pytest

from core.library.measure.metrics import interval, ndcg, recall, reciprocal_rank

JUDGED = {"a": 1.0, "b": 1.0}


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        (["a", "b"], 1.0),
        (["b", "a", "x"], 1.0),
        (["x", "a"], (1 / math.log2(3)) / (1 + 1 / math.log2(3))),
        (["x"] * 10 + ["a", "b"], 0.0),
        ([], 0.0),
    ],
)
def test_ndcg(ranked: list[str], expected: float) -> None:
    assert ndcg(ranked, JUDGED) == pytest.approx(expected)


def test_ndcg_weighs_by_gain() -> None:
    judged = {"a": 3.0, "b": 1.0}
    best = 3 + 1 / math.log2(3)
    assert ndcg(["b", "a"], judged) == pytest.approx((1 + 3 / math.log2(3)) / best)


@pytest.mark.parametrize(("ranked", "expected"), [(["a"], 1.0), (["x", "y", "b"], 1 / 3), (["x"] * 10 + ["a"], 0.0)])
def test_reciprocal_rank(ranked: list[str], expected: float) -> None:
    assert reciprocal_rank(ranked, JUDGED) == pytest.approx(expected)


def test_recall() -> None:
    assert recall(["x", "a", "b"], JUDGED, 2) == 0.5
    assert recall(["x", "a", "b"], JUDGED, 3) == 1.0


def test_an_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    few, many = [0.0, 1.0] * 10, [0.0, 1.0] * 200
    low, high = interval(few)
    lower, higher = interval(many)
    assert low < lower < 0.5 < higher < high
    # The normal approximation of the same interval: 1.96 standard errors.
    assert higher - lower == pytest.approx(2 * 1.96 * 0.5 / math.sqrt(400), rel=0.1)
    assert interval([0.3] * 5) == pytest.approx((0.3, 0.3))
