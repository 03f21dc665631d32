"""A field for the path of a file or folder, with what was found there."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import TextButton, label


class PathField(QWidget):
    """A path that is typed or chosen in a file dialog; emits `edited` when the user has finished."""

    edited = Signal()

    def __init__(self, name: str, placeholder: str, *, folder: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._folder = name, folder
        self.line = QLineEdit()
        self.line.setPlaceholderText(placeholder)
        self.line.setAccessibleName(name)
        self.line.editingFinished.connect(self.edited)
        self.choose = TextButton(tr("Choose…"))
        self.choose.setAccessibleName(tr("Choose: {name}", name=name))
        self.choose.clicked.connect(self._choose)
        self.result = label("", factor=0.92, dim=True, wrap=True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.result)
        self.result.hide()

    def text(self) -> str:
        """The path as typed, without surrounding spaces."""
        return self.line.text().strip()

    def show_text(self, text: str) -> None:
        """Show a path, and no result for it yet."""
        self.line.setText(text)
        self.result.hide()

    def show_result(self, sentence: str) -> None:
        """Show what is at the path, or why it cannot be used."""
        self.result.setText(sentence)
        self.result.setVisible(bool(sentence))

    @Slot()
    def _choose(self) -> None:
        window = self.window()
        if self._folder:
            path = QFileDialog.getExistingDirectory(window, self._name, self.text())
        else:
            path = QFileDialog.getOpenFileName(window, self._name, self.text())[0]
        if path:
            self.line.setText(path)
            self.edited.emit()
