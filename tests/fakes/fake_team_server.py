"""A fake team library over TLS that accepts requests and answers none, or answers with what a test says."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from core.team import TeamLibrary


class FakeTeamServer(ThreadingHTTPServer):
    """Answers once `may_answer` is set: with `status`, `headers` and `body`. `arrived` counts the requests."""

    daemon_threads = True

    def __init__(self, certificate: Path, key: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._certificate = certificate
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.may_answer = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.asked: list[str] = []
        self.status, self.body = 200, b"{}"
        self.headers: dict[str, str] = {}
        self.tokens: list[str] = []  # that were sent
        self.bodies: dict[str, bytes] = {}  # by operation, where they are not `body`

    def library(self) -> TeamLibrary:
        address = f"https://localhost:{self.server_address[1]}"
        return TeamLibrary("Slow", address, str(self._certificate), is_asked=True)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore a client that closed its connection, or did not trust the certificate."""


class _Handler(BaseHTTPRequestHandler):
    server: FakeTeamServer

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.tokens.append(self.headers.get("Authorization", "").removeprefix("Bearer "))
        self.server.arrived.release()
        self.server.may_answer.wait()
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        operation = self.path.partition("?")[0].removeprefix("/v1/")
        self.wfile.write(self.server.bodies.get(operation, self.server.body))


@contextmanager
def fake_team_server(certificate: Path, key: Path) -> Iterator[FakeTeamServer]:
    """One that serves on a thread."""
    server = FakeTeamServer(certificate, key)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.may_answer.set()
        server.shutdown()
        thread.join()
        server.server_close()
