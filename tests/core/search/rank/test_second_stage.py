"""The second stage: which passages a second model reads, what it and the neighbours add, and the order after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.models import ENGLISH
from core.search.query import parse
from core.search.rank.second_stage import (
    NEAREST_SHARE,
    SecondVectors,
    is_understood,
    mutual_nearness,
    second_scores,
    second_texts,
    with_neighbours,
)
from tests.core.search.rank.test_sentence_rerank import add_passage
from tests.core.search.test_searcher import SearchableLibrary, unit_vector

ENGLISH_TEXT = "The tenant has to pay the rent for the house that is on the hill, and the water that it uses."
GERMAN_TEXT = "Der Mieter hat die Miete für das Haus zu zahlen, das auf dem Hügel steht, und auch das Wasser."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SearchableLibrary]:
    library = SearchableLibrary(tmp_path)
    yield library
    library.close()


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("who has to pay for the water", True),
        ("rent", True),  # too short to be recognised as any language
        ("wer muss das Wasser bezahlen und die Miete", False),
        ("Mietvertrag Wasserkosten", False),  # not recognised either, but in pieces
        ("quel notaire garantit l'hypothèque", False),
        ("谁付租金", False),
        ("кто платит", False),
        ("12345", False),
    ],
)
def test_only_questions_in_its_language_go_to_the_second_model(question: str, understood: bool) -> None:
    assert is_understood(question, ENGLISH) is understood


def test_passages_in_other_languages_are_not_read_and_few_are_not_worth_it() -> None:
    assert second_texts([ENGLISH_TEXT, "", GERMAN_TEXT, ENGLISH_TEXT], ENGLISH) == {0: ENGLISH_TEXT, 3: ENGLISH_TEXT}
    assert second_texts([ENGLISH_TEXT, GERMAN_TEXT, GERMAN_TEXT], ENGLISH) == {}
    assert second_texts([], ENGLISH) == {}


def test_a_score_is_in_deviations_above_passages_on_everything() -> None:
    query = np.array([1, 0], np.float32)
    second = SecondVectors(ENGLISH, {2: np.array([0.6, 0.8], np.float32), 5: np.array([0.1, 0.0], np.float32)}, query)
    background = np.array([[0.1, 0], [0.1, 0]], np.float32)
    scores = second_scores(second, background)
    usual = 0.5**0.5 * ENGLISH.cosine_spread
    assert scores == pytest.approx({2: 0.5 / usual, 5: 0.0}, abs=1e-5)
    nearer = replace(second, sentences={5: np.array([[0.0, 1.0], [0.6, 0.8]], np.float32)})
    assert second_scores(nearer, background)[5] == pytest.approx(NEAREST_SHARE * 0.5 / usual, abs=1e-5)


def test_neighbours_of_good_passages_rise_and_strangers_do_not() -> None:
    """Five passages are alike; one of them has a low score, and so has one that is like none of them."""
    alike = np.array([[1, 0.1 * number, 0] for number in range(5)], np.float32)
    vectors = np.concatenate([alike, [[0, 0, 1]]])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scores = np.array([3, 3, 3, 3, 1, 1], np.float32)
    mixed = with_neighbours(scores, mutual_nearness(vectors))
    assert mixed[4] > mixed[5]
    assert mixed[4] > scores[4]


def test_what_the_second_model_is_sure_of_comes_first(library: SearchableLibrary) -> None:
    """To the library's own model all are the same; the second one is sure of the last, and says nothing of one."""
    for name in "abcd":
        add_passage(library, f"/made/{name}.txt", ENGLISH_TEXT.replace("tenant", name * 3))
    query = parse("who pays for gas")
    before = library.searcher.search(query, unit_vector(0, 1), limit=5)
    assert [Path(hit.path).stem for hit in before] == ["a", "b", "c", "d"]
    sure, unsure = np.eye(ENGLISH.dimension, dtype=np.float32)[:2]
    second = SecondVectors(ENGLISH, {1: unsure, 2: unsure, 3: sure}, sure)
    after = library.searcher.rerank(query, before, [], [], unit_vector(0, 1), second)
    assert Path(after[0].path).stem == "d"
    assert {hit.path for hit in after} == {hit.path for hit in before}
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert library.searcher.rerank(query, before, [], [], unit_vector(0, 1)) == before
