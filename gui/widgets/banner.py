"""Bars across the window: an error with its remedy, or an offer."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import IconButton, Symbol, TextButton, label


class Notice(QFrame):
    """A sentence, a detail and a button (`action_clicked`); hidden until `show_message`."""

    action_clicked = Signal()

    def __init__(self, name: str, symbol: Symbol, action: TextButton, detail: QLabel, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sentence = label("", weight=QFont.Weight.DemiBold, wrap=True)
        self.detail = detail
        self.action = action
        self.action.clicked.connect(self.action_clicked)
        self.close_button = IconButton("close", "", size=16)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(self.sentence)
        text.addWidget(self.detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(symbol)
        row.addLayout(text, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.hide()

    def show_message(self, sentence: str, detail: str = "", action: str = "") -> None:
        """Show a sentence, and a detail and a button if they are not empty."""
        self.sentence.setText(sentence)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.show()


class Banner(Notice):
    """An error bar; closing it hides only the current error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "banner", Symbol("warning", 20, "warn"), TextButton("", "", "refresh"), label("", wrap=True), parent
        )
        self.close_button.set_name(tr("Close this message"))
        self.close_button.clicked.connect(self._close)
        self._dismissed = ""

    def show_message(self, sentence: str, detail: str = "", action: str = "") -> None:
        """Show an error and its remedy, unless it is the one that was closed last."""
        if sentence != self._dismissed:
            super().show_message(sentence, detail, action)

    def clear(self) -> None:
        """Hide the bar, because the error is gone."""
        self._dismissed = ""
        self.hide()

    @Slot()
    def _close(self) -> None:
        self._dismissed = self.sentence.text()
        self.hide()


class Offer(Notice):
    """A bar with an offer; emits `declined` when it is closed, after which it is not shown again."""

    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("offer", Symbol("info", 20, "accent"), TextButton(""), label("", dim=True, wrap=True), parent)
        self.close_button.set_name(tr("Do not show this again"))
        self.close_button.clicked.connect(self.declined)
