"""Reads the accessibility tree of a program as a screen reader does: over the AT-SPI bus (Linux)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

PREFIX = "/org/a11y/atspi/accessible/"
ACCESSIBLE, ACTION, TEXT = "org.a11y.atspi.Accessible", "org.a11y.atspi.Action", "org.a11y.atspi.Text"
COMPONENT = "org.a11y.atspi.Component"
PROPERTIES = "org.freedesktop.DBus.Properties"
REGISTRY = "org.a11y.atspi.Registry"
MAX_CHILDREN = 60  # of a list or table: its model may be long
MAX_CALLS = 32  # that wait for an answer: the socket takes no more than fits
RETRY_SECONDS = 0.05
LABELLED_BY = 2  # the kind of a relation
CHECKED, FOCUSABLE, FOCUSED, SHOWING = 4, 11, 12, 25  # bits of the set of states

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Node:
    """An object as the bus describes it; `actions` are the names of what it can be told to do, `text` what it holds.

    `label` is the name of what labels it, which is asked for a combo box alone: its own name is its value.
    """

    path: str
    name: str
    description: str
    role: str
    states: int
    actions: tuple[str, ...]
    children: tuple[Node, ...] = ()
    text: str = ""
    label: str = ""

    def has(self, state: int) -> bool:
        return bool(self.states >> state & 1)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


class ScreenReader:
    """A client of the AT-SPI bus on a thread of its own, so that the program that it reads may be this process."""

    def __init__(self, session_bus: str) -> None:
        self._session = session_bus
        self._bus: MessageBus
        self._program = ""  # the bus name of the program that is read
        self._in_flight = asyncio.Semaphore(MAX_CALLS)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="screen reader", daemon=True)
        self._thread.start()

    def connect(self, program: str) -> Future[None]:
        """Connect to the bus, and find a program by name once the registry knows it."""
        return self._begin(self._connect(program))

    def read(self, number: int) -> Future[Node]:
        """The object with an id, and those below it that are on the screen."""
        return self._begin(self._read(self._program, f"{PREFIX}{number}"))

    def screen(self) -> Future[list[Node]]:
        """The program's windows that are on the screen, with what is in them; LookupError if one changes meanwhile."""
        return self._begin(self._screen())

    def place(self, node: Node) -> Future[tuple[int, int]]:
        """The middle of an object, from the screen's corner."""
        return self._begin(self._place(node))

    def windows(self) -> Future[list[str]]:
        """The names of the program's windows."""
        return self._begin(self._names(self._program, f"{PREFIX}root"))

    def close(self) -> None:
        self._begin(_disconnect(self._bus)).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _connect(self, program: str) -> None:
        session = await MessageBus(bus_address=self._session).connect()
        call = Message(destination="org.a11y.Bus", path="/org/a11y/bus", interface="org.a11y.Bus", member="GetAddress")
        reply = await session.call(call)
        await _disconnect(session)
        self._bus = await MessageBus(bus_address=_body(reply)).connect()
        while not self._program:
            for owner, path in await self._call(REGISTRY, f"{PREFIX}root", ACCESSIBLE, "GetChildren"):
                if await self._property(owner, path, "Name") == program:
                    self._program = owner
            await asyncio.sleep(RETRY_SECONDS)

    async def _screen(self) -> list[Node]:
        children = await self._call(self._program, f"{PREFIX}root", ACCESSIBLE, "GetChildren")
        windows = [await self._read(*child) for child in children]
        return [window for window in windows if window.has(SHOWING)]

    async def _place(self, node: Node) -> tuple[int, int]:
        left, top, width, height = await self._call(self._program, node.path, COMPONENT, "GetExtents", "u", [0])
        return left + width // 2, top + height // 2

    async def _names(self, owner: str, path: str) -> list[str]:
        children = await self._call(owner, path, ACCESSIBLE, "GetChildren")
        return [await self._property(*child, "Name") for child in children]

    async def _read(self, owner: str, path: str) -> Node:
        children, role, states, interfaces, name, description = await asyncio.gather(
            self._call(owner, path, ACCESSIBLE, "GetChildren"),
            self._call(owner, path, ACCESSIBLE, "GetRoleName"),
            self._call(owner, path, ACCESSIBLE, "GetState"),
            self._call(owner, path, ACCESSIBLE, "GetInterfaces"),
            self._property(owner, path, "Name"),
            self._property(owner, path, "Description"),
        )
        bits = states[0] | states[1] << 32
        actions = await self._call(owner, path, ACTION, "GetActions") if ACTION in interfaces else ()
        below: list[Node] = []
        if bits >> SHOWING & 1:
            below = await asyncio.gather(*(self._read(*child) for child in children[:MAX_CHILDREN]))
        shown = tuple(child for child in below if child.has(SHOWING))
        text = await self._call(owner, path, TEXT, "GetText", "ii", [0, -1]) if TEXT in interfaces else ""
        said = await self._label(owner, path) if role == "combo box" else ""
        return Node(path, name, description, role, bits, tuple(action[0] for action in actions), shown, text, said)

    async def _label(self, owner: str, path: str) -> str:
        relations = await self._call(owner, path, ACCESSIBLE, "GetRelationSet")
        labels = [label for kind, objects in relations if kind == LABELLED_BY for label in objects]
        return " ".join([await self._property(*label, "Name") for label in labels])

    async def _property(self, owner: str, path: str, name: str) -> Any:
        return (await self._call(owner, path, PROPERTIES, "Get", "ss", [ACCESSIBLE, name])).value

    async def _call(self, owner: str, path: str, interface: str, member: str, *arguments: Any) -> Any:
        signature, body = arguments or ("", [])
        call = Message(
            destination=owner, path=path, interface=interface, member=member, signature=signature, body=body
        )  # fmt: skip
        async with self._in_flight:
            return _body(await self._bus.call(call))


async def _disconnect(bus: MessageBus) -> None:
    """Close a connection, and wait until its socket is closed, too."""
    bus.disconnect()
    await bus.wait_for_disconnect()


def _body(reply: Message | None) -> Any:
    if reply is None or reply.message_type != MessageType.METHOD_RETURN:
        raise LookupError(str(reply and reply.body))
    return reply.body[0]
