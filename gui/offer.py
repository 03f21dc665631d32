"""One quiet line across the window that offers something, and is closed for good."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.widgets import IconButton, Symbol, TextButton, label


class Offer(QFrame):
    """Hidden until there is something to offer; `acted` when it is taken up, `declined` when it is closed."""

    acted = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("offer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sentence = label("", weight=QFont.Weight.DemiBold, wrap=True)
        self.more = label("", dim=True, wrap=True)
        self.action = TextButton("")
        self.action.clicked.connect(self.acted)
        self.close_button = IconButton("close", self.tr("Do not offer this again"), size=16)
        self.close_button.clicked.connect(self.declined)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.more)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(Symbol("info", 20, "accent"))
        row.addLayout(words, 1)
        row.addWidget(self.action)
        row.addWidget(self.close_button)
        self.hide()

    def tell(self, sentence: str, more: str, action: str) -> None:
        """Show the offer."""
        self.sentence.setText(sentence)
        self.more.setText(more)
        self.action.setText(action)
        self.show()
