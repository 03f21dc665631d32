"""Opens the library for the window: another window takes over, and a Findling without a window makes way."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from core.control_socket import ControlSocket, send_request
from core.errors import LibraryLockedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.events import Report
    from core.library import Library

WAY_SECONDS, WAY_INTERVAL = 20.0, 0.2  # for another program to close the library
PLACE_SECONDS = 5.0


def open_library(
    root: str,
    control: ControlSocket,
    report: Report,
    tell: Callable[[str, int, int], None],
    hand_over: Callable[[], bool],
) -> Library | None:
    """The library, which answers other programs from now on; None if another window has it.

    `hand_over()` gives such a window what this one was started with; whether it took that. Waits. Raises as
    `Library.open`.
    """
    from core.api import operations_of
    from core.library import Library

    deadline = time.monotonic()
    while True:
        try:
            library = Library.open(root, report=report, watch=True, tell=tell, control=control)
        except LibraryLockedError:
            # Both windows may have waited for a third program, and the other one came first.
            if not control.listening and hand_over():
                return None
            if send_request(root, "make_way") is not None:
                deadline = time.monotonic() + WAY_SECONDS
            if time.monotonic() >= deadline:
                raise
            time.sleep(WAY_INTERVAL)
        else:
            control.register(*operations_of(library))
            _take_place(root, control)
            return library


def _take_place(root: str, control: ControlSocket) -> None:
    """Listen where systemd listens for a `findling serve` that it has just started, once that one makes way."""
    deadline = time.monotonic() + PLACE_SECONDS
    while not control.listen() and time.monotonic() < deadline:
        if send_request(root, "make_way", timeout=PLACE_SECONDS) is None:
            return  # nobody listens who could make way
        time.sleep(WAY_INTERVAL)
