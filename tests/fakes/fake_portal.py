"""A fake desktop portal on the session bus: GlobalShortcuts, Background, Settings, and the registry of host programs.

Each line of its input is a command: "press" the bound shortcut, "rename" its keys, or a setting of the appearance and
its number, as "contrast 1". Each line of its output is a JSON
object that says what it was asked. `--refuse` declines as a user would, `--without-shortcuts` has no GlobalShortcuts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
SHORTCUTS, BACKGROUND = "org.freedesktop.portal.GlobalShortcuts", "org.freedesktop.portal.Background"
SETTINGS, APPEARANCE = "org.freedesktop.portal.Settings", "org.freedesktop.appearance"
REGISTRY, REQUEST = "org.freedesktop.host.portal.Registry", "org.freedesktop.portal.Request"
KEYS = "Press <Super>F"  # a desktop may choose other keys than were preferred
TOKEN = "token-of-the-desktop"


class FakePortal:
    """Answers one client."""

    def __init__(self, bus: MessageBus, *, refuse: bool, shortcuts: bool) -> None:
        self._bus, self._refuse, self._shortcuts = bus, refuse, shortcuts
        self._session = ""
        self._bound = ""
        self._settings = {"contrast": 0, "reduced-motion": 0}
        bus.add_message_handler(self._answer)

    def command(self, line: str) -> None:
        if line == "press":
            body = [self._session, self._bound, 7, {"activation_token": Variant("s", TOKEN)}]
            self._signal(PATH, SHORTCUTS, "Activated", "osta{sv}", body)
        elif line == "rename":
            changed = [[self._bound, {"trigger_description": Variant("s", "Press F9")}]]
            self._signal(PATH, SHORTCUTS, "ShortcutsChanged", "oa(sa{sv})", [self._session, changed])
        elif " " in line:
            name, number = line.split()
            self._settings[name] = int(number)
            self._signal(PATH, SETTINGS, "SettingChanged", "ssv", [APPEARANCE, name, Variant("u", int(number))])

    def _answer(self, message: Message) -> Message | None:
        if message.message_type != MessageType.METHOD_CALL or message.path != PATH:
            return None
        if message.interface == REGISTRY and message.member == "Register":
            tell(registered=message.body[0])
            return Message.new_method_return(message)
        if message.interface == BACKGROUND and message.member == "RequestBackground":
            return self._background(message)
        if message.interface == SETTINGS and message.member == "ReadAll":
            values = {name: Variant("u", number) for name, number in self._settings.items()}
            return Message.new_method_return(message, "a{sa{sv}}", [{APPEARANCE: values}])
        if message.interface != SHORTCUTS or not self._shortcuts:
            return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownInterface", "not here")
        return self._create(message) if message.member == "CreateSession" else self._bind(message)

    def _create(self, message: Message) -> Message:
        [options] = message.body
        self._session = f"{PATH}/session/{_sender(message)}/{options['session_handle_token'].value}"
        return self._respond(message, options, {"session_handle": Variant("s", self._session)})

    def _bind(self, message: Message) -> Message:
        session, [[name, facts]], parent, options = message.body
        self._bound = name
        asked = {key: value.value for key, value in facts.items()}
        tell(session=session == self._session, name=name, parent=parent, **asked)
        bound = [[name, {"trigger_description": Variant("s", KEYS)}]]
        return self._respond(message, options, {"shortcuts": Variant("a(sa{sv})", bound)})

    def _background(self, message: Message) -> Message:
        parent, options = message.body
        tell(parent=parent, **{key: value.value for key, value in options.items() if key != "handle_token"})
        granted = {"background": Variant("b", True), "autostart": Variant("b", options["autostart"].value)}
        return self._respond(message, options, granted)

    def _respond(self, message: Message, options: dict[str, Variant], results: dict[str, Variant]) -> Message:
        """The handle of the request at once, its response a moment later."""
        path = f"{PATH}/request/{_sender(message)}/{options['handle_token'].value}"
        body: list[Any] = [1, {}] if self._refuse else [0, results]
        asyncio.get_running_loop().call_later(0.02, self._signal, path, REQUEST, "Response", "ua{sv}", body)
        return Message.new_method_return(message, "o", [path])

    def _signal(self, path: str, interface: str, member: str, signature: str, body: list[Any]) -> None:
        self._bus.send(Message.new_signal(path, interface, member, signature, body))


def _sender(message: Message) -> str:
    return str(message.sender).lstrip(":").replace(".", "_")


def tell(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refuse", action="store_true")
    parser.add_argument("--without-shortcuts", action="store_true")
    arguments = parser.parse_args()
    bus = await MessageBus().connect()
    portal = FakePortal(bus, refuse=arguments.refuse, shortcuts=not arguments.without_shortcuts)
    await bus.request_name(NAME)
    tell(ready=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        portal.command(line.strip())


if __name__ == "__main__":
    asyncio.run(main())
