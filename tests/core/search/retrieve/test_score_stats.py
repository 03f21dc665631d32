"""The background of scores: half the library's passages, half passages on everything."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from core import paths
from core.models import ENGLISH, MODELS
from core.search.rank.fusion import Scales
from core.search.retrieve.score_stats import ScoreStats
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Vectors
from core.store.index_set import Indexes

BACKGROUNDS = {spec.key: spec.background for spec in MODELS.values() if spec.background}
PASSAGES = 120


def normalized(vectors: Vectors) -> Vectors:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def background(file: str) -> Vectors:
    return np.asarray(np.load(paths.resources() / "models" / file), np.float32)


def stats_of(vectors: Vectors) -> ScoreStats:
    """The statistics of a library of the English model with these vectors."""
    ids = np.arange(1, len(vectors) + 1)

    class Index:
        def __len__(self) -> int:
            return len(vectors)

        def sample(self, count: int) -> object:
            return ids[:count]

    table = SimpleNamespace(read=lambda _model, chosen: [(chosen, vectors[chosen - 1])])
    indexes = SimpleNamespace(model_spec=ENGLISH, model_id=1, vectors=Index())
    return ScoreStats(cast("Catalogue", SimpleNamespace(vectors=table)), cast("Indexes", indexes))


@pytest.mark.parametrize("file", BACKGROUNDS.values(), ids=BACKGROUNDS.keys())
def test_each_built_in_model_has_vectors_of_some_two_hundred_passages(file: str) -> None:
    vectors = background(file)
    assert len(vectors) > 150
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(vectors)), abs=0.01)


def test_the_built_in_models_have_one() -> None:
    assert BACKGROUNDS.keys() == {spec.key for spec in MODELS.values() if spec.bundled}


def test_a_question_on_the_subject_of_all_passages_stands_out() -> None:
    rng = np.random.default_rng(1)
    subject = normalized(rng.normal(size=ENGLISH.dimension))
    noise = rng.normal(size=(PASSAGES, ENGLISH.dimension)) / ENGLISH.dimension**0.5
    stats = stats_of(normalized(subject + 1.2 * noise))
    question = normalized(subject + 0.5 * noise[0])
    scales = Scales(*stats.describe(question)[:2])
    passages = normalized(subject + 1.2 * noise)
    near, alone = float((passages @ question).max()), (passages @ question)
    assert scales.meaning(near) > (near - alone.mean()) / alone.std()
    foreign = background(ENGLISH.background)[0]
    elsewhere = Scales(*stats.describe(foreign)[:2])
    assert elsewhere.meaning(float((passages @ foreign).max())) < scales.meaning(near)


def test_the_mean_of_the_library_is_told_too() -> None:
    vectors = normalized(np.eye(3, ENGLISH.dimension, dtype=np.float32))
    mean, _, own = stats_of(vectors).describe(vectors[0])
    assert own == pytest.approx(1 / 3)
    assert mean == pytest.approx((own + float((background(ENGLISH.background) @ vectors[0]).mean())) / 2, abs=1e-4)


def test_an_empty_library_has_only_the_usual_deviation() -> None:
    mean, deviation, own = stats_of(np.zeros((0, ENGLISH.dimension), np.float32)).describe(
        np.ones(ENGLISH.dimension, np.float32)
    )
    assert (mean, own) == (0.0, 0.0)
    assert deviation == pytest.approx(ENGLISH.cosine_spread)
