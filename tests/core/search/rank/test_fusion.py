"""Score fusion against a table computed by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.search.rank.fusion import (
    EXPECTED_MEANING,
    FILENAME_WEIGHT,
    LEXICAL_WEIGHT,
    RECENCY_WEIGHT,
    Scales,
    file_scores,
    passage_scores,
    recency,
)

SCALES = Scales(mean=0.2, deviation=0.1, weight=16.0)
SCORES = st.dictionaries(st.integers(0, 15), st.floats(0, 30), max_size=10)
COSINES = st.dictionaries(st.integers(0, 15), st.floats(-1, 1), max_size=10)


def test_the_scores_are_those_of_the_table() -> None:
    scores = passage_scores({1: 10.0, 2: 5.0}, {2: 0.5, 3: 0.1}, SCALES)
    assert scores == pytest.approx(
        {1: LEXICAL_WEIGHT * 10 / 4 * (1 + EXPECTED_MEANING), 2: LEXICAL_WEIGHT * 5 / 4 + 3, 3: -1}
    )


def test_a_passage_without_a_vector_is_neither_near_nor_far() -> None:
    assert passage_scores({1: 0.0}, {2: 0.9}, SCALES)[1] == 0
    expected = EXPECTED_MEANING * SCALES.words(8.0)
    far, near = 0.2 + 0.1 * (expected - 1), 0.2 + 0.1 * (expected + 1)
    scores = passage_scores({1: 8.0, 2: 8.0, 3: 8.0}, {2: far, 3: near}, SCALES)
    assert scores[2] < scores[1] < scores[3]
    assert passage_scores({1: 8.0}, {}, SCALES) == pytest.approx({1: LEXICAL_WEIGHT * 2})


def test_passages_without_vectors_stay_in_the_order_of_their_words() -> None:
    scores = passage_scores({1: 9.0, 2: 7.0, 3: 1.0}, {4: 0.5}, SCALES)
    assert scores[1] > scores[2] > scores[3]


def test_a_query_of_many_words_needs_more_of_them() -> None:
    assert Scales(weight=4.0).words(4.0) == pytest.approx(Scales(weight=16.0).words(8.0))
    assert Scales(weight=0.0).words(4.0) == 0


def test_a_file_is_worth_its_best_passage_and_its_name() -> None:
    ranked = file_scores({"a": 3.0, "b": 2.0, "c": -1.0}, {"b": 0.5, "d": 1.0})
    assert ranked == [("d", FILENAME_WEIGHT), ("b", 2.0 + FILENAME_WEIGHT / 2), ("a", 3.0), ("c", -1.0)]


def test_equal_files_keep_the_order_in_which_they_were_met() -> None:
    assert [key for key, _ in file_scores({"x": 1.0, "a": 1.0}, {})] == ["x", "a"]


def test_nothing_fused_is_nothing() -> None:
    assert passage_scores({}, {}, SCALES) == {}
    assert file_scores({}, {}) == []


@given(SCORES, COSINES)
def test_every_passage_comes_once_whatever_the_order_of_a_retriever_s_list(
    words: dict[int, float], cosines: dict[int, float]
) -> None:
    scores = passage_scores(words, cosines, SCALES)
    assert scores.keys() == words.keys() | cosines.keys()
    turned = passage_scores(dict(reversed(words.items())), dict(reversed(cosines.items())), SCALES)
    assert turned == scores


@given(COSINES, st.integers(0, 15), st.floats(0, 30))
def test_a_word_never_lowers_what_meaning_found(cosines: dict[int, float], number: int, score: float) -> None:
    alone = passage_scores({}, cosines, SCALES)
    both = passage_scores({number: score}, cosines, SCALES)
    assert all(both[key] >= alone[key] for key in alone)


def test_being_new_is_a_trifle() -> None:
    assert recency(0) == recency(-5) == RECENCY_WEIGHT
    assert 0 < recency(1e9) < recency(1e6) < RECENCY_WEIGHT
    assert recency(math.inf) == 0
