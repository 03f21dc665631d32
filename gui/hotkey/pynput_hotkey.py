"""A hotkey on Windows and macOS, by pynput, which listens to the keyboard there."""

from __future__ import annotations

import logging
from typing import Any

from gui.hotkey.keys import KeyCombination
from gui.hotkey.status import HotkeyStatus, Method, OnPressed, OnStatus

log = logging.getLogger(__name__)
MODIFIERS = {"CTRL": "<ctrl>", "ALT": "<alt>", "SHIFT": "<shift>", "LOGO": "<cmd>"}
NAMES = {
    "space": "<space>", "Return": "<enter>", "KP_Enter": "<enter>", "Tab": "<tab>", "Escape": "<esc>",
    "BackSpace": "<backspace>", "Delete": "<delete>", "Insert": "<insert>", "Home": "<home>", "End": "<end>",
    "Prior": "<page_up>", "Next": "<page_down>", "Left": "<left>", "Right": "<right>", "Up": "<up>", "Down": "<down>",
    "Pause": "<pause>", "Print": "<print_screen>", "Menu": "<menu>", "comma": ",", "period": ".", "slash": "/",
    "minus": "-", "semicolon": ";", "apostrophe": "'", "equal": "=", "grave": "`", "bracketleft": "[",
    "bracketright": "]", "backslash": "\\", "plus": "+", "numbersign": "#", "less": "<", "asciicircum": "^",
}  # fmt: skip


class PynputHotkey:
    """Listens for the keys; both callbacks may run on its thread. Other programs hear the keys, too."""

    method: Method = "system"

    def __init__(self, on_pressed: OnPressed, on_status: OnStatus) -> None:
        self._on_pressed, self._on_status = on_pressed, on_status
        self._listener: Any = None

    def start(self, keys: KeyCombination) -> None:
        """Listen for the keys; macOS asks the user for permission the first time."""
        self.stop()
        try:
            from pynput.keyboard import GlobalHotKeys

            self._listener = GlobalHotKeys({pynput_keys(keys): self._pressed})
            self._listener.start()
        except Exception as error:  # noqa: BLE001  no permission, or a package that is missing
            log.warning("cannot listen for the hotkey: %s", error)
            self._listener = None
        self._on_status(HotkeyStatus("unavailable" if self._listener is None else "active", self.method))

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def _pressed(self) -> None:
        self._on_pressed("")


def pynput_keys(keys: KeyCombination) -> str:
    """The keys as pynput writes them: "<ctrl>+<alt>+<space>"."""
    name = keys.keysym
    is_function = name[:1] == "F" and name[1:].isdigit()
    key = f"<{name.lower()}>" if is_function else NAMES.get(name, name)
    return "+".join([*(MODIFIERS[modifier] for modifier in keys.modifiers), key])
