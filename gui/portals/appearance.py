"""What the desktop says of contrast and motion, by the Settings portal, and each change of it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.portals.listener import ListenerThread
from gui.portals.request import PATH, call, match

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

SETTINGS = "org.freedesktop.portal.Settings"
APPEARANCE, GNOME, GNOME_ACCESS = (
    "org.freedesktop.appearance",
    "org.gnome.desktop.interface",
    "org.gnome.desktop.a11y.interface",
)
READ_SECONDS = 10.0
log = logging.getLogger(__name__)


class DesktopAppearance(QObject):
    """Emits `changed(high contrast, reduced motion)` once the desktop has answered, and when it changes its mind.

    It has a connection of its own on a thread of its own. Without a portal nothing is emitted.
    """

    changed = Signal(bool, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: dict[tuple[str, str], Any] = {}
        self._thread = ListenerThread("appearance portal")
        self._started = False

    def start(self) -> None:
        """Ask the desktop, and listen to it until `stop`."""
        if not self._started:
            self._started = True
            self._thread.start(self._listen, self._failed)

    def stop(self) -> None:
        self._thread.stop()
        self._started = False

    @staticmethod
    def _failed(error: Exception) -> None:
        log.info("the desktop portal says nothing of contrast and motion: %s", error)

    async def _listen(self, ending: asyncio.Event) -> None:
        from dbus_fast.aio import MessageBus

        bus = await MessageBus().connect()
        try:
            bus.add_message_handler(self._heard)
            await match(bus, f"type='signal',interface='{SETTINGS}',path='{PATH}'")
            await asyncio.wait_for(self._read(bus), READ_SECONDS)
            await ending.wait()
        finally:
            bus.disconnect()

    async def _read(self, bus: MessageBus) -> None:
        [found] = await call(bus, SETTINGS, "ReadAll", "as", [[APPEARANCE, GNOME, GNOME_ACCESS]])
        for space, values in found.items():
            self._values |= {(space, name): value.value for name, value in values.items()}
        self._tell()

    def _heard(self, message: Message) -> None:
        if message.interface == SETTINGS and message.member == "SettingChanged":
            space, name, value = message.body
            self._values[space, name] = value.value
            self._tell()

    def _tell(self) -> None:
        self.changed.emit(*wishes(self._values))


def wishes(values: dict[tuple[str, str], Any]) -> tuple[bool, bool]:
    """(high contrast, reduced motion) of the portal's settings; older desktops say it by GNOME's own names."""
    themes = str(values.get((GNOME, "gtk-theme"), ""))
    contrast = values.get((APPEARANCE, "contrast")) == 1 or values.get((GNOME_ACCESS, "high-contrast")) is True
    motion = values.get((APPEARANCE, "reduced-motion")) == 1 or values.get((GNOME, "enable-animations")) is False
    return contrast or themes.startswith("HighContrast"), motion
