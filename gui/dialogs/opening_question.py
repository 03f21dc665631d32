"""The question before a file is opened that may run something, or is not what its name says."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QMessageBox, QWidget

from core.document import OpeningRisk
from core.messages import terms, tr
from gui.text import messages
from gui.widgets.assets import symbol
from gui.widgets.plain_text import PlainMessageBox
from gui.widgets.theme import colours

ICON = 40  # pixels


class OpeningQuestion(PlainMessageBox):
    """Emits `folder_chosen` for its default, and `open_chosen` when the user wants the file all the same."""

    folder_chosen = Signal()
    open_chosen = Signal()

    def __init__(self, parent: QWidget | None, path: str, risk: OpeningRisk) -> None:
        super().__init__(parent, tr("Open file"), *_question(path, risk))
        self.setIconPixmap(symbol("warning", colours().warn, ICON, self.devicePixelRatioF()))
        self.folder = self.addButton(tr("Open folder"), QMessageBox.ButtonRole.AcceptRole)
        self.open_anyway = self.addButton(tr("Open anyway"), QMessageBox.ButtonRole.DestructiveRole)
        self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(self.folder)
        self.buttonClicked.connect(self._clicked)
        self.remember: QCheckBox | None = None
        if risk.plain:
            self.remember = QCheckBox(tr("Don’t ask again about scripts in this folder"))
            self.setCheckBox(self.remember)

    @property
    def is_remembered(self) -> bool:
        """Whether the user wants no question about scripts in this folder any more."""
        return self.remember is not None and self.remember.isChecked()

    @Slot(QAbstractButton)
    def _clicked(self, button: QAbstractButton) -> None:
        if button is self.folder:
            self.folder_chosen.emit()
        elif button is self.open_anyway:
            self.open_chosen.emit()


def _question(path: str, risk: OpeningRisk) -> tuple[str, str]:
    """(question, details) about a file."""
    name = messages.shown_name(path)
    match risk.kind:
        case "program":
            return (
                tr("Start the program “{name}”?", name=name),
                tr("A program can read, change and delete your files. Start it only if you know where it comes from."),
            )
        case "script":
            return (
                tr("Open the script “{name}”?", name=name),
                tr("Your computer may run it as a program. Open it only if you know where it comes from."),
            )
        case "shortcut":
            return (
                tr("Open the shortcut “{name}”?", name=name),
                tr("It can start any program or open any web address. Open it only if you know where it comes from."),
            )
        case "macros":
            return (
                tr("Open “{name}”, which contains macros?", name=name),
                tr("Macros are small programs inside a document. Open it only if you know where it comes from."),
            )
        case _:
            return tr("Open “{name}”?", name=name), _mismatch(risk)


def _mismatch(risk: OpeningRisk) -> str:
    """What the content of a file is instead of what its name says."""
    if risk.content == "device":
        return tr("This is not a file but a pipe or a device. The program that opens it may wait forever.")
    if risk.content in {None, "other"}:
        return tr(
            "Its name ends in “.{ending}”, but its content is something else. The file may be damaged, or its name "
            "hides what it is.",
            ending=risk.ending,
        )
    return tr(
        "Its name ends in “.{ending}”, but its content is of another kind: {kind}. Open it only if you know where it "
        "comes from.",
        ending=risk.ending,
        kind=terms.content_kind(risk.content or "other"),
    )
