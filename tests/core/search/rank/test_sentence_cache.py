"""Sentences that were looked at lately are not embedded again: a real server counts what it is asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.search.rank import sentence_cache
from core.search.rank.sentence_cache import SentenceCache
from tests.core.embed.real_http import DIMENSION, MODEL_SPEC, against, embedder, expected, well


def asked_of(requests: list[list[str]]) -> list[str]:
    return [text for request in requests for text in request]


def test_only_what_is_new_is_asked_and_the_order_is_that_of_the_texts() -> None:
    cache = SentenceCache()
    with against(well) as (asked, api):
        first = cache.vectors(["one", "two", "one"], asked)
        second = cache.vectors(["two", "three", "one"], asked)
        assert asked_of(api.requests) == ["say: one", "say: two", "say: three"]
        assert cache.vectors([], asked).shape == (0, DIMENSION)
    np.testing.assert_allclose(first, expected("say: one", "say: two", "say: one"), atol=1e-3)
    np.testing.assert_allclose(second, expected("say: two", "say: three", "say: one"), atol=1e-3)


def test_another_model_does_not_get_them() -> None:
    cache = SentenceCache()
    with against(well) as (asked, api), embedder(api.url, replace(MODEL_SPEC, revision="2")) as other:
        cache.vectors(["one"], asked)
        cache.vectors(["one"], other)
        assert len(api.requests) == 2


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_cache, "MAX_BYTES", 3 * 2 * DIMENSION)
    cache = SentenceCache()
    with against(well) as (asked, api):
        cache.vectors(["one", "two", "three"], asked)
        cache.vectors(["one"], asked)
        cache.vectors(["four"], asked)
        cache.vectors(["one", "three", "four"], asked)
        assert asked_of(api.requests)[3:] == ["say: four"]
        cache.vectors(["two"], asked)
        assert asked_of(api.requests)[4:] == ["say: two"]
