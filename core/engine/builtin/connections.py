"""The limits of the built-in engine's connections: how many, and how long each may take to ask for something.

A connection is a stranger's until a request on it had the key. Strangers cannot keep anybody out: one too many ends the
connection of the one that came first, which, unlike a client, has asked for nothing since.
"""

from __future__ import annotations

import json
from asyncio import AbstractEventLoop, BaseTransport

from uvicorn.config import Config
from uvicorn.server import ServerState

from core.engine.builtin.api import ApiError
from core.limited_http import LimitedConnection

MAX_STRANGERS = 256  # connections without the key
MAX_CLIENTS = 256  # connections with the key
STRANGER_IDLE = 10  # seconds between two requests
CLIENT_IDLE = 300  # seconds between two requests; longer than clients keep an idle connection


class Connections:
    """The open connections of one server; for its event loop's thread."""

    def __init__(self) -> None:
        self._strangers: dict[EngineConnection, None] = {}  # oldest first
        self._clients: set[EngineConnection] = set()

    def opened(self, connection: EngineConnection) -> None:
        """Count a connection, and end the oldest stranger's if there are too many."""
        self._strangers[connection] = None
        if len(self._strangers) > MAX_STRANGERS:
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.transport.abort()

    def has_admitted(self, connection: EngineConnection) -> bool:
        return connection in self._clients

    def closed(self, connection: EngineConnection) -> None:
        self._strangers.pop(connection, None)
        self._clients.discard(connection)

    def abort(self) -> None:
        """End all connections at once."""
        for connection in (*self._strangers, *self._clients):
            connection.transport.abort()

    def admit(self, connection: EngineConnection) -> None:
        """Count a connection as a client's, which had the key; raises ApiError if there are too many."""
        if connection in self._clients:
            return
        if len(self._clients) >= MAX_CLIENTS:
            raise ApiError(503, "Too many connections.", kind="server_error")
        self._strangers.pop(connection, None)
        self._clients.add(connection)


class EngineConnection(LimitedConnection):
    """One connection, with the limits of a stranger's or a client's, and refusals in the API's format."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        loop: AbstractEventLoop,
        all_connections: Connections,
    ) -> None:
        super().__init__(config, server_state, loop, {"connection": self})
        self.timeout_keep_alive = STRANGER_IDLE
        self._all = all_connections

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self._all.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.closed(self)
        super().connection_lost(exc)

    @property
    def is_admitted(self) -> bool:
        """Whether a request on it had the key."""
        return self._all.has_admitted(self)

    def admit(self) -> None:
        """Let this connection stay: a request had the key. Raises ApiError if too many do."""
        self._all.admit(self)
        self.timeout_keep_alive = CLIENT_IDLE

    def refusal(self, message: str) -> bytes:
        return json.dumps(ApiError(400, message).body()).encode()
