"""How the hotkey works at the moment, and what a backend of it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from gui.hotkey.keys import KeyCombination

Method = Literal["", "x11", "portal", "system"]
State = Literal["off", "starting", "active", "taken", "refused", "unavailable"]


@dataclass(frozen=True, slots=True)
class HotkeyStatus:
    """`state` of the hotkey by the `method` in use.

    "taken": another program has the keys; "refused": the desktop or the user did not allow it; "unavailable": this
    desktop offers no way. `trigger` is what the desktop says the keys are, where it decides on them.
    """

    state: State = "off"
    method: Method = ""
    trigger: str = ""


class HotkeyBackend(Protocol):
    """One way to get a hotkey, on a thread of its own."""

    method: Method

    def start(self, keys: KeyCombination) -> None:
        """Ask for the keys; returns at once. What comes of it is reported to `on_status`."""

    def stop(self) -> None:
        """Give the keys back, and wait for the thread."""


OnPressed = Callable[[str], None]  # with an activation token, or ""
OnStatus = Callable[[HotkeyStatus], None]
