"""A titled frame for a group of settings."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QVBoxLayout

from gui.widgets.basic import label


def add_card(column: QVBoxLayout, title: str, description: str = "") -> QVBoxLayout:
    """Append a titled frame to a column; returns the layout of its contents."""
    column.addWidget(label(title, factor=1.1, weight=QFont.Weight.DemiBold))
    frame = QFrame()
    frame.setObjectName("card")
    inner = QVBoxLayout(frame)
    inner.setContentsMargins(16, 14, 16, 14)
    inner.setSpacing(10)
    if description:
        inner.addWidget(label(description, dim=True, wrap=True))
    column.addWidget(frame)
    return inner
