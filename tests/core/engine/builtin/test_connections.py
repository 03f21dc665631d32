"""The built-in engine's connections: strangers without the key, however many, keep nobody from being answered."""

from __future__ import annotations

import http.client
import json
import os
import resource
import socket
import threading
from asyncio import BaseTransport
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from core import limited_http
from core.engine.builtin import app, connections
from core.engine.builtin.connections import EngineConnection
from core.engine.builtin.priority import Priority
from core.engine.builtin.server import EngineHttp
from core.engine.builtin.state import EngineState
from core.engine.builtin.workers import Workers
from core.models import ENGLISH
from tests.core.engine.conftest import KEY, Running

STRANGERS = 800
HALF_A_LINE = b"GET /v1/mod"
HALF_A_HEAD = b"POST /v1/embeddings HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_BODY = b"POST /v1/embeddings HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer no\r\nContent-Length: 99999\r\n\r\n{"


@pytest.fixture(autouse=True)
def _many_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else 1 << 16, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connected(port: int, begins: bytes = b"") -> socket.socket:
    peer = socket.create_connection(("127.0.0.1", port), timeout=60)
    peer.sendall(begins.replace(b"%s", b"127.0.0.1:%d" % port))
    return peer


def question(engine: Running) -> int:
    with engine.client() as client:
        return len(client.embeddings.create(model=engine.model_spec.name, input="a question").data[0].embedding)


@contextmanager
def serving() -> Iterator[EngineHttp]:
    """The server in this process, whose vectors are all zero."""
    vectors = Workers(lambda _: (np.zeros(ENGLISH.dimension, np.float32), 1), threads=1)
    priority = Priority(Path(os.devnull) / "nowhere")
    server = EngineHttp(EngineState(ENGLISH, KEY, priority, vocabulary=1, workers=vectors))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert asked(server.port)[0] == 200  # it serves, and can be stopped
        yield server
    finally:
        server.stop()
        thread.join()
        vectors.close()


def asked(port: int, peer: http.client.HTTPConnection | None = None) -> tuple[int, dict[str, Any]]:
    own = peer or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    own.request("GET", "/v1/models", headers={"Authorization": f"Bearer {KEY}"})
    answer = own.getresponse()
    found = answer.status, json.loads(answer.read())
    if peer is None:
        own.close()
    return found


def whole(peer: socket.socket) -> bytes:
    """What the server says until it ends the connection."""
    answer = b""
    with suppress(ConnectionError):
        while piece := peer.recv(65536):
            answer += piece
    return answer


def is_closed(peer: socket.socket) -> bool:
    """Whether the server ends the connection without a word; waits for it."""
    return whole(peer) == b""


@pytest.mark.slow
@pytest.mark.parametrize("begins", [b"", HALF_A_LINE, HALF_A_HEAD, HALF_A_BODY])
def test_half_finished_connections_do_not_keep_a_question_from_its_answer(english: Running, begins: bytes) -> None:
    process = psutil.Process(english.process.pid)
    threads = process.num_threads()
    with ExitStack() as stack:
        for _ in range(STRANGERS):
            stack.enter_context(connected(english.port, begins))
        assert question(english) == english.model_spec.dimension
        assert process.num_threads() <= threads + 1
        # The question's own thread pool may hold one more descriptor; strangers hold no more than their limit.
        assert len(process.net_connections("tcp")) <= connections.MAX_STRANGERS + 8


@pytest.mark.slow
def test_questions_are_answered_while_strangers_keep_coming(english: Running) -> None:
    ended = threading.Event()

    def flood() -> None:
        held: list[socket.socket] = []
        while not ended.is_set():
            held.append(connected(english.port, HALF_A_HEAD))
            if len(held) > STRANGERS:
                held.pop(0).close()
        for peer in held:
            peer.close()

    threads = [threading.Thread(target=flood)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(8):
            assert question(english) == english.model_spec.dimension
    finally:
        ended.set()
        for thread in threads:
            thread.join()


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> list[EngineConnection]:
    """The connections that a server in this process has accepted."""
    made: list[EngineConnection] = []
    true = EngineConnection.connection_made

    def connection_made(self: EngineConnection, transport: BaseTransport) -> None:
        made.append(self)
        true(self, transport)

    monkeypatch.setattr(EngineConnection, "connection_made", connection_made)
    return made


def test_one_stranger_too_many_ends_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_STRANGERS", 3)
    monkeypatch.setattr(limited_http, "HEAD_SECONDS", 3600.0)
    with serving() as server, ExitStack() as stack:
        first, *_, last = [stack.enter_context(connected(server.port, HALF_A_LINE)) for _ in range(4)]
        assert is_closed(first)
        assert asked(server.port)[0] == 200
        last.setblocking(False)
        with pytest.raises(BlockingIOError):
            last.recv(1)


@pytest.mark.parametrize("begins", [b"", HALF_A_LINE, HALF_A_HEAD])
def test_a_head_that_does_not_end_ends_the_connection(monkeypatch: pytest.MonkeyPatch, begins: bytes) -> None:
    with serving() as server:
        monkeypatch.setattr(limited_http, "HEAD_SECONDS", 0.2)
        with connected(server.port, begins) as peer:
            assert is_closed(peer)


def test_a_second_head_that_does_not_end_ends_the_connection(accepted: list[EngineConnection]) -> None:
    with serving() as server:
        peer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        assert asked(server.port, peer)[0] == 200
        accepted[-1]._head._seconds = 0.2  # after the first head, which may take longer on a busy machine
        assert peer.sock is not None
        peer.sock.sendall(HALF_A_HEAD)
        assert is_closed(peer.sock)
        peer.close()


def test_a_slow_head_is_not_given_more_time_for_each_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setattr(limited_http, "HEAD_SECONDS", 0.5)
        with connected(server.port, HALF_A_HEAD) as peer:
            peer.settimeout(0.05)
            for _ in range(600):
                with suppress(TimeoutError):
                    assert is_closed(peer)
                    return
                with suppress(ConnectionError):  # it may have been closed just now
                    peer.sendall(b"x")
            pytest.fail("the connection was still open after half a minute")


def test_a_client_with_the_key_may_wait_between_its_requests(
    accepted: list[EngineConnection], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as server:
        monkeypatch.setattr(connections, "STRANGER_IDLE", 0.2)
        peer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        assert asked(server.port, peer)[0] == 200
        accepted[-1]._head._seconds = 0.2
        own = peer.sock
        with connected(server.port, b"GET /health HTTP/1.1\r\nHost: %s\r\n\r\n") as stranger:
            assert whole(stranger).startswith(b"HTTP/1.1 200 ")
        assert asked(server.port, peer)[0] == 200
        assert peer.sock is own
        peer.close()


def test_a_body_that_does_not_come_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(app, "DISCARD_SECONDS", 0.2)
    with serving() as server:
        with connected(server.port, HALF_A_BODY.replace(b"Bearer no", b"Bearer " + KEY.encode())) as peer:
            answer = whole(peer)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b'"error"' in answer
        assert asked(server.port)[0] == 200


def test_a_body_over_the_limit_is_refused_and_the_client_hears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "DISCARD_SECONDS", 3600.0)
    monkeypatch.setattr(limited_http, "BODY_SECONDS", 3600.0)
    with serving() as server:
        peer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        headers = {"Authorization": f"Bearer {KEY}"}
        peer.request("POST", "/v1/embeddings", b"x" * (app.MAX_BODY + 1), headers)
        answer = peer.getresponse()
        assert answer.status == 413
        assert str(app.MAX_BODY) in json.loads(answer.read())["error"]["message"]
        peer.close()


def test_too_many_clients_with_the_key_are_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setattr(connections, "MAX_CLIENTS", 2)
        peers = [http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for _ in range(3)]
        answers = [asked(server.port, peer) for peer in peers]
        assert [status for status, _ in answers] == [200, 200, 503]
        assert set(answers[2][1]["error"]) == {"message", "type", "param", "code"}
        peers[0].close()
        for peer in peers:
            peer.close()


def test_headers_over_the_limit_are_refused() -> None:
    with serving() as server, connected(server.port) as peer:
        peer.sendall(b"GET /health HTTP/1.1\r\nX: " + b"x" * limited_http.MAX_HEAD)
        assert b'"error"' in whole(peer)
