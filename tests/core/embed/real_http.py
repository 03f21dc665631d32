"""An embedder of a small model against a real HTTP server with scripted answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.embed import Embedder
from core.models import ModelSpec
from tests.core.engine.conftest import KEY
from tests.fakes.fake_api import Answer, FakeApi, embeddings, fake_api
from tests.fakes.fake_engine import vector_of

DIMENSION = 32
MODEL_SPEC = ModelSpec("fake", "Fake", DIMENSION, 64, "wordpiece", "1", query_prefix="ask: ", passage_prefix="say: ")


@contextmanager
def embedder(url: str, model_spec: ModelSpec = MODEL_SPEC, key: str = KEY, in_flight: int = 3) -> Iterator[Embedder]:
    client = Embedder(url, key, model_spec, in_flight=in_flight)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def embedder_with_api(answer: Answer) -> Iterator[tuple[Embedder, FakeApi]]:
    with fake_api(answer) as api, embedder(api.url) as client:
        yield client, api


def valid_answer(texts: list[str]) -> tuple[int, Any]:
    return embeddings(texts, DIMENSION)


def expected_vectors(*texts: str) -> Any:
    return np.array([vector_of(text, DIMENSION) for text in texts], np.float32)
