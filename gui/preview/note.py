"""What the preview says when there is nothing to show: why, what helps, and a field for a password."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.errors import ProblemCode
from core.messages import tr
from gui.widgets.basic import TextButton, label


def page_problem(code: ProblemCode) -> tuple[str, str]:
    """(sentence, remedy) for a document whose pages cannot be shown."""
    texts = {
        "protected": (tr("This document is protected by a password."), ""),
        "broken": (
            tr("This document is damaged or has the wrong extension."),
            tr("Open it in its own application and save it again."),
        ),
        "too_large": (tr("This document is too large to preview."), tr("Open it in its own application.")),
        "timed_out": (tr("Opening this document takes too long."), tr("Open it in its own application.")),
        "vanished": (
            tr("This document does not exist any more."),
            tr("It was moved or deleted, or its disk is not connected."),
        ),
        "unreadable": (tr("This document cannot be opened."), tr("Check its permissions and the disk.")),
    }
    return texts.get(code, (tr("This document cannot be previewed."), tr("Open it in its own application.")))


def page_failure(code: ProblemCode) -> str:
    """What a page says that cannot be drawn."""
    if code == "timed_out":
        return tr("This page takes too long to draw.")
    return tr("This page cannot be drawn.")


class NotePage(QWidget):
    """Emits `password_entered(text)` and `text_requested`."""

    password_entered = Signal(str)
    text_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = label("", dim=True, wrap=True)
        self.remedy = label("", factor=0.9, dim=True, wrap=True)
        for text in (self.sentence, self.remedy):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Password"))
        self.password.setAccessibleName(tr("Password"))
        self.unlock = TextButton(tr("Open"))
        self.show_text = TextButton(tr("Show text"), "link")
        self._entry = QWidget()
        entry = QHBoxLayout(self._entry)
        entry.setContentsMargins(0, 8, 0, 0)
        entry.addStretch(1)
        entry.addWidget(self.password, 2)
        entry.addWidget(self.unlock)
        entry.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 40, 32, 80)
        column.addStretch(1)
        column.addWidget(self.sentence)
        column.addWidget(self.remedy)
        column.addWidget(self._entry)
        column.addWidget(self.show_text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.password.returnPressed.connect(self._enter)
        self.unlock.clicked.connect(self._enter)
        self.show_text.clicked.connect(self.text_requested)
        self.show_note("")

    def show_note(self, sentence: str, remedy: str = "") -> None:
        """Say something; with neither password nor text."""
        self.sentence.setText(sentence)
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
        self._entry.hide()
        self.show_text.hide()

    def show_problem(self, code: ProblemCode, *, has_text: bool, wrong_password: bool = False) -> None:
        """Say why the pages cannot be shown, and ask for a password where one helps."""
        self.show_note(*page_problem(code))
        if wrong_password:
            self.remedy.setText(tr("This is not the password."))
            self.remedy.show()
        self._entry.setVisible(code == "protected")
        self.show_text.setVisible(has_text)
        self.password.clear()
        if wrong_password:
            self.password.setFocus()

    def offer_text(self) -> None:
        """Offer the text, which was read meanwhile."""
        self.show_text.show()

    @Slot()
    def _enter(self) -> None:
        if self.password.text():
            self.password_entered.emit(self.password.text())
