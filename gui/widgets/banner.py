"""What is told across the window: a trouble with its remedy, or something that is offered."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.widgets.basic import IconButton, Symbol, TextButton, label


class Notice(QFrame):
    """A sentence, what more there is to say, and a button (`acted`); hidden until something is told."""

    acted = Signal()

    def __init__(self, name: str, symbol: Symbol, action: TextButton, more: QLabel, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sentence = label("", weight=QFont.Weight.DemiBold, wrap=True)
        self.more = more
        self.action = action
        self.action.clicked.connect(self.acted)
        self.close_button = IconButton("close", "", size=16)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.more)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(symbol)
        row.addLayout(words, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.hide()

    def tell(self, sentence: str, more: str = "", action: str = "") -> None:
        """Show it."""
        self.sentence.setText(sentence)
        self.more.setText(more)
        self.more.setVisible(bool(more))
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.show()


class Banner(Notice):
    """A trouble: hidden while all is well, and closing it hides that one trouble only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "banner", Symbol("warning", 20, "warn"), TextButton("", "", "refresh"), label("", wrap=True), parent
        )
        self.close_button.say(self.tr("Close this message"))
        self.close_button.clicked.connect(self._close)
        self._closed = ""

    def tell(self, sentence: str, more: str = "", action: str = "") -> None:
        """Show a trouble and its remedy, unless it is the one that was closed last."""
        if sentence != self._closed:
            super().tell(sentence, more, action)

    def clear(self) -> None:
        """All is well again."""
        self._closed = ""
        self.hide()

    @Slot()
    def _close(self) -> None:
        self._closed = self.sentence.text()
        self.hide()


class Offer(Notice):
    """Something that may be had; `declined` when it is closed, which is for good."""

    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("offer", Symbol("info", 20, "accent"), TextButton(""), label("", dim=True, wrap=True), parent)
        self.close_button.say(self.tr("Do not offer this again"))
        self.close_button.clicked.connect(self.declined)
