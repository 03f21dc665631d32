"""Finding in the document that is previewed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core.messages import tr
from gui.widgets.basic import IconButton, label

FIND_MS = 150  # after the last letter


class FindBar(QWidget):
    """Emits `sought(text)` while a text is typed, `stepped(1 or -1)` and `closed`."""

    sought = Signal(str)
    stepped = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = _FindField(self)
        self.field.setPlaceholderText(tr("Find in this document"))
        self.field.setAccessibleName(tr("Find in this document"))
        self._close = IconButton("close", tr("Close (Esc)"), size=16)
        self._note = label("", factor=0.9, dim=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 2, 12, 8)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self._note)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(FIND_MS)
        self._timer.timeout.connect(self._seek)
        self.field.textChanged.connect(self._typed)
        self.field.stepped.connect(self.stepped)
        self.field.escaped.connect(self.close_bar)
        self._close.clicked.connect(self.close_bar)
        self.hide()

    @property
    def text(self) -> str:
        """What is looked for; "" while the bar is closed."""
        return self.field.text().strip() if not self.isHidden() else ""

    def open_bar(self) -> None:
        """Show the bar, with the text selected."""
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._seek()

    @Slot()
    def close_bar(self) -> None:
        """Hide the bar."""
        if not self.isHidden():
            self.hide()
            self._note.setText("")
            self.closed.emit()

    def show_count(self, count: int) -> None:
        """Say so if nothing was found."""
        self._note.setText("" if count or not self.text else tr("Not found"))

    @Slot()
    def _typed(self) -> None:
        self._timer.start()

    @Slot()
    def _seek(self) -> None:
        self.sought.emit(self.text)


class _FindField(QLineEdit):
    """A text field in which Enter goes to the next match, Shift+Enter to the one before, and Escape leaves."""

    stepped = Signal(int)
    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()  # else the window's shortcut would clear the query
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.stepped.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)
