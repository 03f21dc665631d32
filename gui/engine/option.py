"""A radio button with a description, its costs and a warning."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from gui.widgets.basic import Symbol, label

INDENT = 24  # pixels from the left edge of a radio button to its text


class Option(QWidget):
    """One of several choices: its name, a description, what it costs, and a warning if there is one."""

    def __init__(self, title: str, description: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.radio = QRadioButton(title)
        self.description = label(description, factor=0.92, dim=True, wrap=True)
        self.cost = label("", factor=0.92, wrap=True)
        self.warning = label("", factor=0.92, wrap=True)
        self._warning_icon = Symbol("warning", 14, "warn")
        warning = QHBoxLayout()
        warning.setSpacing(6)
        warning.addWidget(self._warning_icon)
        warning.addWidget(self.warning, 1)
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(2)
        below.addWidget(self.description)
        below.addWidget(self.cost)
        below.addLayout(warning)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.radio)
        column.addLayout(below)
        self.show_text(description)

    def show_text(self, description: str, cost: str = "", warning: str = "") -> None:
        """Show these texts; an empty one takes no room."""
        for shown, text in ((self.description, description), (self.cost, cost), (self.warning, warning)):
            shown.setText(text)
            shown.setVisible(bool(text))
        self._warning_icon.setVisible(bool(warning))
        self.radio.setAccessibleDescription(" ".join(part for part in (description, cost, warning) if part))
