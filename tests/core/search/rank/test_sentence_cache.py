"""Cached sentences are not embedded again: a real server counts its requests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.search.rank import sentence_cache
from core.search.rank.sentence_cache import SentenceCache
from tests.core.embed.real_http import (
    DIMENSION,
    MODEL_SPEC,
    embedder,
    embedder_with_api,
    expected_vectors,
    valid_answer,
)


def texts_of(requests: list[list[str]]) -> list[str]:
    return [text for request in requests for text in request]


def test_only_new_texts_are_embedded_and_vectors_are_in_the_order_of_the_texts() -> None:
    cache = SentenceCache()
    with embedder_with_api(valid_answer) as (client, api):
        first = cache.vectors(["one", "two", "one"], client)
        second = cache.vectors(["two", "three", "one"], client)
        assert texts_of(api.requests) == ["say: one", "say: two", "say: three"]
        assert cache.vectors([], client).shape == (0, DIMENSION)
    np.testing.assert_allclose(first, expected_vectors("say: one", "say: two", "say: one"), atol=1e-3)
    np.testing.assert_allclose(second, expected_vectors("say: two", "say: three", "say: one"), atol=1e-3)


def test_another_model_does_not_get_them() -> None:
    cache = SentenceCache()
    with (
        embedder_with_api(valid_answer) as (client, api),
        embedder(api.url, replace(MODEL_SPEC, revision="2")) as other,
    ):
        cache.vectors(["one"], client)
        cache.vectors(["one"], other)
        assert len(api.requests) == 2


def test_the_least_recently_used_are_evicted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_cache, "MAX_BYTES", 3 * 2 * DIMENSION)
    cache = SentenceCache()
    with embedder_with_api(valid_answer) as (client, api):
        cache.vectors(["one", "two", "three"], client)
        cache.vectors(["one"], client)
        cache.vectors(["four"], client)
        cache.vectors(["one", "three", "four"], client)
        assert texts_of(api.requests)[3:] == ["say: four"]
        cache.vectors(["two"], client)
        assert texts_of(api.requests)[4:] == ["say: two"]
