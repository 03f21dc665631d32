"""What Qt cannot say of a window on X11: that it may take the focus now, and that no taskbar lists it.

A hotkey arrives outside of Qt's own connection, so Qt has no fresh event time, and window managers that prevent focus
stealing would only let the taskbar blink. A request as from a pager is always granted (EWMH, _NET_ACTIVE_WINDOW).
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Xlib.display import Display

PAGER, ADD = 2, 1  # EWMH: the source of a request; the action of a change of state
log = logging.getLogger(__name__)


class X11Window:
    """Sends requests to the window manager from a thread of its own, over a connection of its own."""

    def __init__(self) -> None:
        self._requests: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def connect(self) -> None:
        """Connect to the display, which takes a moment; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="x11 window", daemon=True)
            self._thread.start()

    def activate(self, window: int) -> None:
        """Give a window that was just shown the focus, and take it out of taskbars and pagers."""
        self.connect()
        self._requests.put(window)

    def close(self) -> None:
        """End the connection, and wait for the thread."""
        if self._thread is not None:
            self._requests.put(None)
            self._thread.join(2.0)
            self._thread = None

    def _run(self) -> None:
        try:
            from Xlib.display import Display

            display = Display()
        except Exception as error:  # noqa: BLE001  no display, no authority, or a package that is missing
            log.info("no connection to the X server: %s", error)
            return
        with contextlib.closing(display):
            while (window := self._requests.get()) is not None:
                with contextlib.suppress(Exception):
                    _request(display, window)


def _request(display: Display, window: int) -> None:
    from Xlib import X
    from Xlib.protocol import event

    root = display.screen().root
    mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
    state = display.intern_atom("_NET_WM_STATE")
    hidden = [display.intern_atom(f"_NET_WM_STATE_SKIP_{part}") for part in ("TASKBAR", "PAGER")]
    active = display.intern_atom("_NET_ACTIVE_WINDOW")
    for kind, data in ((state, [ADD, *hidden, PAGER, 0]), (active, [PAGER, X.CurrentTime, 0, 0, 0])):
        message = event.ClientMessage(window=window, client_type=kind, data=(32, data))
        root.send_event(message, event_mask=mask)
    display.flush()
