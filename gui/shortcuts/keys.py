"""Which keys can be a shortcut, and how they are written."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from gui.shortcuts.actions import FIXED_KEYS

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_FIRST_SPECIAL_KEY = 0x01000000  # from here on Qt's keys are no characters
_NO_TYPING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


def portable(keys: QKeySequence | str) -> str:
    """Keys as they are stored: "Ctrl+Return"; "" for none."""
    return QKeySequence(keys).toString(_PORTABLE)


def native(keys: str) -> str:
    """Stored keys as the desktop writes them."""
    return QKeySequence(keys, _PORTABLE).toString(QKeySequence.SequenceFormat.NativeText)


def is_for_typing(keys: str) -> bool:
    """Whether keys type a character, which goes to the search box wherever the focus is."""
    sequence = QKeySequence(keys, _PORTABLE)
    if sequence.count() != 1:
        return False
    pressed = sequence[0]  # type: ignore[index]  # PySide's stub lacks it
    return pressed.key().value < _FIRST_SPECIAL_KEY and not pressed.keyboardModifiers() & _NO_TYPING


def fixed_use(keys: str) -> str:
    """What keys that stay as they are do, not translated; "" for all others."""
    return next((use for fixed, use in FIXED_KEYS.items() if portable(fixed) == keys), "")
