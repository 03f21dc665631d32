"""The end, while an engine is slow; and no proxy on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import Any

import pytest

from core.embed import Embedder
from core.errors import EngineUnavailableError
from tests.core.embed.real_http import DIMENSION, MODEL_SPEC, against, well
from tests.core.engine.conftest import KEY
from tests.fakes.fake_api import FakeApi, fake_api


@pytest.fixture
def slow() -> Iterator[tuple[FakeApi, threading.Event]]:
    """An engine that answers only when the test lets it."""
    go_on = threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        go_on.wait(120)
        return well(texts)

    with fake_api(answer) as api:
        yield api, go_on
        go_on.set()


def test_it_ends_while_a_slow_request_is_under_way(slow: tuple[FakeApi, threading.Event]) -> None:
    api, go_on = slow
    made = Embedder(api.url, KEY, MODEL_SPEC, in_flight=2)
    running = [made.submit([text]) for text in ("one", "two")]
    waiting = made.submit(["three"])
    for _ in running:
        assert api.arrived.acquire(timeout=60)
    closing = threading.Thread(target=made.close)
    closing.start()
    closing.join(30)
    ended = not closing.is_alive()
    go_on.set()
    closing.join()
    assert ended, "it waited for the engine"
    assert waiting.cancelled()
    for future in running:
        with pytest.raises((EngineUnavailableError, CancelledError)):
            future.result()
    assert len(api.requests) == 2


def test_nothing_is_retried_after_cancelling() -> None:
    requested, go_on = threading.Event(), threading.Event()

    def answer(texts: list[str]) -> tuple[int, Any]:
        requested.set()
        go_on.wait(60)
        return 503, b"busy"

    with against(answer) as (made, api):
        future = made.submit(["one"])
        assert requested.wait(60)
        made.cancel()
        go_on.set()
        with pytest.raises(EngineUnavailableError):
            future.result(60)
        assert len(api.requests) == 1


def test_closing_twice_does_no_harm() -> None:
    with against(well) as (made, _):
        made.embed_passages(["a"])
        made.close()
        made.close()


def test_no_proxy_is_used_for_a_loopback_address(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    with against(well) as (made, _):
        assert made.embed_passages(["a"]).shape == (1, DIMENSION)
