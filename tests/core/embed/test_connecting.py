"""Closing while connecting to an engine whose machine does not respond."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import pytest

from core.embed import Embedder
from core.errors import EngineUnavailableError
from core.models import ENGLISH


@pytest.fixture
def unreachable_url() -> Iterator[str]:
    """A URL where connecting hangs for minutes, because the listen queue is full."""
    with contextlib.ExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                waiting.connect(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


@pytest.mark.timeout(60)
def test_it_ends_while_it_is_connecting(unreachable_url: str) -> None:
    embedder = Embedder(unreachable_url, "", ENGLISH)
    future = embedder.submit(["text"])
    while not future.running():
        pass
    embedder.close()
    with pytest.raises(EngineUnavailableError):
        future.result()
