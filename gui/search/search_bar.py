"""The search box: focus at start, as-you-type questions, and the keys that lead from it to the list."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from gui.widgets.basic import IconButton, Symbol
from gui.widgets.theme import scaled

DEBOUNCE_MS = 60
HEIGHT = 44


class SearchBox(QLineEdit):
    """One line; `keyed` names what a key asks for: "down", "open", "folder", "copy_file" or "escape"."""

    keyed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("search")
        self.setFont(scaled(self.font(), 1.2))
        self.setFixedHeight(HEIGHT)
        self.setPlaceholderText(self.tr("Search your documents by name, words or meaning"))
        self.setAccessibleName(self.tr("Search"))
        self._glass = Symbol("search", 18, "dim", self)
        self._clear = IconButton("close", self.tr("Clear the search (Esc)"), self, size=16)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.setFixedSize(QSize(28, 28))
        self._clear.hide()
        self._clear.clicked.connect(self.clear)
        self.textChanged.connect(self._show_clear)

    @Slot(str)
    def _show_clear(self, text: str) -> None:
        self._clear.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        lead, tail = 14, self.width() - 28 - 8
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            lead, tail = self.width() - 18 - 14, 8
        self._glass.move(lead, (self.height() - 18) // 2)
        self._clear.move(tail, (self.height() - 28) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        asked = self._asked(event)
        if asked:
            self.keyed.emit(asked)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _asked(self, event: QKeyEvent) -> str:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy) and not self.hasSelectedText():
            return "copy_file"
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return "folder" if event.modifiers() & Qt.KeyboardModifier.ControlModifier else "open"
        return {Qt.Key.Key_Down: "down", Qt.Key.Key_PageDown: "down", Qt.Key.Key_Escape: "escape"}.get(Qt.Key(key), "")


class SearchBar(QWidget):
    """The top of the window: `asked(text)` comes a moment after the last key, at once when the box is emptied."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.box = SearchBox(self)
        self.side = IconButton("folder", self.tr("Show or hide the folders"), self)
        self.settings = IconButton("settings", self.tr("Settings (Ctrl+,)"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(8)
        row.addWidget(self.side)
        row.addWidget(self.box, 1)
        row.addWidget(self.settings)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._ask)
        self.box.textChanged.connect(self._typed)

    def text(self) -> str:
        """The question as it stands, without white space around it."""
        return self.box.text().strip()

    def take_focus(self) -> None:
        """Put the cursor into the box with everything selected."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    @Slot(str)
    def _typed(self, _text: str) -> None:
        if self.text():
            self._timer.start()
        else:
            self._timer.stop()
            self._ask()

    @Slot()
    def _ask(self) -> None:
        self.asked.emit(self.text())
