"""Closing while an engine is slow; no proxy for loopback addresses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import Any

import pytest

from core.embed import Embedder
from core.errors import EngineUnavailableError
from tests.core.embed.real_http import DIMENSION, MODEL_SPEC, embedder_with_api, valid_answer
from tests.core.engine.conftest import KEY
from tests.fakes.fake_api import FakeApi, fake_api


@pytest.fixture
def slow_engine() -> Iterator[tuple[FakeApi, threading.Event]]:
    """An engine that answers only when the test lets it."""
    release = threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        release.wait(120)
        return valid_answer(texts)

    with fake_api(answer) as api:
        yield api, release
        release.set()


def test_it_ends_while_a_slow_request_is_under_way(slow_engine: tuple[FakeApi, threading.Event]) -> None:
    api, release = slow_engine
    client = Embedder(api.url, KEY, MODEL_SPEC, in_flight=2)
    running = [client.submit([text]) for text in ("one", "two")]
    waiting = client.submit(["three"])
    for _ in running:
        assert api.arrived.acquire(timeout=60)
    closing = threading.Thread(target=client.close)
    closing.start()
    closing.join(30)
    ended = not closing.is_alive()
    release.set()
    closing.join()
    assert ended, "it waited for the engine"
    assert waiting.cancelled()
    for future in running:
        with pytest.raises((EngineUnavailableError, CancelledError)):
            future.result()
    assert len(api.requests) == 2


def test_nothing_is_retried_after_cancelling() -> None:
    requested, release = threading.Event(), threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        requested.set()
        release.wait(60)
        return 503, b"busy"

    with embedder_with_api(answer) as (client, api):
        future = client.submit(["one"])
        assert requested.wait(60)
        client.cancel()
        release.set()
        with pytest.raises(EngineUnavailableError):
            future.result(60)
        assert len(api.requests) == 1


def test_closing_twice_does_no_harm() -> None:
    with embedder_with_api(valid_answer) as (client, _):
        client.embed_passages(["a"])
        client.close()
        client.close()


def test_no_proxy_is_used_for_a_loopback_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with embedder_with_api(valid_answer) as (client, _):
        assert client.embed_passages(["a"]).shape == (1, DIMENSION)
