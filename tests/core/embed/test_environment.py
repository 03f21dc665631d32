"""Variables of the environment and redirects: neither adds to what an engine receives, nor sends it elsewhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core.embed import http_client
from core.embed.http_client import SENT_HEADERS
from core.engine.probe.http import Endpoint, ask
from core.errors import EngineError
from tests.core.embed.real_http import MODEL_SPEC, embedder
from tests.fakes.fake_api import embeddings
from tests.tools.silence.run import HOSTILE

KEY = "the-key"


class Listener(ThreadingHTTPServer):
    """A real server that keeps the headers of its requests; redirects to `elsewhere` if that is set."""

    daemon_threads = True

    def __init__(self, elsewhere: str = "") -> None:
        super().__init__(("127.0.0.1", 0), ListenerHandler)
        self.elsewhere = elsewhere
        self.heard: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class ListenerHandler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append({name.lower(): value for name, value in self.headers.items()})
        status, answer = embeddings(body["input"], MODEL_SPEC.dimension)
        data = json.dumps(answer).encode()
        self.send_response(307 if self.server.elsewhere else status)
        if self.server.elsewhere:
            self.send_header("Location", f"{self.server.elsewhere}/embeddings")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@contextmanager
def listener(elsewhere: str = "") -> Iterator[Listener]:
    server = Listener(elsewhere)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_no_variable_changes_what_an_engine_receives(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    with listener() as server, embedder(server.url, key=KEY) as client:
        assert client.embed_passages(["a text"]).shape == (1, MODEL_SPEC.dimension)
        (headers,) = server.heard
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["host"] == server.url.split("/")[2]
    assert headers.keys() <= SENT_HEADERS | {"authorization", "user-agent"}
    assert headers["user-agent"] == "Findling"
    assert "another" not in str(headers)


def test_a_redirect_is_not_followed_by_the_client_nor_by_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.embed.embedder.FIRST_PAUSE", 0.0)
    with listener() as stranger, listener(stranger.url) as server:
        with embedder(server.url, key=KEY) as client, pytest.raises(EngineError):
            client.embed_query("a text")
        with pytest.raises(EngineError):
            ask(Endpoint(server.url, KEY, MODEL_SPEC), "/embeddings", {"input": ["a text"]}, 30)
        assert server.heard
        assert stranger.heard == []


def test_a_server_elsewhere_may_be_behind_the_systems_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's own library decides by `trust_env`, which is on for other machines only."""
    import openai

    seen: list[bool] = []
    true = openai.DefaultHttpxClient

    def client(**options: Any) -> Any:
        seen.append(options["trust_env"])
        return true(**options)

    monkeypatch.setattr(openai, "DefaultHttpxClient", client)
    for url in ("http://127.0.0.1:9/v1", "http://localhost:9/v1", "http://[::1]:9/v1", "http://192.0.2.1:9/v1"):
        http_client.client(url, "", http_client.TrackedConnections(url)).close()
    assert seen == [False, False, False, True]
