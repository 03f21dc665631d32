"""What other programs may ask of the hotkey: `findling doctor` does."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from core.control_socket.operation import Operation
from gui.hotkey.keys import shown_keys
from gui.hotkey.status import HotkeyStatus, State

if TYPE_CHECKING:
    from gui.app.residence import Residence


@dataclass(frozen=True, slots=True)
class HotkeyState:
    """The keys of the quick search as the user calls them, and whether they work (`HotkeyStatus`)."""

    state: State
    keys: str


def hotkey_operation(residence: Residence) -> Operation:
    """Answers on any thread."""

    def state(_request: object) -> dict[str, Any]:
        status: HotkeyStatus = residence.hotkey.status
        return asdict(HotkeyState(status.state, status.trigger or shown_keys(residence.keys)))

    return Operation("hotkey", "The keys of the quick search.", state, response=HotkeyState, method="GET")
