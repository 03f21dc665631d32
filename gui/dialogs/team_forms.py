"""The parts of the page on the team library: the fields to add one, and what is known of the one that was added."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from core.messages import tr
from core.messages.visible import visible_name
from core.team import TeamLibrary
from gui.engine.path_field import PathField
from gui.text import messages
from gui.widgets.basic import ELIDE_MIDDLE, TextButton, label
from gui.widgets.card import add_card
from gui.widgets.elided_button import ElidedButton
from gui.widgets.form import Form
from gui.widgets.tab_order import stops_in


class NewTeamForm(QWidget):
    """Emits `add_requested(name, address, certificate, token)`."""

    add_requested = Signal(str, str, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = _column(self)
        card = add_card(
            column,
            tr("Add a team library"),
            tr("Whoever runs it gives you its address. If it has a sign-in in the browser, leave the token empty."),
        )
        self.name, self.address, self.token = QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setPlaceholderText(tr("Such as the name of your team"))
        self.address.setPlaceholderText("https://files.example.org:8443")
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.certificate = PathField(tr("Certificate"), tr("Only if the system does not know it"), folder=False)
        form = Form()
        for title, field in (
            (tr("Name"), self.name),
            (tr("Address"), self.address),
            (tr("Token"), self.token),
            (tr("Certificate"), self.certificate),
        ):
            form.add(title, field)
        card.addLayout(form)
        self.add = TextButton(tr("Test and add"))
        self.add.clicked.connect(self._add)
        card.addLayout(_row(self.add))

    def clear(self) -> None:
        """Empty the fields."""
        for field in (self.name, self.address, self.token, self.certificate.line):
            field.clear()

    @Slot()
    def _add(self) -> None:
        texts = (self.name.text(), self.address.text(), self.certificate.text(), self.token.text())
        self.add_requested.emit(*(text.strip() for text in texts))


class KnownTeam(QWidget):
    """Emits `test_requested`, `sign_in_requested`, `remove_requested` and `token_given(token)`."""

    test_requested = Signal()
    sign_in_requested = Signal()
    remove_requested = Signal()
    token_given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = _column(self)
        card = add_card(column, tr("Your team library"))
        self.name = label("", elided=ELIDE_MIDDLE)
        self.address = label("", dim=True, elided=ELIDE_MIDDLE)
        self.test, self.remove = ElidedButton(tr("Test connection")), ElidedButton(tr("Remove…"))
        self.sign_in = ElidedButton(tr("Sign in…"))
        self.sign_in.clicked.connect(self.sign_in_requested)
        self.test.clicked.connect(self.test_requested)
        self.remove.clicked.connect(self.remove_requested)
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.token.setPlaceholderText(tr("Another token"))
        self.token.setAccessibleName(tr("Another token"))
        self.use_token = TextButton(tr("Use token"))
        self.use_token.clicked.connect(self._give_token)
        for shown in (self.name, self.address):
            card.addWidget(shown)
        card.addLayout(_row(self.test, self.sign_in, self.remove))
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.token, 1)
        line.addWidget(self.use_token)
        card.addLayout(line)
        self._mounts = QWidget()
        self._folder_card = add_card(
            _column(self._mounts),
            tr("Its folders here"),
            tr("Where a folder of the server is mounted here, its files can be opened. All others can be read."),
        )
        column.addWidget(self._mounts)
        self.fields: dict[str, PathField] = {}
        self._parts: list[QWidget] = []

    def show_library(self, library: TeamLibrary) -> None:
        """Show its name and address, and where its folders are."""
        self.name.setText(visible_name(library.name))
        self.address.setText(messages.isolated(library.address))
        self.token.clear()
        self.show_folders([there for there, _ in library.folders], library)

    def show_folders(self, folders: Sequence[str], library: TeamLibrary) -> None:
        """Show a field for each folder of the server that has none yet."""
        known = dict(library.folders)
        for there in folders:
            if there not in self.fields:
                self._add_folder(there, known.get(there, ""))
        self._mounts.setVisible(bool(self.fields))

    def folders(self) -> tuple[tuple[str, str], ...]:
        """The folders of the server with where they are on this computer, as far as that is said."""
        return tuple((there, field.text()) for there, field in self.fields.items() if field.text())

    def forget(self) -> None:
        """Forget its folders and a token that was not used."""
        self.token.clear()
        for part in self._parts:
            part.deleteLater()
        self._parts.clear()
        self.fields.clear()

    def _add_folder(self, there: str, here: str) -> None:
        shown = messages.isolated(visible_name(there))
        field = PathField(tr("{folder} is here", folder=shown), tr("Not mounted here"), folder=True)
        field.show_text(here)
        part = QWidget()
        column = _column(part)
        column.setSpacing(2)
        column.addWidget(label(shown, elided=ELIDE_MIDDLE))
        column.addWidget(field)
        before = stops_in(self)[-1]
        self._folder_card.addWidget(part)
        for one, other in pairwise((before, *stops_in(part))):
            QWidget.setTabOrder(one, other)
        self._parts.append(part)
        self.fields[there] = field

    @Slot()
    def _give_token(self) -> None:
        self.token_given.emit(self.token.text().strip())


def _column(owner: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(owner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    return column


def _row(*buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
