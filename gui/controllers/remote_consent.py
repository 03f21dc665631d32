"""Remembers which hosts the user agreed to send documents to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from PySide6.QtCore import QSettings

from core.settings import Settings
from gui.engine import engine_text

CONFIRMED_HOSTS = "engine/confirmed"  # separated by spaces


class RemoteConsent:
    """The confirmed hosts, kept in the window's state."""

    def __init__(self, state: QSettings) -> None:
        self._state = state

    def unconfirmed_host(self, settings: Settings) -> str:
        """The host that these settings send documents to and that was not confirmed yet; "" for none."""
        host = urlsplit(settings.remote_url).hostname or "" if engine_text.kind_of(settings.engine).sends_text else ""
        return "" if not host or is_local_host(host) or host in self._confirmed() else host

    def confirm(self, host: str) -> None:
        """Remember that documents may be sent to a host."""
        self._state.setValue(CONFIRMED_HOSTS, " ".join([*self._confirmed(), host]))

    def _confirmed(self) -> list[str]:
        return str(self._state.value(CONFIRMED_HOSTS, "")).split()


def is_local_host(host: str) -> bool:
    """Whether an address or name is this computer's own loopback."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
