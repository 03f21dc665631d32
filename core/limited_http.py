"""HTTP connections with limits, for the servers that Findling runs: uvicorn's, with limits of time and number.

Imports uvicorn, which takes a moment.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, BaseTransport, TimerHandle, Transport
from collections.abc import Callable
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

MAX_HEAD = 16 * 1024  # bytes of a request's line and headers
HEAD_SECONDS = 10.0  # from the first byte of a request, or the connection's start, to the end of its headers
BODY_SECONDS = 30.0  # from there to the end of its body
MAX_CONNECTIONS = 512  # at a time; each takes a file descriptor, of which a process usually has 1024


def quiet_config(app: Any, protocol: type[LimitedConnection], max_head: int = MAX_HEAD) -> Config:
    """The configuration of a server that logs nothing, says nothing of itself and trusts no proxy; loaded."""
    config = Config(
        app,
        loop="asyncio",
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",  # no line for each request: the log must not hold the user's text
        access_log=False,
        workers=1,
        proxy_headers=False,
        forwarded_allow_ips="",
        server_header=False,
        date_header=False,
        h11_max_incomplete_event_size=max_head,
    )
    config.load()
    return config


class _Deadline:
    """Calls `end` once something has been waited for too long."""

    def __init__(self, loop: AbstractEventLoop, seconds: float, end: Callable[[], object]) -> None:
        self._loop, self._seconds, self._end = loop, seconds, end
        self._timer: TimerHandle | None = None

    def set(self, *, waiting: bool) -> None:
        """Begin to wait, go on, or stop."""
        if not waiting and self._timer is not None:
            self._timer.cancel()
            self._timer = None
        elif waiting and self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._end)


class LimitedConnection(H11Protocol):
    """One of so many connections, with time limits for requests, and the server's own answer to what is not HTTP."""

    max_connections = MAX_CONNECTIONS

    def __init__(
        self, config: Config, server_state: ServerState, loop: AbstractEventLoop, state: dict[str, Any] | None = None
    ) -> None:
        super().__init__(config, server_state, state or {}, loop)
        self._head = _Deadline(loop, HEAD_SECONDS, self._abort)
        self._body = _Deadline(loop, BODY_SECONDS, self._abort)

    def connection_made(self, transport: BaseTransport) -> None:
        assert isinstance(transport, Transport)
        super().connection_made(transport)
        self._head.set(waiting=True)
        if len(self.connections) > self.max_connections:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head.set(waiting=False)
        self._body.set(waiting=False)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._limit()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._limit()

    def refusal(self, message: str) -> bytes:
        """The body, JSON, of the answer to what is not HTTP."""
        raise NotImplementedError

    def send_400_response(self, msg: str) -> None:
        """Answer in the API's format what is not HTTP."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.abort()
            return
        data = self.refusal(msg)
        headers = [("content-type", "application/json"), ("content-length", str(len(data))), ("connection", "close")]
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=data), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _is_in_head(self) -> bool:
        """Whether a request has begun whose headers are not complete."""
        return self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])

    def _limit(self) -> None:
        """Limit what has begun. A body counts until all of it is there, also one that was answered before."""
        self._head.set(waiting=self._is_in_head())
        self._body.set(waiting=self.conn.their_state is h11.SEND_BODY)

    def _abort(self) -> None:
        self.transport.abort()
