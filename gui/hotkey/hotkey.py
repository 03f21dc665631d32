"""The hotkey as the window sees it: the keys, whether they work, and by which method."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication

from gui.hotkey.keys import parse_keys
from gui.hotkey.portal import PortalShortcut
from gui.hotkey.pynput_hotkey import PynputHotkey
from gui.hotkey.status import HotkeyBackend, HotkeyStatus, OnPressed, OnStatus
from gui.hotkey.x11_grab import X11Grab


class Hotkey(QObject):
    """Emits `pressed(token)`, with the desktop's activation token or "", and `status_changed(HotkeyStatus)`."""

    pressed = Signal(str)
    status_changed = Signal(object)
    _reported = Signal(object)
    _heard = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._status = HotkeyStatus()
        self._backend: HotkeyBackend | None = None
        self._reported.connect(self._set_status, Qt.ConnectionType.QueuedConnection)
        self._heard.connect(self._press, Qt.ConnectionType.QueuedConnection)

    @property
    def status(self) -> HotkeyStatus:
        return self._status

    def use(self, keys: str) -> None:
        """Use these keys from now on, as `QKeySequence` names them; "" for none."""
        self.stop()
        combination = parse_keys(keys)
        if combination is None:
            return
        self._backend = backend(self._heard.emit, self._reported.emit)
        if self._backend is None:
            self._set_status(HotkeyStatus("unavailable"))
            return
        self._set_status(HotkeyStatus("starting", self._backend.method))
        self._backend.start(combination)

    def stop(self) -> None:
        """Give the keys back."""
        if self._backend is not None:
            self._backend.stop()
            self._backend = None
        self._set_status(HotkeyStatus())

    @Slot(object)
    def _set_status(self, status: HotkeyStatus) -> None:
        if status.method and self._backend is None:
            return  # of a backend that was stopped meanwhile
        if status != self._status:
            self._status = status
            self.status_changed.emit(status)

    @Slot(str)
    def _press(self, token: str) -> None:
        if self._backend is not None:
            self.pressed.emit(token)


def backend(on_pressed: OnPressed, on_status: OnStatus) -> HotkeyBackend | None:
    """The way to a hotkey on this desktop; None if there is none.

    A grab in the X server of a Wayland session would only be heard in windows of that server.
    """
    if sys.platform in {"win32", "darwin"}:
        return PynputHotkey(on_pressed, on_status)
    if os.environ.get("WAYLAND_DISPLAY") or QGuiApplication.platformName() == "wayland":
        return PortalShortcut(on_pressed, on_status)
    if QGuiApplication.platformName() == "xcb":
        return X11Grab(on_pressed, on_status)
    return None
