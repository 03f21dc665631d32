"""A combination of keys as X11, portals and pynput name it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

DEFAULT_HOTKEY = "Ctrl+Alt+Space"

_MODIFIERS = (
    (Qt.KeyboardModifier.ControlModifier, "CTRL"),
    (Qt.KeyboardModifier.AltModifier, "ALT"),
    (Qt.KeyboardModifier.ShiftModifier, "SHIFT"),
    (Qt.KeyboardModifier.MetaModifier, "LOGO"),
)
_NAMES = {
    Qt.Key.Key_Space: "space", Qt.Key.Key_Return: "Return", Qt.Key.Key_Enter: "KP_Enter", Qt.Key.Key_Tab: "Tab",
    Qt.Key.Key_Escape: "Escape", Qt.Key.Key_Backspace: "BackSpace", Qt.Key.Key_Delete: "Delete",
    Qt.Key.Key_Insert: "Insert", Qt.Key.Key_Home: "Home", Qt.Key.Key_End: "End", Qt.Key.Key_PageUp: "Prior",
    Qt.Key.Key_PageDown: "Next", Qt.Key.Key_Left: "Left", Qt.Key.Key_Right: "Right", Qt.Key.Key_Up: "Up",
    Qt.Key.Key_Down: "Down", Qt.Key.Key_Pause: "Pause", Qt.Key.Key_Print: "Print", Qt.Key.Key_Menu: "Menu",
    Qt.Key.Key_Comma: "comma", Qt.Key.Key_Period: "period", Qt.Key.Key_Slash: "slash", Qt.Key.Key_Minus: "minus",
    Qt.Key.Key_Semicolon: "semicolon", Qt.Key.Key_Apostrophe: "apostrophe", Qt.Key.Key_Equal: "equal",
    Qt.Key.Key_QuoteLeft: "grave", Qt.Key.Key_BracketLeft: "bracketleft", Qt.Key.Key_BracketRight: "bracketright",
    Qt.Key.Key_Backslash: "backslash", Qt.Key.Key_Plus: "plus", Qt.Key.Key_NumberSign: "numbersign",
    Qt.Key.Key_Less: "less", Qt.Key.Key_AsciiCircum: "asciicircum",
}  # fmt: skip
FUNCTION_KEYS = 24


@dataclass(frozen=True, slots=True)
class KeyCombination:
    """Modifiers (of CTRL, ALT, SHIFT, LOGO) and the name of a keysym, such as "space"."""

    modifiers: tuple[str, ...]
    keysym: str

    @property
    def trigger(self) -> str:
        """As portals write it, see the XDG shortcuts specification: "CTRL+ALT+space"."""
        return "+".join([*self.modifiers, self.keysym])


def parse_keys(keys: str) -> KeyCombination | None:
    """The combination that `QKeySequence` names; None for none, several, or a key that cannot be a hotkey.

    Only a function key may stand without Ctrl, Alt or the Windows key: other keys are for typing.
    """
    sequence = QKeySequence(keys, QKeySequence.SequenceFormat.PortableText)
    if sequence.count() != 1:
        return None
    pressed: QKeyCombination = sequence[0]  # type: ignore[index]  # missing from PySide's stubs
    keysym = _keysym(pressed.key())
    held = pressed.keyboardModifiers()
    modifiers = tuple(name for modifier, name in _MODIFIERS if held & modifier)
    is_function = pressed.key() in range(Qt.Key.Key_F1, Qt.Key.Key_F1 + FUNCTION_KEYS)
    if not keysym or not (is_function or set(modifiers) - {"SHIFT"}):
        return None
    return KeyCombination(modifiers, keysym)


def shown_keys(keys: str) -> str:
    """The keys as this platform writes them, in the language in use."""
    sequence = QKeySequence(keys, QKeySequence.SequenceFormat.PortableText)
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)


def _keysym(key: Qt.Key) -> str:
    """The name of a key's keysym; "" for one that cannot be a hotkey."""
    if key in range(Qt.Key.Key_A, Qt.Key.Key_Z + 1):
        return chr(key).lower()
    if key in range(Qt.Key.Key_0, Qt.Key.Key_9 + 1):
        return chr(key)
    if key in range(Qt.Key.Key_F1, Qt.Key.Key_F1 + FUNCTION_KEYS):
        return f"F{key - Qt.Key.Key_F1 + 1}"
    return _NAMES.get(key, "")
