"""A fake embeddings API on a thread of the test: a real HTTP server whose answers a test writes itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes.fake_engine import vector_of

Answer = Callable[[list[str]], tuple[int, Any]]


def embeddings(texts: list[str], dimension: int) -> tuple[int, Any]:
    """The vectors of an engine without faults."""
    data = [{"object": "embedding", "index": at, "embedding": vector_of(t, dimension)} for at, t in enumerate(texts)]
    return 200, {"object": "list", "model": "fake", "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


class FakeApi(ThreadingHTTPServer):
    """Answers each request with what `answer` returns of its texts: a status, and bytes or what becomes JSON."""

    daemon_threads = True

    def __init__(self, answer: Answer, name: str) -> None:
        super().__init__(("127.0.0.1", 0), FakeApiHandler)
        self.answer = answer
        self.name = name
        self.requests: list[list[str]] = []
        self.arrived = threading.Semaphore(0)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a client that closed its connection."""


class FakeApiHandler(BaseHTTPRequestHandler):
    server: FakeApi
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self._send(200, {"object": "list", "data": [{"id": self.server.name, "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body["input"])
        self.server.arrived.release()
        self._send(*self.server.answer(body["input"]))

    def _send(self, status: int, answer: Any) -> None:
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def fake_api(answer: Answer, name: str = "fake") -> Iterator[FakeApi]:
    """A running one that lists a model of that name, ended with the test."""
    server = FakeApi(answer, name)
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), name="fake api")
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
