"""A fake panel that shows tray icons by StatusNotifier: the watcher and the host in one, on the session bus.

Each line of its output is a JSON object: an item that registered, with its id and tool tip, or "activated". The command
"activate" is a left click on the icon.
"""

from __future__ import annotations

import asyncio
import json
import sys

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

WATCHER, WATCHER_PATH = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
ITEM, ITEM_PATH = "org.kde.StatusNotifierItem", "/StatusNotifierItem"
PROPERTIES = "org.freedesktop.DBus.Properties"


class FakeHost:
    """Answers as the watcher; knows one item."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus, self._item = bus, ""
        self._tasks: set[asyncio.Task[None]] = set()
        bus.add_message_handler(self._answer)

    def command(self, line: str) -> None:
        if line == "activate":
            self._begin("activate")

    def _begin(self, what: str) -> None:
        task = asyncio.get_running_loop().create_task(self._describe() if what == "describe" else self._activate())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _answer(self, message: Message) -> Message | None:
        if message.message_type != MessageType.METHOD_CALL or message.path != WATCHER_PATH:
            return None
        if message.member == "RegisterStatusNotifierItem":
            self._item = str(message.sender)
            self._begin("describe")
            return Message.new_method_return(message)
        values = {
            "IsStatusNotifierHostRegistered": Variant("b", True),
            "ProtocolVersion": Variant("i", 0),
            "RegisteredStatusNotifierItems": Variant("as", [self._item] if self._item else []),
        }
        if message.interface == PROPERTIES and message.member == "Get":
            return Message.new_method_return(message, "v", [values[message.body[1]]])
        if message.interface == PROPERTIES and message.member == "GetAll":
            return Message.new_method_return(message, "a{sv}", [values])
        return None

    async def _describe(self) -> None:
        facts = {}
        for name in ("Id", "Status", "ToolTip", "Menu"):
            reply = await self._bus.call(
                Message(
                    destination=self._item, path=ITEM_PATH, interface=PROPERTIES, member="Get", signature="ss",
                    body=[ITEM, name],
                )
            )  # fmt: skip
            if reply is not None and reply.message_type == MessageType.METHOD_RETURN:
                facts[name] = reply.body[0].value
        tell(registered=facts)

    async def _activate(self) -> None:
        await self._bus.call(
            Message(
                destination=self._item, path=ITEM_PATH, interface=ITEM, member="Activate", signature="ii", body=[5, 5]
            )
        )
        tell(activated=True)


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


async def main() -> None:
    bus = await MessageBus().connect()
    host = FakeHost(bus)
    await bus.request_name(WATCHER)
    tell(ready=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        host.command(line.strip())


if __name__ == "__main__":
    asyncio.run(main())
