"""The provider's connection to the session bus."""

from __future__ import annotations

import asyncio
import contextlib
import time

from dbus_fast import RequestNameReply
from dbus_fast.aio import MessageBus

from core.control_socket.operation import Get
from core.desktop_search import gnome, krunner
from core.desktop_search.activation import Activation
from core.desktop_search.gnome import GnomeSearchProvider
from core.desktop_search.krunner import KRunnerProvider
from core.desktop_search.matches import Matches
from core.errors import FindlingError

BUS_NAME = "org.findling.Findling.SearchProvider"
IDLE_SECONDS = 60.0  # without a search, after which it ends; the bus starts it again


async def serve(get: Get, activation: Activation, *, idle_seconds: float = IDLE_SECONDS) -> None:
    """Answer the shells until nobody has asked for a while, or the session ends. Raises FindlingError without a bus."""
    asked = time.monotonic()

    def used() -> None:
        nonlocal asked
        asked = time.monotonic()

    try:
        bus = await MessageBus().connect()
    except Exception as error:  # an address that is none, no bus, or one that refuses
        raise FindlingError("desktop.no_bus", detail=str(error)) from error
    lost = asyncio.create_task(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
    try:
        matches = Matches(get, used)
        bus.export(gnome.PATH, GnomeSearchProvider(matches, activation))
        bus.export(krunner.PATH, KRunnerProvider(matches, activation))
        if await bus.request_name(BUS_NAME) not in {RequestNameReply.PRIMARY_OWNER, RequestNameReply.ALREADY_OWNER}:
            return  # another provider answers
        while not lost.done() and (left := asked + idle_seconds - time.monotonic()) > 0:
            await asyncio.wait({lost}, timeout=left)
    finally:
        bus.disconnect()
        with contextlib.suppress(Exception):  # the bus has ended
            await lost
