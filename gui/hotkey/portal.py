"""A hotkey by the desktop portal (org.freedesktop.portal.GlobalShortcuts), which Wayland desktops offer.

The desktop asks the user once, may choose other keys, and keeps them in its own settings.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from typing import TYPE_CHECKING

from core.messages import tr
from gui.hotkey.keys import KeyCombination
from gui.hotkey.status import HotkeyStatus, Method, OnPressed, OnStatus
from gui.portals.listener import ListenerThread
from gui.portals.request import APP_ID, PATH, REGISTRY, DeclinedError, ask, call, match

if TYPE_CHECKING:
    from dbus_fast import Message, Variant
    from dbus_fast.aio import MessageBus

SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
SHORTCUT_ID = "quick-search"
log = logging.getLogger(__name__)


class PortalShortcut:
    """Binds one shortcut over a connection of its own; both callbacks run on its thread."""

    method: Method = "portal"

    def __init__(self, on_pressed: OnPressed, on_status: OnStatus) -> None:
        self._on_pressed, self._on_status = on_pressed, on_status
        self._thread = ListenerThread("hotkey portal")

    def start(self, keys: KeyCombination) -> None:
        """Ask the desktop for the keys; the status says what it decided."""
        self._thread.start(lambda ending: self._serve(keys, ending), self._failed)

    def stop(self) -> None:
        self._thread.stop()

    def _failed(self, error: Exception) -> None:
        if isinstance(error, DeclinedError):
            self._on_status(HotkeyStatus("refused", self.method))
        else:
            log.info("no shortcut from the desktop portal: %s", error)
            self._on_status(HotkeyStatus("unavailable", self.method))

    async def _serve(self, keys: KeyCombination, ending: asyncio.Event) -> None:
        from dbus_fast.aio import MessageBus

        bus = await MessageBus().connect()
        asked = asyncio.create_task(self._bind(bus, keys))
        ended = asyncio.create_task(ending.wait())
        lost = asyncio.create_task(_disconnected(bus))
        try:
            await asyncio.wait({asked, ended}, return_when=asyncio.FIRST_COMPLETED)
            if asked.done():
                self._on_status(HotkeyStatus("active", self.method, asked.result()))
                await asyncio.wait({ended, lost}, return_when=asyncio.FIRST_COMPLETED)
                if not ended.done():
                    self._on_status(HotkeyStatus("unavailable", self.method))
        finally:
            for task in (asked, ended, lost):
                task.cancel()
            await asyncio.gather(asked, ended, lost, return_exceptions=True)
            bus.disconnect()

    async def _bind(self, bus: MessageBus, keys: KeyCombination) -> str:
        """Create a session with the shortcut; returns the keys in the desktop's words."""
        from dbus_fast import Variant

        with contextlib.suppress(Exception):  # only newer portals have it; others read the id from the cgroup
            await call(bus, REGISTRY, "Register", "sa{sv}", [APP_ID, {}])
        token = Variant("s", f"findling_{secrets.token_hex(4)}")
        made = await ask(bus, SHORTCUTS, "CreateSession", "a{sv}", [], {"session_handle_token": token})
        session = str(made["session_handle"].value)
        shortcut = {
            "description": Variant("s", tr("Show or hide the quick search")),
            "preferred_trigger": Variant("s", keys.trigger),
        }
        bus.add_message_handler(lambda message: self._heard(message, session))
        await match(bus, f"type='signal',interface='{SHORTCUTS}',path='{PATH}'")
        asked = [session, [[SHORTCUT_ID, shortcut]], ""]
        bound = await ask(bus, SHORTCUTS, "BindShortcuts", "oa(sa{sv})sa{sv}", asked, {})
        granted = {entry[0]: entry[1] for entry in bound["shortcuts"].value} if "shortcuts" in bound else {}
        if SHORTCUT_ID not in granted:
            raise DeclinedError
        return _text(granted[SHORTCUT_ID].get("trigger_description"))

    def _heard(self, message: Message, session: str) -> None:
        if message.interface != SHORTCUTS or not message.body or message.body[0] != session:
            return
        if message.member == "Activated" and message.body[1] == SHORTCUT_ID:
            self._on_pressed(_text(message.body[3].get("activation_token")))
        elif message.member == "ShortcutsChanged":
            for name, facts in message.body[1]:
                if name == SHORTCUT_ID:
                    self._on_status(HotkeyStatus("active", self.method, _text(facts.get("trigger_description"))))


def _text(value: Variant | None) -> str:
    return value.value if value is not None and isinstance(value.value, str) else ""


async def _disconnected(bus: MessageBus) -> None:
    await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
