"""A hotkey by a key grab on X11: the server sends the keys to us, whatever program has the focus."""

from __future__ import annotations

import contextlib
import logging
import os
import select
import threading
from typing import TYPE_CHECKING, Any

from gui.hotkey.keys import KeyCombination
from gui.hotkey.status import HotkeyStatus, Method, OnPressed, OnStatus

if TYPE_CHECKING:
    from Xlib.display import Display

log = logging.getLogger(__name__)


class X11Grab:
    """Grabs the keys on the root window over a connection of its own; both callbacks run on its thread."""

    method: Method = "x11"

    def __init__(self, on_pressed: OnPressed, on_status: OnStatus) -> None:
        self._on_pressed, self._on_status = on_pressed, on_status
        self._thread: threading.Thread | None = None
        self._wake: tuple[int, int] | None = None

    def start(self, keys: KeyCombination) -> None:
        """Grab the keys; the status says whether another program has them."""
        self.stop()
        self._wake = os.pipe()
        self._thread = threading.Thread(target=self._run, args=(keys, self._wake[0]), name="hotkey", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread is None or self._wake is None:
            return
        os.write(self._wake[1], b".")
        self._thread.join(5.0)
        for end in self._wake:
            os.close(end)
        self._thread = self._wake = None

    def _run(self, keys: KeyCombination, wake: int) -> None:
        try:
            from Xlib.display import Display

            display = Display()
        except Exception as error:  # noqa: BLE001  no display, no authority, or a package that is missing
            log.warning("no connection to the X server for the hotkey: %s", error)
            self._on_status(HotkeyStatus("unavailable", self.method))
            return
        try:
            if _grab(display, keys):
                self._on_status(HotkeyStatus("active", self.method))
                self._listen(display, keys, wake)
            else:
                self._on_status(HotkeyStatus("taken", self.method))
        except Exception:  # the server went away
            log.exception("the hotkey ended")
            self._on_status(HotkeyStatus("unavailable", self.method))
        finally:
            with contextlib.suppress(Exception):
                display.close()

    def _listen(self, display: Display, keys: KeyCombination, wake: int) -> None:
        from Xlib import X

        released_at = -1
        while True:
            if not display.pending_events():
                ready, _, _ = select.select([display, wake], [], [])
                if wake in ready:
                    return
                continue
            event = display.next_event()
            if event.type == X.KeyRelease:
                released_at = event.time
            elif event.type == X.KeyPress and event.time != released_at:  # else it is repeated, as the key is held
                self._on_pressed("")
            elif event.type == X.MappingNotify:
                display.refresh_keyboard_mapping(event)
                display.screen().root.ungrab_key(X.AnyKey, X.AnyModifier)
                _grab(display, keys)


def _grab(display: Display, keys: KeyCombination) -> bool:
    """Grab the keys with and without the locks (Caps, Num); whether the server allowed it."""
    from Xlib import XK, X
    from Xlib.error import BadAccess, CatchError

    masks = {"CTRL": X.ControlMask, "SHIFT": X.ShiftMask, "ALT": X.Mod1Mask, "LOGO": X.Mod4Mask}
    code = display.keysym_to_keycode(XK.string_to_keysym(keys.keysym))
    if not code:
        return False
    held = sum(masks[name] for name in keys.modifiers)
    failed: Any = CatchError(BadAccess)
    for locks in (0, X.LockMask, X.Mod2Mask, X.LockMask | X.Mod2Mask):
        root = display.screen().root
        root.grab_key(code, held | locks, False, X.GrabModeAsync, X.GrabModeAsync, onerror=failed)  # noqa: FBT003
    display.sync()
    if failed.get_error() is not None:
        display.screen().root.ungrab_key(X.AnyKey, X.AnyModifier)
        display.sync()
        return False
    return True
