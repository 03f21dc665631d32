"""The application behind the control socket: from a request to an operation, and from its value to an answer."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import math
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from core import VERSION
from core.control_socket.openapi import openapi
from core.control_socket.operation import Operation
from core.errors import FindlingError
from core.messages import Message

MAX_BODY = 1 << 20  # bytes
STATUS = {"bad_input": 400, "library_locked": 409}  # of a FindlingError by its code; 503 for others
HEADERS = {"findling-version": VERSION, "cache-control": "no-store"}

Operations = Mapping[tuple[str, str], Operation]


class ControlApp:
    """Answers the operations as they are registered at the moment; these run on `workers`.

    Streams end once `stopped` is set.
    """

    def __init__(
        self, operations: Callable[[], Operations], workers: ThreadPoolExecutor, stopped: asyncio.Event
    ) -> None:
        self._operations, self._workers, self._stopped = operations, workers, stopped
        self._built: tuple[Operations, ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        operations = self._operations()
        if self._built is None or self._built[0] is not operations:
            self._built = operations, self._application(operations)
        await self._built[1](scope, receive, send)

    def _application(self, operations: Operations) -> ASGIApp:
        routes = [
            Route(f"/v1/{each.path}", partial(self._answer, each), methods=[each.method])
            for each in operations.values()
        ]

        async def document(_request: Request) -> Response:
            return _json(await self._run(partial(openapi, operations.values())))

        async def ping(_request: Request) -> Response:
            return _json({"version": VERSION})

        routes += [Route("/v1/openapi.json", document), Route("/v1/ping", ping)]
        return Starlette(routes=routes, exception_handlers={HTTPException: _refused})

    async def _answer(self, operation: Operation, request: Request) -> Response:
        """Run an operation; what is wrong with the request, the library or Findling becomes an answer, too."""
        try:
            value = await _value(operation, request)
        except (ValueError, TypeError, RecursionError) as error:  # also msgspec's
            return _json(refusal("bad_request", str(error)), 400)
        except ClientDisconnect:  # nobody reads this
            return Response(status_code=400)
        call = partial(operation.handle, value)
        if operation.is_stream:
            sent = self._steps(call) if operation.every is None else self._events(call, operation.every)
            return StreamingResponse(sent, headers=HEADERS, media_type="text/event-stream")
        try:
            answer = await self._run(call)
        except FindlingError as error:
            return _json(refusal(error.code, error.sentence, error.remedy), STATUS.get(error.code, 503))
        except Exception as error:  # noqa: BLE001 - a bug must not end the server
            return _json(_bug(error), 500)
        if answer is None:
            return _json(refusal("bad_request", f"/v1/{operation.path} makes no sense of that."), 400)
        if isinstance(answer, bytes):
            return Response(answer, headers=HEADERS, media_type=operation.media)
        return _json(answer)

    async def _events(self, call: Callable[[], Any], every: float) -> AsyncIterator[bytes]:
        """The value now, and each time that it has changed; a comment each time that it has not."""
        last = None
        while not self._stopped.is_set():
            try:
                event = _event(await self._run(call))
            except FindlingError as error:
                event = _event(refusal(error.code, error.sentence, error.remedy))
            yield b":\n\n" if event == last else event
            last = event
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), every)

    async def _steps(self, call: Callable[[], Any]) -> AsyncIterator[bytes]:
        """Each value of an iterator as it comes; an error is the last one."""
        end = object()
        try:
            values = await self._run(call)
            while not self._stopped.is_set() and (value := await self._run(partial(next, values, end))) is not end:
                yield _event(value)
        except FindlingError as error:
            yield _event(refusal(error.code, error.sentence, error.remedy))
        except Exception as error:  # noqa: BLE001 - a bug must not end the server
            yield _event(_bug(error))

    async def _run(self, call: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._workers, call)


def refusal(code: str, sentence: str, remedy: str = "") -> dict[str, Any]:
    """The body of an answer that is an error."""
    return {"error": {"code": code, "sentence": sentence, "remedy": remedy}}


async def _value(operation: Operation, request: Request) -> Any:
    """The request's own value; raises ValueError or TypeError if it is none."""
    if operation.method == "GET":
        # As in a path of the system: a byte that is not UTF-8 is a lone surrogate.
        query = request.scope["query_string"].decode("ascii", "surrogateescape")
        given = {
            name: values[-1]
            for name, values in parse_qs(query, keep_blank_values=True, errors="surrogateescape").items()
        }
    else:
        body = await _body(request)
        given = json.loads(body, parse_constant=_number, parse_float=_number) if body.strip() else {}
    if not isinstance(given, dict):
        raise TypeError("The body is not a JSON object.")
    unknown = given.keys() - {field.name for field in dataclasses.fields(operation.request)}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return msgspec.convert(given, operation.request, strict=operation.method == "POST")


def _number(text: str) -> float:
    """A number of JSON; raises ValueError for what Python reads besides, such as NaN, and for one that is too large."""
    if not math.isfinite(number := float(text)):
        raise ValueError(f"not a number: {text}")
    return number


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise ValueError(f"The body is larger than {MAX_BODY} bytes.")
    return bytes(body)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _json(refusal("not_found" if error.status_code == 404 else "bad_request", error.detail), error.status_code)


def _json(value: Any, status: int = 200) -> Response:
    return Response(_encoded(value), status, HEADERS, "application/json")


def _encoded(value: Any) -> bytes:
    """JSON as the command line prints it: a byte of a path that is not UTF-8 is a lone surrogate, escaped."""
    return json.dumps(value).encode()


def _event(value: Any) -> bytes:
    return b"data: " + _encoded(value) + b"\n\n"


def _bug(error: BaseException) -> dict[str, Any]:
    """Hand an error to whoever takes those of threads, the window's crash report or stderr; the body of the answer."""
    threading.excepthook(
        threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
    )
    message = Message("library.bug")
    return refusal("bug", message.sentence, message.remedy)
