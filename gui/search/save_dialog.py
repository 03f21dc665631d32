"""Asks for the name of a search that is saved or renamed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import ELIDE_END, TextButton, label

WIDTH = 420
MAX_NAME = 200  # characters


class SaveSearchDialog(QDialog):
    """Emits `chosen(name, notify)`."""

    help_page = "search.md"
    chosen = Signal(str, bool)

    def __init__(
        self, query: str, name: str = "", *, notify: bool = False, renaming: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Rename search") if renaming else tr("Save search"))
        self.setMinimumWidth(WIDTH)
        self.name = QLineEdit(name or " ".join(query.split())[:MAX_NAME])
        self.name.setMaxLength(MAX_NAME)
        self.name.setAccessibleName(tr("Name"))
        self.name.selectAll()
        self.name.textChanged.connect(self._check)
        self.notify = QCheckBox(tr("Notify me when a new document matches"))
        self.notify.setChecked(notify)
        self.save = TextButton(tr("Save"), "main")
        self.save.setDefault(True)
        cancel = TextButton(tr("Cancel"))
        self.save.clicked.connect(self.accept)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.save)
        title = label(tr("Name of the search:"))
        title.setBuddy(self.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(10)
        column.addWidget(title)
        column.addWidget(self.name)
        column.addWidget(label(query, dim=True, elided=ELIDE_END))
        column.addWidget(self.notify)
        column.addSpacing(8)
        column.addLayout(buttons)
        self._check()

    @Slot()
    def accept(self) -> None:
        if self.save.isEnabled():
            self.chosen.emit(self.name.text().strip(), self.notify.isChecked())
            super().accept()

    @Slot()
    def _check(self) -> None:
        self.save.setEnabled(bool(self.name.text().strip()))
