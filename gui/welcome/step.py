"""What the steps of the welcome have in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from core.settings import Settings


class WelcomeStep(QWidget):
    """A step with its title and a sentence about it, which the page shows above it.

    `focus_widgets` are its controls in the order of the Tab key; `rearranged` says that there are others.
    """

    rearranged = Signal()

    def __init__(self, title: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("form")
        self.title, self.description = title, description
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)

    def show_settings(self, settings: Settings) -> None:
        """Describe the step as it is with these settings."""

    def focus_widgets(self) -> list[QWidget]:
        raise NotImplementedError

    def add_card(self) -> QVBoxLayout:
        """Append a frame; returns the layout of what is in it."""
        frame = QFrame()
        frame.setObjectName("card")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(16, 14, 16, 14)
        inner.setSpacing(10)
        self.column.addWidget(frame)
        return inner
