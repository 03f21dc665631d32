"""Says once that closing the window only hides it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import Picture, TextButton, label


class StillRunningDialog(QDialog):
    """Shown in the window's place after it was hidden; emits `quit_requested` for "Quit instead"."""

    help_page = "quick-search.md"
    quit_requested = Signal()

    def __init__(self, hotkey: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Findling is still running"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        text = tr("Click its icon in the system tray to search. Your folders stay up to date meanwhile.")
        if hotkey:
            text = tr(
                "Press {keys} or click its icon in the system tray to search. Your folders stay up to date meanwhile.",
                keys=hotkey,
            )
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(Picture("findling", 40), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(label(tr("Findling is still running"), factor=1.15, weight=QFont.Weight.DemiBold))
        words.addWidget(label(text, wrap=True))
        words.addWidget(label(tr("The settings say what closing the window does."), dim=True, wrap=True))
        head.addLayout(words, 1)
        self.quit_instead = TextButton(tr("Quit instead"))
        self.keep = TextButton(tr("OK"), "main")
        self.keep.setDefault(True)
        self.quit_instead.clicked.connect(self._quit)
        self.keep.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.quit_instead)
        buttons.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(20)
        column.addLayout(head)
        column.addLayout(buttons)
        self.keep.setFocus()

    def _quit(self) -> None:
        self.accept()
        self.quit_requested.emit()
