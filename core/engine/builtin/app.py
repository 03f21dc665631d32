"""The built-in engine's application: checks each request and answers it, on the server's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from functools import partial
from http import HTTPMethod
from typing import Any

from core.engine.builtin import api
from core.engine.builtin.api import ApiError
from core.engine.builtin.state import LOOPBACK, EngineState
from core.engine.builtin.workers import Embed, EmbedTask, Text, Workers
from core.models import URGENT

MAX_BODY = 32 * 1024 * 1024  # bytes
MAX_DISCARDED = 2 * MAX_BODY  # bytes of a refused request that are read, so that its client hears the refusal
BODY_SECONDS = 60.0  # for a body to arrive
DISCARD_SECONDS = 10.0
SEND_SECONDS = 60.0  # for an answer to be taken
LARGE = 64 * 1024  # bytes; a larger body is parsed on another thread
METHODS = {"/health": "GET", "/v1/models": "GET", "/v1/embeddings": "POST"}
KNOWN_METHODS = frozenset(HTTPMethod)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Disconnected(Exception):
    """The client closed its connection before it was answered."""


class EngineApp:
    """The ASGI application for one port of this machine."""

    def __init__(self, state: EngineState, port: int) -> None:
        self._state = state
        self._authorization = f"Bearer {state.key}".encode()
        self._hosts = {f"{name}:{port}".encode() for name in (LOOPBACK, "localhost")}
        self._origins = {b"http://" + host for host in self._hosts}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        request = _EngineRequest(scope, receive)
        with contextlib.suppress(Disconnected):
            try:
                status, body = 200, await self._answer(request)
            except ApiError as error:
                status, body = error.status, _encoded(error.body())
            await request.discard()
            await _respond(send, request, status, body)

    async def _answer(self, request: _EngineRequest) -> bytes:
        path = request.path
        self._check_origin(request)
        if path != "/health":
            self._check_key(request)
        if path not in METHODS:
            raise ApiError(404, f"There is no {path} here.")
        if request.method not in KNOWN_METHODS:
            raise ApiError(501, "There is no such method.")
        if request.method != METHODS[path]:
            raise ApiError(405, f"{path} takes {METHODS[path]} only.")
        if path == "/v1/models":
            return _encoded(api.models([self._state.spec_of(name) for name in self._state.served]))
        workers = self._state.workers
        if workers is None:
            raise ApiError(503, "The model is being loaded.", kind="server_error")
        if path == "/health":
            return _encoded({"status": "ready", "waiting": workers.waiting})
        return await self._embeddings(request, workers)

    def _check_origin(self, request: _EngineRequest) -> None:
        if request.header(b"host").lower() not in self._hosts:
            raise ApiError(403, "This server is for this machine's own address only.", kind="permission_error")
        origin = request.header(b"origin")
        if origin and origin.lower() not in self._origins:
            raise ApiError(403, "Web pages may not use this server.", kind="permission_error")

    def _check_key(self, request: _EngineRequest) -> None:
        if not hmac.compare_digest(request.header(b"authorization"), self._authorization):
            raise ApiError(401, "The key is missing or wrong.", kind="authentication_error", code="invalid_api_key")
        request.connection.admit()

    async def _embeddings(self, request: _EngineRequest, workers: Workers) -> bytes:
        body = await request.body()
        parse = partial(api.read_request, body, self._state.model_spec, self._state.served)
        asked = await asyncio.to_thread(parse) if len(body) > LARGE else parse()
        is_urgent = request.header(URGENT.lower().encode()) != b""
        with self._state.priority.urgent() if is_urgent else contextlib.nullcontext():
            embed = None if asked.model == self._state.model_spec.name else self._state.embed_with_second
            job = await _embedded(workers, asked.texts, request, urgent=is_urgent, embed=embed)
        if job.error is not None:
            raise ApiError(500, f"The model failed: {job.error}", kind="server_error") from job.error
        answer = partial(_answer, job, asked)
        return answer() if len(job.vectors) == 1 else await asyncio.to_thread(answer)


def _answer(job: EmbedTask, asked: api.EmbeddingRequest) -> bytes:
    vectors = [vector for vector in job.vectors if vector is not None]
    return _encoded(api.answer(vectors, job.tokens, asked))


async def _embedded(
    workers: Workers, texts: Sequence[Text], request: _EngineRequest, *, urgent: bool, embed: Embed | None
) -> EmbedTask:
    """The finished task of the texts; it is cancelled, and Disconnected raised, if the client goes away."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        with contextlib.suppress(RuntimeError):  # the loop may have ended
            loop.call_soon_threadsafe(done.set)

    job = workers.submit(texts, wake, urgent=urgent, embed=embed)
    finished = asyncio.create_task(done.wait())
    gone = asyncio.create_task(request.disconnected())
    try:
        await asyncio.wait((finished, gone), return_when=asyncio.FIRST_COMPLETED)
        if not done.is_set():
            raise Disconnected
        return job
    finally:
        job.cancel()  # does nothing to a finished one
        finished.cancel()
        gone.cancel()


class _EngineRequest:
    """One request: its head, and its body as it arrives."""

    def __init__(self, scope: MutableMapping[str, Any], receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.connection = scope["state"]["connection"]
        self.unread = False  # whether a part of the body was left
        self._headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))  # the first of each name
        self._receive = receive
        self._is_complete = False

    def header(self, name: bytes) -> bytes:
        """The value of a header by its name in lower case, b"" without one."""
        return self._headers.get(name, b"")

    async def body(self) -> bytes:
        """The whole body; raises ApiError if its length is not said or too large, or it does not come in time."""
        if not self.header(b"content-length") or self.header(b"transfer-encoding"):
            raise ApiError(411, "The request needs a Content-Length.")
        if self._length() > MAX_BODY:
            raise ApiError(413, f"The request is larger than {MAX_BODY} bytes.")
        pieces = []
        try:
            async with asyncio.timeout(BODY_SECONDS):
                while not self._is_complete:
                    pieces.append(await self._next())
        except TimeoutError:
            raise ApiError(408, "The request did not arrive in time.") from None
        return b"".join(pieces)

    async def discard(self) -> None:
        """Read what the client still sends, or it would see a reset connection instead of the answer."""
        if self._is_complete:
            return
        self.unread = bool(self.header(b"transfer-encoding")) or self._length() > 0
        if self.header(b"transfer-encoding") or self.header(b"expect") or self._length() > MAX_DISCARDED:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DISCARD_SECONDS):
                while not self._is_complete:
                    await self._next()
                self.unread = False

    async def disconnected(self) -> None:
        """Return when the client has closed its connection."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        self._is_complete = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    def _length(self) -> int:
        return int(self.header(b"content-length") or b"0")  # h11 refuses what is no number


def _encoded(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


async def _respond(send: Send, request: _EngineRequest, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", METHODS[request.path].encode()))
    if request.unread or (status >= 400 and not request.connection.is_admitted):
        headers.append((b"connection", b"close"))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SEND_SECONDS):
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body})
