"""The HTTP server of the built-in engine: uvicorn on loopback, with limits on what its connections may take."""

from __future__ import annotations

import asyncio
import socket

from uvicorn.server import ServerState

from core.engine.builtin.app import EngineApp
from core.engine.builtin.connections import Connections, EngineConnection
from core.engine.builtin.state import LOOPBACK, EngineState
from core.limited_http import quiet_config

BACKLOG = 1024  # connections that wait to be accepted; one too many would wait a second to try again
ACCEPTED = 64  # connections accepted at a time; then those that have asked for something are served


class EngineHttp:
    """Listens as soon as it is made, on a free port; connections are accepted once it runs."""

    def __init__(self, state: EngineState) -> None:
        self._state = state
        # The protocol is named so that asyncio sends without delay; with 0 for "the usual one" it does not know it.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind((LOOPBACK, 0))
        self._socket.listen(BACKLOG)
        self.port: int = self._socket.getsockname()[1]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    def run(self) -> None:
        """Serve until `stop`."""
        asyncio.run(self._serve())

    def stop(self) -> None:
        """End `run`, from any thread, once it serves."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)

    async def _serve(self) -> None:
        config = quiet_config(EngineApp(self._state, self.port), EngineConnection)
        self._loop = asyncio.get_running_loop()
        state, loop, connections = ServerState(), self._loop, Connections()
        server = await loop.create_server(
            lambda: EngineConnection(config, state, loop, connections), sock=self._socket, backlog=ACCEPTED
        )
        self._socket.listen(BACKLOG)
        await self._stopped.wait()
        server.close()
        connections.abort()
        await asyncio.sleep(0)  # the transports close in the next round of the loop
