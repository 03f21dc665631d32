"""The HTTP server of the built-in engine: on loopback, for clients with the key."""

from __future__ import annotations

import contextlib
import hmac
import json
import selectors
import socket
import socketserver
import sys
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from core.engine.builtin import api
from core.engine.builtin.api import ApiError
from core.engine.builtin.bert_weights import Floats
from core.engine.builtin.priority import Priority
from core.engine.builtin.workers import EmbedTask, Text, Workers
from core.models import URGENT, ModelSpec

if TYPE_CHECKING:  # listening must not wait for onnxruntime's import
    from core.engine.builtin.onnx_model import OnnxModel

LOOPBACK = "127.0.0.1"
MAX_BODY = 32 * 1024 * 1024  # bytes
MAX_DISCARDED = 2 * MAX_BODY
METHODS = {"/health": "GET", "/v1/models": "GET", "/v1/embeddings": "POST"}


class EngineHttp(ThreadingHTTPServer):
    """Listens as soon as it is made, on a free port; answers 503 until `ready` is called."""

    daemon_threads = True
    allow_reuse_address = False
    request_queue_size = 64

    def __init__(self, model_spec: ModelSpec, key: str, priority: Priority) -> None:
        super().__init__((LOOPBACK, 0), Handler)
        self.priority = priority
        self.model_spec = model_spec
        self.key = key
        self.port: int = self.server_address[1]
        self.vocabulary = 0
        self.workers: Workers | None = None

    def server_bind(self) -> None:
        """Bind without asking the name service who 127.0.0.1 is."""
        socketserver.TCPServer.server_bind(self)

    def ready(self, model: OnnxModel, threads: int) -> None:
        """Serve this model from now on, `threads` texts at a time."""

        def embed(text: Text) -> tuple[Floats, int]:
            ids = model.encode(text) if isinstance(text, str) else text[: model.model_spec.token_limit]
            return model.embed(ids), len(ids)

        self.vocabulary = model.vocabulary
        self.workers = Workers(embed, threads)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log an error, unless the client only closed its connection."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: EngineHttp
    protocol_version = "HTTP/1.1"
    server_version = "Findling"
    sys_version = ""
    timeout = 300
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer any method; which one is allowed depends on the path."""
        self._unread = True
        try:
            status, body = 200, self._route()
        except ApiError as error:
            status, body = error.status, error.body()
        if body is None:
            self.close_connection = True
            return
        unread = self._length() if self._unread else 0
        if unread or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
        self._send(status, body)
        self._discard(min(unread, MAX_DISCARDED))

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer in the API's format what the standard library refuses by itself."""
        self.close_connection = True
        self._send(int(code), ApiError(int(code), message or explain or "Refused.").body())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log no request: the log must not hold a person's text."""

    def _route(self) -> dict[str, Any] | None:
        path = self.path.partition("?")[0]
        self._check_origin()
        if path != "/health":
            self._check_key()
        if path not in METHODS:
            raise ApiError(404, f"There is no {path} here.")
        if self.command != METHODS[path]:
            raise ApiError(405, f"{path} takes {METHODS[path]} only.")
        if path == "/v1/models":
            return api.models(self.server.model_spec)
        workers = self.server.workers
        if workers is None:
            raise ApiError(503, "The model is being loaded.", kind="server_error")
        if path == "/health":
            return {"status": "ready", "waiting": workers.waiting}
        return self._embeddings(workers)

    def _check_origin(self) -> None:
        own = {f"{name}:{self.server.port}" for name in (LOOPBACK, "localhost")}
        if self.headers.get("Host", "").lower() not in own:
            raise ApiError(403, "This server is for this machine's own address only.", kind="permission_error")
        origin = self.headers.get("Origin")
        if origin is not None and origin.lower() not in {f"http://{host}" for host in own}:
            raise ApiError(403, "Web pages may not use this server.", kind="permission_error")

    def _check_key(self) -> None:
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self.server.key}".encode()):
            raise ApiError(401, "The key is missing or wrong.", kind="authentication_error", code="invalid_api_key")

    def _embeddings(self, workers: Workers) -> dict[str, Any] | None:
        request = api.read_request(self._body(), self.server.model_spec, self.server.vocabulary)
        is_urgent = self.headers.get(URGENT) is not None
        with self.server.priority.urgent() if is_urgent else contextlib.nullcontext():
            job = self._embed(workers, request.texts)
        if job.cancelled:
            return None
        if job.error is not None:
            raise ApiError(500, f"The model failed: {job.error}", kind="server_error") from job.error
        vectors = [vector for vector in job.vectors if vector is not None]
        return api.answer(vectors, job.tokens, request, self.server.model_spec.name)

    def _embed(self, workers: Workers, texts: Sequence[Text]) -> EmbedTask:
        ours, theirs = socket.socketpair()

        def wake() -> None:
            with contextlib.suppress(OSError):
                theirs.send(b"x")

        with ours, theirs, selectors.DefaultSelector() as selector:
            selector.register(ours, selectors.EVENT_READ)
            selector.register(self.connection, selectors.EVENT_READ)
            job = workers.submit(texts, wake)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                if ours in ready:
                    return job
                if self._client_gone():
                    job.cancel()
                    return job
                selector.unregister(self.connection)

    def _client_gone(self) -> bool:
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def _length(self) -> int:
        try:
            return max(0, int(self.headers.get("Content-Length", "0")))
        except ValueError:
            return 0

    def _body(self) -> bytes:
        if "Content-Length" not in self.headers or self.headers.get("Transfer-Encoding"):
            raise ApiError(411, "The request needs a Content-Length.")
        if self._length() > MAX_BODY:
            raise ApiError(413, f"The request is larger than {MAX_BODY} bytes.")
        self._unread = False
        self.wfile.flush()  # a "100 Continue" may wait in it
        return self.rfile.read(self._length())

    def _send(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body, separators=(",", ":")).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", METHODS[self.path.partition("?")[0]])
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)
        self.wfile.flush()

    def _discard(self, left: int) -> None:
        """Read what the client still sends, or it would see a reset connection instead of the answer."""
        while left > 0 and (piece := self.rfile.read(min(left, 65536))):
            left -= len(piece)
