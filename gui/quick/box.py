"""The box of the quick search: text goes in, keys for the rows go out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from core.messages import tr
from gui.widgets.theme import scaled

_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
_DIGITS = {Qt.Key(Qt.Key.Key_1 + number): number for number in range(8)}


class QuickBox(QLineEdit):
    """Keeps the focus while rows are chosen with the keys.

    `moved(rows)`; `chosen(row, folder)`: open this row (-1: the current one), or with `folder` show where it is;
    `handed_over`: Tab; `dismissed`: Esc.
    """

    moved = Signal(int)
    chosen = Signal(int, bool)
    handed_over = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quick")
        self.setFont(scaled(self.font(), 1.5))
        self.setFrame(False)
        self.setPlaceholderText(tr("Search your documents"))
        self.setAccessibleName(tr("Quick search"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # its window would take the focus

    def event(self, event: QEvent) -> bool:
        """Take Tab before Qt moves the focus, and Alt with a digit before any shortcut."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self._take(event):
            event.accept()
            return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(-1, control)
        elif key == Qt.Key.Key_Escape:
            self.dismissed.emit()
        elif key == Qt.Key.Key_Tab and not control:
            self.handed_over.emit()
        elif key in _MOVES and not control:
            self.moved.emit(_MOVES[key])
        elif key in _DIGITS and modifiers & Qt.KeyboardModifier.AltModifier:
            self.chosen.emit(_DIGITS[key], control)
        else:
            return False
        return True
