"""The folders whose scripts are opened without a question, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.messages import tr
from gui.runtime.preferences import Preferences
from gui.text import messages
from gui.widgets.basic import ELIDE_MIDDLE, IconButton, label
from gui.widgets.card import add_card


class OpeningSettings(QWidget):
    """Edits a copy of the preferences; `apply` saves it."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._folders = list(preferences.script_folders)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._card = add_card(
            column,
            tr("Opening scripts"),
            tr(
                "Findling asks before it opens a program, a script, a shortcut, a document with macros, or a file that "
                "is not what its name says. You can turn that off only for scripts, folder by folder."
            ),
        )
        self.nothing = label(tr("Findling asks about every script."), wrap=True)
        self._card.addWidget(self.nothing)
        self.rows = [self._add_row(folder) for folder in self._folders]
        self.nothing.setVisible(not self.rows)

    def apply(self) -> None:
        """Save which folders are left; those that were added meanwhile stay."""
        removed = {row.property("folder") for row in self.rows} - set(self._folders)
        folders = self._preferences.script_folders
        self._preferences.script_folders = tuple(folder for folder in folders if folder not in removed)

    def _add_row(self, folder: str) -> QWidget:
        row = QWidget()
        row.setProperty("folder", folder)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        shown = messages.shown_path(folder)
        line.addWidget(label(tr("No question in {folder}", folder=shown), elided=ELIDE_MIDDLE), 1)
        button = IconButton("close", tr("Ask again about scripts in {folder}", folder=shown), size=14)
        button.clicked.connect(self._remove)
        line.addWidget(button)
        self._card.addWidget(row)
        return row

    @Slot()
    def _remove(self) -> None:
        row = self.sender().parent()
        if isinstance(row, QWidget) and row.property("folder") in self._folders:
            self._folders.remove(row.property("folder"))
            row.hide()
            self.nothing.setVisible(not self._folders)
