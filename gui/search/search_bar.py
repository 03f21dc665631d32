"""The search box: searches while the user types, and passes keys on to the result list."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from core.messages import tr
from gui.search.completion import CompletionList
from gui.widgets.basic import IconButton, Symbol
from gui.widgets.theme import scaled

DEBOUNCE_MS = 60
HEIGHT = 44


class SearchBox(QLineEdit):
    """A line edit; `key_action(name)` is "down", "open", "folder", "copy_file" or "escape"."""

    key_action = Signal(str)
    focus_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.completion: CompletionList | None = None  # handles keys first while it is shown
        self.setObjectName("search")
        self.setFont(scaled(self.font(), 1.2))
        self.setFixedHeight(HEIGHT)
        self.setPlaceholderText(tr("Search your documents by name, words or meaning"))
        self.setAccessibleName(tr("Search"))
        self._magnifier = Symbol("search", 18, "dim", self)
        self._clear = IconButton("close", tr("Clear search (Esc)"), self, size=16)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.setFixedSize(QSize(28, 28))
        self._clear.hide()
        self.syntax = IconButton("help", tr("What you can type"), self, size=16)
        self.syntax.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.syntax.setCursor(Qt.CursorShape.ArrowCursor)
        self.syntax.setFixedSize(QSize(28, 28))
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
        self._magnifier.move(lead, (self.height() - 18) // 2)
        self.syntax.move(tail, (self.height() - 28) // 2)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setTextMargins(28 if mirrored else 0, 0, 0 if mirrored else 28, 0)  # beside the style sheet's padding
        self._clear.move(tail + (28 if mirrored else -28), (self.height() - 28) // 2)

    def cursorRect(self) -> QRect:
        """Where the cursor is, for what stands below it."""
        return super().cursorRect()

    def event(self, event: QEvent) -> bool:
        """Let Tab take a suggestion and Escape hide them, before Qt moves the focus or runs a shortcut."""
        if self.completion is None or not self.completion.isVisible() or not isinstance(event, QKeyEvent):
            return super().event(event)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        is_tab = event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        return (is_tab and self.completion.handle(event)) or super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_left.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.completion is not None and self.completion.handle(event):
            return
        action = self._action(event)
        if action:
            self.key_action.emit(action)
            event.accept()
        else:
            super().keyPressEvent(event)

    def _action(self, event: QKeyEvent) -> str:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy) and not self.hasSelectedText():
            return "copy_file"
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return "" if event.modifiers() & Qt.KeyboardModifier.ControlModifier else "open"
        return {Qt.Key.Key_Down: "down", Qt.Key.Key_PageDown: "down", Qt.Key.Key_Escape: "escape"}.get(Qt.Key(key), "")


class SearchBar(QWidget):
    """The top of the window; emits `query_changed(text)` shortly after the last key, at once if the box is emptied."""

    query_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.box = SearchBox(self)
        self.side = IconButton("folder", tr("Show or hide folders"), self)
        from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.back = IconButton("chevron-right" if from_right else "chevron-left", tr("Back"), self)
        self.forward = IconButton("chevron-left" if from_right else "chevron-right", tr("Forward"), self)
        self.team = IconButton("team", tr("Search in the team library, too"), self)
        self.team.setCheckable(True)
        self.team.hide()
        self.preview = IconButton("panel", tr("Show or hide the preview"), self)
        self.settings = IconButton("settings", tr("Settings"), self)
        self.help = IconButton("help", tr("Help"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(8)
        row.addWidget(self.side)
        steps = QHBoxLayout()
        steps.setSpacing(0)
        steps.addWidget(self.back)
        steps.addWidget(self.forward)
        row.addLayout(steps)
        row.addWidget(self.box, 1)
        row.addWidget(self.team)
        row.addWidget(self.preview)
        row.addWidget(self.settings)
        row.addWidget(self.help)
        self.setTabOrder(self.forward, self.box)  # it was made first
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._timer.timeout.connect(self._emit_query)
        self.box.textChanged.connect(self._typed)

    def text(self) -> str:
        """The query without surrounding white space."""
        return self.box.text().strip()

    def take_focus(self) -> None:
        """Focus the box and select its text."""
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    @Slot(str)
    def _typed(self, _text: str) -> None:
        if self.text():
            self._timer.start()
        else:
            self._timer.stop()
            self._emit_query()

    @Slot()
    def _emit_query(self) -> None:
        self.query_changed.emit(self.text())
