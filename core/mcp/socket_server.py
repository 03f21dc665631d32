"""The tools over streamable HTTP on a Unix socket, for programs of the same user only."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path
from typing import Any

from mcp.server.mcpserver import MCPServer
from mcp.server.transport_security import TransportSecuritySettings
from uvicorn.server import ServerState

from core.control_socket.server import KEEP_FILE, ControlConnection
from core.errors import BadInputError
from core.limited_http import quiet_config

HTTP_PATH = "/mcp"


def serve_on_socket(server: MCPServer[Any], place: Path) -> None:
    """Answer on a new socket until SIGINT or SIGTERM; raises BadInputError where no socket can be."""
    listening = _bound(place)
    try:
        asyncio.run(_serve(server, listening))
    finally:
        listening.close()
        with contextlib.suppress(OSError):
            place.unlink()


def _bound(place: Path) -> socket.socket:
    """A socket that no other user can connect to; one that nobody listens on any more is replaced."""
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        if place.is_socket() and not _is_answered(place):
            place.unlink()
        listening.bind(str(place))
        listening.listen()
    except OSError as error:  # a folder that is missing or not ours, or a path that is too long
        listening.close()
        raise BadInputError("mcp.no_socket", path=place, detail=error.strerror or str(error)) from error
    finally:
        os.umask(before)
    return listening


def _is_answered(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as other:
        try:
            other.connect(str(place))
        except ConnectionRefusedError:
            return False
    return True


async def _serve(server: MCPServer[Any], listening: socket.socket) -> None:
    # No browser reaches a Unix socket, so there is no host name to check.
    security = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    app = server.streamable_http_app(streamable_http_path=HTTP_PATH, stateless_http=True, transport_security=security)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    config, state = quiet_config(app, ControlConnection), ServerState()
    async with app.router.lifespan_context(app):
        served = await loop.create_unix_server(
            lambda: ControlConnection(config, state, loop), sock=listening, **KEEP_FILE
        )
        await ended.wait()
        served.close()
        for connection in tuple(state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)
