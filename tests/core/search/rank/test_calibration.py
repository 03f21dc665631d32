"""Calibration: a higher score is never less probable, and the band of a score of zero is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.document import Retriever
from core.models import MULTILINGUAL, Calibration
from core.search.rank.calibration import (
    ALL_WORDS_FLOOR,
    BAND_THRESHOLDS,
    band_of,
    calibrate,
    calibration_input,
    size_offset,
    with_all_words_floor,
)

MODELS = ("all-MiniLM-L6-v2", "multilingual-e5-small", "another")
PART = st.floats(-20, 40)


def probability_of(
    meaning: float,
    words: float,
    *,
    gap: float = 0,
    name_share: float = 0.0,
    model: str = "another",
    vector: bool = True,
) -> float:
    """The probability of a file whose calibration input is `gap` less than the best one's."""
    parts: dict[Retriever, float] = {"meaning": meaning, "words": words, "names": 0.0}
    own = calibration_input(parts, has_meaning=vector)
    return calibrate(own, own + gap, name_share=name_share, model=model, has_meaning=vector)


@given(PART, st.floats(0, 40), st.floats(0, 5), st.sampled_from(MODELS), st.booleans())
def test_a_higher_score_is_never_less_probable(
    meaning: float, words: float, more: float, model: str, vector: bool
) -> None:
    before = probability_of(meaning, words, model=model, vector=vector)
    assert 0 <= before <= probability_of(meaning + more, words, model=model, vector=vector) <= 1
    assert before <= probability_of(meaning, words + more, model=model, vector=vector)


@given(PART, st.floats(0, 40), st.floats(0, 9), st.floats(0, 9), st.sampled_from(MODELS))
def test_a_better_hit_beside_it_makes_one_less_likely_and_never_more(
    meaning: float, words: float, gap: float, more: float, model: str
) -> None:
    assert probability_of(meaning, words, gap=gap + more, model=model) <= probability_of(
        meaning, words, gap=gap, model=model
    )


def test_a_passage_with_every_word_is_weak_at_least() -> None:
    assert band_of(with_all_words_floor(0.0, has_all_words=True)) == "weak"
    assert with_all_words_floor(ALL_WORDS_FLOOR + 0.1, has_all_words=True) == ALL_WORDS_FLOOR + 0.1
    assert with_all_words_floor(0.0, has_all_words=False) == 0.0


@pytest.mark.parametrize("model", MODELS)
def test_the_bands_are_reached(model: str) -> None:
    assert band_of(probability_of(0, 0, model=model)) == "none"
    assert band_of(probability_of(8, 5, model=model)) == "strong"
    assert [band_of(probability_of(z, 0, model=model)) for z in (0, 4, 5, 8)][-1] == "strong"


def test_words_alone_can_tell_while_there_is_no_vector() -> None:
    assert band_of(probability_of(0, 0, vector=False)) == "none"
    assert band_of(probability_of(0, 4, vector=False)) == "strong"


def test_a_file_with_the_whole_query_in_its_name_is_strong() -> None:
    assert band_of(probability_of(0, 0, name_share=1.0)) == "strong"
    assert band_of(probability_of(0, 0, name_share=0.6)) == "likely"


def test_the_bands_end_where_they_say() -> None:
    for least, name in BAND_THRESHOLDS:
        assert band_of(least) == name
        assert band_of(least - 1e-9) != name
    assert band_of(0) == "none"


@given(PART, st.integers(0, 10**7), st.integers(0, 10**7), st.sampled_from(MODELS))
def test_in_a_larger_library_the_same_score_is_never_more_probable(
    value: float, passages: int, more: int, model: str
) -> None:
    smaller, larger = (
        calibrate(value, value, name_share=0.0, model=model, has_meaning=True, passages=number)
        for number in (passages, passages + more)
    )
    assert larger <= smaller
    words = [
        calibrate(value, value, name_share=0.0, model=model, has_meaning=False, passages=number)
        for number in (passages, passages + more)
    ]
    assert words[0] == words[1]


@given(PART, st.integers(0, 10**5), st.sampled_from(MODELS))
def test_a_score_across_scripts_is_never_less_probable(value: float, passages: int, model: str) -> None:
    same, other = (
        calibrate(
            value, value, name_share=0.0, model=model, has_meaning=True, passages=passages, is_foreign_script=foreign
        )
        for foreign in (False, True)
    )
    assert other >= same


def test_the_multilingual_model_answers_across_scripts() -> None:
    """The passage that answers a Chinese question in English is as likely with a score that is lower by so much."""
    spec = MULTILINGUAL
    other, same = (
        calibrate(value, value, name_share=0.0, model=spec.name, has_meaning=True, is_foreign_script=foreign)
        for value, foreign in ((3.4, True), (3.4 + spec.calibration.other_script, False))
    )
    assert other == pytest.approx(same)
    assert band_of(other) == "weak"


def test_the_size_counts_from_a_usual_library_on() -> None:
    curve = Calibration(-4.0, 0.8, 0.3, size_slope=1.0, usual_passages=1000)
    assert size_offset(0, curve) == size_offset(1000, curve) == 0.0
    assert size_offset(200_000, curve) == pytest.approx(1.22, abs=0.01)
