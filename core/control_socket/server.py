"""The HTTP server of a control socket: uvicorn on a Unix socket, for programs of the same user only."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import sys
from asyncio import BaseTransport
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from uvicorn.server import ServerState

from core.control_socket.app import ControlApp, refusal
from core.control_socket.location import is_same_user
from core.control_socket.operation import Operation
from core.limited_http import LimitedConnection, quiet_config

WORKERS = 8  # operations that run at a time
BACKLOG = 256  # connections that wait to be accepted
MAX_REQUEST_HEAD = 1 << 20  # bytes of a request's line and headers: a query may be a pasted text
CLOSE_SECONDS = 5.0  # for requests that are being answered when the server is stopped
ROUNDS = 4  # of the event loop, for connections that come or go
IDLE_SECONDS = 60  # between two requests on a connection


class ControlConnection(LimitedConnection):
    """One connection, ended at once if another user's program is at its other end."""

    _is_http = False

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.timeout_keep_alive = IDLE_SECONDS
        if not is_same_user(transport.get_extra_info("socket")):
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if not self._is_http and not data[:1].isalpha():  # a line of JSON, as older versions of Findling send
            self.send_400_response("This is no HTTP.")
            return
        self._is_http = True
        super().data_received(data)

    def refusal(self, message: str) -> bytes:
        return json.dumps(refusal("bad_request", message)).encode() + b"\n"


# From 3.13 on asyncio would remove the socket's file at the end, by the name it was bound to, which leads through a
# descriptor that is closed by then. The file belongs to whoever made the socket.
KEEP_FILE: dict[str, Any] = {"cleanup_socket": False} if sys.version_info >= (3, 13) else {}


class ControlServer:
    """Serves on a socket that listens already."""

    def __init__(self, listening: socket.socket, operations: Callable[[], Mapping[tuple[str, str], Operation]]) -> None:
        self._socket, self._operations = listening, operations
        self._loop = asyncio.new_event_loop()
        self._stopped = asyncio.Event()

    def run(self) -> None:
        """Serve until `stop`."""
        try:
            self._loop.run_until_complete(self._serve())
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        finally:
            self._loop.close()

    def stop(self) -> None:
        """End `run`, from any thread, also before it has begun."""
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self) -> None:
        workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="control")
        config = quiet_config(ControlApp(self._operations, workers, self._stopped), ControlConnection, MAX_REQUEST_HEAD)
        state = ServerState()
        server = await self._loop.create_unix_server(
            lambda: ControlConnection(config, state, self._loop), sock=self._socket, backlog=BACKLOG, **KEEP_FILE
        )
        await self._stopped.wait()
        self._loop.remove_reader(self._socket)
        for _ in range(ROUNDS):  # a closed server would leave open what it has just accepted
            await asyncio.sleep(0)
        server.close()
        late = set[asyncio.Task[None]]()
        if state.tasks:
            _, late = await asyncio.wait(state.tasks, timeout=CLOSE_SECONDS)
        for task in late:
            task.cancel()
        for _ in range(ROUNDS):  # a transport closes in the round after
            for connection in tuple(state.connections):
                connection.transport.abort()
            await asyncio.sleep(0)
        if late:
            await asyncio.wait(late, timeout=1)
        workers.shutdown(wait=not late, cancel_futures=True)
