"""A fake notification service on the session bus.

Each line of its input is a command: "click" the notification that came last, "close" it. Each line of its output is a
JSON object that says what it was asked to show. `--refuse` answers with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
TOKEN = "token-of-the-click"


class FakeNotifications:
    """Shows nothing, and signals what its user is told to do."""

    def __init__(self, bus: MessageBus, *, refuse: bool) -> None:
        self._bus, self._refuse, self._last = bus, refuse, 0
        bus.add_message_handler(self._answer)

    def command(self, line: str) -> None:
        if line == "click":
            self._signal("ActivationToken", "us", [self._last, TOKEN])
            self._signal("ActionInvoked", "us", [self._last, "default"])
        self._signal("NotificationClosed", "uu", [self._last, 2])

    def _answer(self, message: Message) -> Message | None:
        if message.message_type != MessageType.METHOD_CALL or message.interface != NAME:
            return None
        if self._refuse or message.member != "Notify":
            return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "not here")
        self._last += 1
        application, _, _, title, text, actions, _, _ = message.body
        print(json.dumps({"from": application, "title": title, "text": text, "actions": actions}), flush=True)
        return Message.new_method_return(message, "u", [self._last])

    def _signal(self, member: str, signature: str, body: list[object]) -> None:
        self._bus.send(Message.new_signal(PATH, NAME, member, signature, body))


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refuse", action="store_true")
    bus = await MessageBus().connect()
    service = FakeNotifications(bus, refuse=parser.parse_args().refuse)
    await bus.request_name(NAME)
    print(json.dumps({"ready": True}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        service.command(line.strip())


if __name__ == "__main__":
    asyncio.run(main())
