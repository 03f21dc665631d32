"""One sentence of trouble and its remedy, across the window, with what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.widgets import IconButton, Symbol, TextButton, label


class Banner(QFrame):
    """Hidden while all is well; `acted` when its button is pressed, and closing it hides that one trouble only."""

    acted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._closed = ""
        self.sentence = label("", weight=QFont.Weight.DemiBold, wrap=True)
        self.remedy = label("", wrap=True)
        self.action = TextButton("", "", "refresh")
        self.action.clicked.connect(self.acted)
        close = IconButton("close", self.tr("Close this message"), size=16)
        close.clicked.connect(self._close)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.remedy)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 10, 12, 10)
        row.setSpacing(12)
        row.addWidget(Symbol("warning", 20, "warn"))
        row.addLayout(words, 1)
        row.addWidget(self.action)
        row.addWidget(close)
        self.hide()

    def tell(self, sentence: str, remedy: str = "", action: str = "") -> None:
        """Show a trouble, unless it is the one that was closed last."""
        if sentence == self._closed:
            return
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self.action.setText(action)
        self.action.setVisible(bool(action))
        self.show()

    def clear(self) -> None:
        """All is well again."""
        self._closed = ""
        self.hide()

    @Slot()
    def _close(self) -> None:
        self._closed = self.sentence.text()
        self.hide()
