"""The page of the settings on the team library: add one, test it, say where its folders are, remove it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from core.messages import mark, tr
from core.team import TeamLibrary
from gui.dialogs.settings_page import SettingsPage
from gui.dialogs.team_forms import KnownTeam, NewTeamForm
from gui.widgets.basic import label
from gui.widgets.elided_button import ElidedButton


class TeamPage(SettingsPage):
    """Shows the team library, or the fields to add one.

    Emits `trust_requested` for a certificate that was shown, `code_requested` and `cancelled` during a sign-in. What
    was asked is answered by `show_result`, `offer_trust`, `show_prompt` and `show_library`.
    """

    heading = mark("Team library")
    trust_requested = Signal()
    code_requested = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.add_card(
            tr("On another computer"),
            tr(
                "The results of a team library, such as that of a file server, are shown below your own. It receives "
                "the text of each search, and nothing of your documents. The button beside the search box leaves it "
                "out."
            ),
        )
        self.result = label("", wrap=True)
        self.trust = ElidedButton(tr("Trust this certificate"))
        self.trust.clicked.connect(self.trust_requested)
        self.code, self.cancel = ElidedButton(tr("Sign in with a code")), ElidedButton(tr("Cancel sign-in"))
        self.code.clicked.connect(self.code_requested)
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.trust, self.code, self.cancel):
            row.addWidget(button)
        row.addStretch(1)
        place = self._column.count() - 1
        self._column.insertWidget(place, self.result)
        self._column.insertLayout(place + 1, row)
        self.new, self.known = NewTeamForm(), KnownTeam()
        self.add_section(self.new)
        self.add_section(self.known)
        self.show_library(None)

    def show_library(self, library: TeamLibrary | None) -> None:
        """Show the team library, or how to add one."""
        self.new.setVisible(library is None)
        self.known.setVisible(library is not None)
        self.show_result("")
        if library is None:
            self.known.forget()
        else:
            self.new.clear()
            self.known.show_library(library)

    def show_folders(self, folders: Sequence[str], library: TeamLibrary) -> None:
        """Show the folders that the server has."""
        self.known.show_folders(folders, library)

    def show_result(self, sentence: str, *, busy: bool = False) -> None:
        """Show what a test found; meanwhile nothing else can be asked."""
        self.result.setText(sentence)
        self.result.setVisible(bool(sentence))
        for offer in (self.trust, self.code, self.cancel):
            offer.hide()
        self.verticalScrollBar().setValue(0)  # where it stands
        for button in (
            self.new.add, self.known.test, self.known.sign_in, self.known.use_token, self.known.remove,
        ):  # fmt: skip
            button.setEnabled(not busy)

    def show_prompt(self, sentence: str, *, has_code: bool) -> None:
        """Show what somebody who signs in has to do now."""
        self.show_result(sentence, busy=True)
        self.code.setVisible(not has_code)
        self.cancel.show()

    def offer_trust(self, sentence: str) -> None:
        """Show a certificate's problem and fingerprint, and offer to trust it."""
        self.show_result(sentence)
        self.trust.show()
