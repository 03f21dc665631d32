"""A transient message over a window, for what shows nothing by itself: copied, excluded, checked again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from gui.widgets.basic import TextButton
from gui.widgets.plain_text import PlainLabel

SHOWN_MS, OFFER_MS = 3_000, 10_000  # without and with an action to take
ABOVE = 52  # pixels above the window's lower edge


class Toast(QFrame):
    """Shows one message at a time at the foot of its parent; a screen reader speaks it. It never takes the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._act: Callable[[], object] | None = None
        self.text = PlainLabel()
        self.action = TextButton("", "toast")
        self.action.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.action.clicked.connect(self._take_action)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(12)
        row.addWidget(self.text)
        row.addWidget(self.action)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def show_message(self, text: str, action: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a message, and a button with a text that calls `act`."""
        self._act = act
        self.text.setText(text)
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self._place()
        self.show()
        self.raise_()
        self._timer.start(OFFER_MS if action else SHOWN_MS)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._timer.start(SHOWN_MS)
        super().leaveEvent(event)

    def _place(self) -> None:
        room = self._window.size()
        self.setMaximumWidth(room.width() - 32)
        self.adjustSize()
        self.move((room.width() - self.width()) // 2, room.height() - self.height() - ABOVE)

    @Slot()
    def _take_action(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()
