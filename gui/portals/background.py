"""The Background portal: start at login from within a sandbox, where autostart files cannot be written."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from core.messages import tr
from gui.portals.request import DeclinedError, ask

BACKGROUND = "org.freedesktop.portal.Background"
log = logging.getLogger(__name__)


def request_autostart(command: Sequence[str], *, enabled: bool) -> bool:
    """Ask the desktop to start a command at login, or no longer; waits for the user's answer.

    Returns whether it is started at login now.
    """
    try:
        return asyncio.run(_request(command, enabled=enabled))
    except DeclinedError:
        return False
    except Exception as error:  # noqa: BLE001  no bus, no portal, or one without this interface
        log.warning("no autostart from the desktop portal: %s", error)
        return False


async def _request(command: Sequence[str], *, enabled: bool) -> bool:
    from dbus_fast import Variant
    from dbus_fast.aio import MessageBus

    bus = await MessageBus().connect()
    try:
        options = {
            "reason": Variant("s", tr("Keep your documents searchable")),
            "autostart": Variant("b", enabled),
            "commandline": Variant("as", list(command)),
            "dbus-activatable": Variant("b", False),  # noqa: FBT003
        }
        results = await ask(bus, BACKGROUND, "RequestBackground", "sa{sv}", [""], options)
    finally:
        bus.disconnect()
    return "autostart" in results and bool(results["autostart"].value)
