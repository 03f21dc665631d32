"""A page of the window: one centred column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from gui.widgets.basic import label

MAX_WIDTH = 480


class Page(QWidget):
    """A centred column, slightly above the middle of the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QWidget()
        inner.setMaximumWidth(MAX_WIDTH)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(inner, 100)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(32, 32, 32, 32)
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(3)

    def add(self, *items: QWidget | QLayout | int) -> None:
        """Append widgets, layouts and gaps (in pixels) to the column, centred."""
        for item in items:
            if isinstance(item, int):
                self.column.addSpacing(item)
            elif isinstance(item, QLayout):
                self.column.addLayout(item)
            elif isinstance(item, QLabel):
                item.setAlignment(Qt.AlignmentFlag.AlignCenter)
                self.column.addWidget(item)
            else:
                self.column.addWidget(item, 0, Qt.AlignmentFlag.AlignHCenter)


def heading(text: str) -> QLabel:
    return label(text, factor=1.6, weight=QFont.Weight.DemiBold, wrap=True)
