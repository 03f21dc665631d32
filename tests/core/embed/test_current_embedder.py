"""One client at a time: kept for its endpoint, replaced for another one, closed for good."""

from __future__ import annotations

import pytest

from core.embed import CurrentEmbedder
from core.engine.server import Endpoint
from core.errors import EngineUnavailableError
from core.models import ENGLISH

FIRST = Endpoint("http://127.0.0.1:9/v1", "key", ENGLISH)
SECOND = Endpoint("http://127.0.0.1:9/v1", "another key", ENGLISH)


def test_an_endpoint_keeps_its_embedder_and_another_one_replaces_it() -> None:
    current: CurrentEmbedder[Endpoint] = CurrentEmbedder(in_flight=1)
    assert current.endpoint is None
    first = current.at(FIRST)
    assert current.at(FIRST) is first
    assert current.at(SECOND) is not first
    assert current.endpoint == SECOND
    with pytest.raises(RuntimeError):  # the threads of a closed embedder take nothing more
        first.submit(["harbour"])
    current.close()


def test_after_closing_every_embedder_is_closed() -> None:
    current: CurrentEmbedder[Endpoint] = CurrentEmbedder(in_flight=1)
    current.close()
    with pytest.raises((RuntimeError, EngineUnavailableError)):
        current.at(FIRST).embed_query("harbour")
