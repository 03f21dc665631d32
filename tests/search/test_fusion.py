"""Reciprocal rank fusion, against a table made by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Lane
from core.search.fusion import WEIGHTS, K, first_of_each, fuse

RANKED = st.lists(st.integers(0, 15), unique=True, max_size=10)


def test_the_scores_are_those_of_the_table() -> None:
    fused = fuse({"words": ["a", "b", "c"], "meaning": ["b", "d"], "names": ["c"]})
    table = {
        "b": 1 / 22 + 1 / 21,
        "c": 1 / 23 + 1.5 / 21,
        "a": 1 / 21,
        "d": 1 / 22,
    }
    assert (K, WEIGHTS) == (20, {"names": 1.5})
    assert [key for key, _, _ in fused] == ["c", "b", "a", "d"]
    assert {key: score for key, score, _ in fused} == pytest.approx(table)
    assert {key: lanes for key, _, lanes in fused} == {
        "a": {"words"},
        "b": {"words", "meaning"},
        "c": {"words", "names"},
        "d": {"meaning"},
    }


def test_equal_scores_keep_the_order_in_which_they_were_met() -> None:
    assert [key for key, _, _ in fuse({"words": ["x", "m"], "meaning": ["a", "b"]})] == ["x", "a", "m", "b"]


def test_a_lane_counts_as_much_as_it_is_trusted() -> None:
    fused = fuse({"words": ["a", "b"], "meaning": ["b", "c"], "names": ["d"]}, {"words": 0.25, "names": 0.5})
    assert {key: score for key, score, _ in fused} == pytest.approx(
        {"a": 0.25 / 21, "b": 0.25 / 22 + 1 / 21, "c": 1 / 22, "d": 0.75 / 21}
    )
    assert [key for key, _, _ in fused] == ["b", "c", "d", "a"]


def test_nothing_fused_is_nothing() -> None:
    assert fuse({}) == []
    assert fuse({"words": [], "meaning": []}) == []


@given(RANKED, RANKED, RANKED)
def test_every_key_comes_once_best_first_and_words_are_worth_as_much_as_meaning(
    a: list[int], b: list[int], c: list[int]
) -> None:
    lists: dict[Lane, list[int]] = {"words": a, "meaning": b, "names": c}
    fused = fuse(lists)
    assert sorted(key for key, _, _ in fused) == sorted(set(a) | set(b) | set(c))
    scores = [score for _, score, _ in fused]
    assert scores == sorted(scores, reverse=True)
    permuted = fuse({"names": c, "meaning": a, "words": b})
    assert {key: score for key, score, _ in permuted} == pytest.approx({key: score for key, score, _ in fused})


@given(RANKED, st.integers(0, 15))
def test_a_second_lane_never_lowers_what_it_found(keys: list[int], extra: int) -> None:
    alone = {key: score for key, score, _ in fuse({"words": keys})}
    both = {key: score for key, score, _ in fuse({"words": keys, "meaning": [extra]})}
    assert both[extra] > alone.get(extra, 0.0)
    assert all(both[key] == alone[key] for key in keys if key != extra)


@given(st.lists(st.integers(0, 5)))
def test_first_of_each(keys: list[int]) -> None:
    once = first_of_each(keys)
    assert len(set(once)) == len(once)
    assert set(once) == set(keys)
    assert [keys.index(key) for key in once] == sorted(keys.index(key) for key in once)
