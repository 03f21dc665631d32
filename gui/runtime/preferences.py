"""What was chosen for this desktop: tray, closing, hotkey, opening; kept with the window's state, not in a library."""

from __future__ import annotations

import json
from typing import Literal

from PySide6.QtCore import QObject, QSettings, Signal

from gui.hotkey.keys import DEFAULT_HOTKEY

WithoutTray = Literal["quit", "minimise"]
MAX_REST_MINUTES = 600


class Preferences(QObject):
    """Emits `changed` after any of them was set; with None as its file everything is as by default."""

    changed = Signal()

    def __init__(self, state: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state

    @property
    def keep_in_tray(self) -> bool:
        """Whether closing the window hides it where a tray shows the icon."""
        return self._flag("resident/keep_in_tray", default=True)

    @keep_in_tray.setter
    def keep_in_tray(self, on: bool) -> None:
        self._set("resident/keep_in_tray", str(on).lower())

    @property
    def without_tray(self) -> WithoutTray:
        """What closing the window does where no tray shows the icon."""
        return "minimise" if self._text("resident/without_tray", "quit") == "minimise" else "quit"

    @without_tray.setter
    def without_tray(self, action: WithoutTray) -> None:
        self._set("resident/without_tray", action)

    @property
    def told(self) -> bool:
        """Whether it was said that closing only hides the window."""
        return self._flag("resident/told", default=False)

    @told.setter
    def told(self, on: bool) -> None:
        self._set("resident/told", str(on).lower())

    @property
    def at_login(self) -> bool:
        """Whether the desktop starts Findling at login, where only it knows (in a Flatpak)."""
        return self._flag("resident/at_login", default=False)

    @at_login.setter
    def at_login(self, on: bool) -> None:
        self._set("resident/at_login", str(on).lower())

    @property
    def hotkey(self) -> str:
        """The keys of the quick search as `QKeySequence` names them; "" for none."""
        return self._text("resident/hotkey", DEFAULT_HOTKEY)

    @hotkey.setter
    def hotkey(self, keys: str) -> None:
        self._set("resident/hotkey", keys)

    @property
    def rest_minutes(self) -> int:
        """After so many minutes hidden and idle the model is unloaded; 0 for never."""
        value = self._text("resident/rest_minutes", "10")
        return min(MAX_REST_MINUTES, int(value)) if value.isascii() and value.isdigit() else 10

    @rest_minutes.setter
    def rest_minutes(self, minutes: int) -> None:
        self._set("resident/rest_minutes", str(minutes))

    @property
    def script_folders(self) -> tuple[str, ...]:
        """The folders whose scripts are opened without a question, by their real paths; not those below them."""
        try:
            found = json.loads(self._text("opening/script_folders", "[]"))
        except (ValueError, RecursionError):
            return ()
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()

    @script_folders.setter
    def script_folders(self, folders: tuple[str, ...]) -> None:
        self._set("opening/script_folders", json.dumps(folders))

    def _text(self, name: str, default: str) -> str:
        value = default if self._state is None else self._state.value(name, default)
        return value if isinstance(value, str) else default

    def _flag(self, name: str, *, default: bool) -> bool:
        return self._text(name, str(default).lower()) == "true"

    def _set(self, name: str, text: str) -> None:
        if self._state is not None and self._state.value(name) != text:
            self._state.setValue(name, text)
            self.changed.emit()
