"""Removal of the language component from query vectors, on the real model."""

from __future__ import annotations

import numpy as np
import pytest

from core.embed.language_debias import debias
from core.embed.responses import Vectors
from core.engine.builtin import onnx_model
from core.models import ENGLISH, MODELS, MULTILINGUAL

# Not the texts from which the directions were computed; each passage in every language.
QUESTIONS = {
    "en": ["why do my tomatoes rot", "how is the bread baked", "what does the train ticket cost"],
    "de": ["warum faulen meine Tomaten", "wie wird das Brot gebacken", "was kostet die Fahrkarte"],
    "zh": ["我的番茄为什么会腐烂", "面包是怎么烤的", "火车票多少钱"],
    "ar": ["لماذا تتعفن الطماطم", "كيف يخبز الخبز", "كم ثمن تذكرة القطار"],
}
PASSAGES = {
    "en": ["Blight makes tomatoes go bad.", "Bake the loaf for forty minutes.", "A single fare is nine euros."],
    "de": ["Krautfäule verdirbt Tomaten.", "Den Laib vierzig Minuten backen.", "Eine einfache Fahrt kostet neun Euro."],
    "zh": ["晚疫病会使番茄变坏。", "将面包烘烤四十分钟。", "单程票价为九欧元。"],
    "ar": ["اللفحة تفسد الطماطم.", "اخبز الرغيف أربعين دقيقة.", "ثمن الرحلة الواحدة تسعة يورو."],
}


@pytest.fixture(scope="module")
def model() -> onnx_model.OnnxModel:
    return onnx_model.load(MULTILINGUAL, lambda _part, _done: None)


def vectors(model: onnx_model.OnnxModel, prefix: str, by_language: dict[str, list[str]]) -> Vectors:
    """[languages, texts, dimension]"""
    return np.array([[model.embed(model.encode(prefix + text)) for text in texts] for texts in by_language.values()])


def test_what_a_passage_says_counts_for_more_than_its_language(model: onnx_model.OnnxModel) -> None:
    queries = vectors(model, MULTILINGUAL.query_prefix, QUESTIONS)
    passages = vectors(model, MULTILINGUAL.passage_prefix, PASSAGES).reshape(-1, MULTILINGUAL.dimension)
    subject = np.tile(np.arange(3), len(PASSAGES))
    found = {}
    for name, change in (
        ("as it is", lambda vector: vector),
        ("debiased", lambda vector: debias(vector, MULTILINGUAL)),
    ):
        ranked = [[subject[np.argsort(-passages @ change(vector))[:4]] for vector in language] for language in queries]
        found[name] = np.mean([first == np.arange(3)[:, None] for first in ranked])
    assert found["debiased"] > 0.85 > found["as it is"]


def test_it_is_still_a_unit_vector(model: onnx_model.OnnxModel) -> None:
    once = debias(model.embed(model.encode("query: why do my tomatoes rot")), MULTILINGUAL)
    assert float(np.linalg.norm(once)) == pytest.approx(1, abs=1e-5)
    assert once.dtype == np.float32


def test_other_models_questions_are_left_as_they_are() -> None:
    vector = np.eye(1, ENGLISH.dimension, dtype=np.float32)[0]
    assert np.array_equal(debias(vector, ENGLISH), vector)
    assert np.array_equal(debias(vector, MODELS["qwen3-0.6b"]), vector)
