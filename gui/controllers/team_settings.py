"""The settings of the team library: adds one once it answers, tests it, removes it with its token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox
from shiboken6 import isValid

from core import team
from core.errors import FindlingError
from core.messages import ntr, sentences, tr
from core.team import TeamClient, TeamLibrary, TeamStatus
from gui.runtime.latest_task import LatestTask
from gui.widgets.plain_text import PlainMessageBox

if TYPE_CHECKING:
    from gui.dialogs.settings import SettingsDialog
    from gui.dialogs.team_page import TeamPage

UNTRUSTED = frozenset({"team.untrusted", "team.changed"})


@dataclass(frozen=True, slots=True)
class _Trial:
    """A team library to test with a token; what is `new` in it is kept if it answers."""

    library: TeamLibrary
    token: str
    new: bool


@dataclass(frozen=True, slots=True)
class _Untrusted:
    """Why the certificate is not trusted, and the fingerprint of the one that the server has."""

    sentence: str
    fingerprint: str


class TeamSettings(QObject):
    """Keeps what the page edits; emits `changed(TeamLibrary | None)` and `trouble(sentence, remedy)`."""

    changed = Signal(object)
    trouble = Signal(str, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._page: TeamPage | None = None
        self._untrusted: tuple[_Trial, str] | None = None  # what can be tried again with this fingerprint
        self.question: PlainMessageBox | None = None
        self._task = LatestTask(self._test, "team-test", self)
        self._task.result_ready.connect(self._show)
        self._task.failed.connect(self._failed)

    def stop(self) -> None:
        """End the thread."""
        self._task.stop()

    @Slot(object)
    def add_to(self, dialog: SettingsDialog) -> None:
        """Show the team library in a new dialog."""
        dialog.when_made("team", self._use_page)
        dialog.accepted.connect(self._save_folders)
        dialog.finished.connect(self._forget_page)

    def _use_page(self, page: TeamPage) -> None:
        self._page = page
        page.new.add_requested.connect(self._add)
        page.known.test_requested.connect(self._test_kept)
        page.known.token_given.connect(self._try_token)
        page.known.remove_requested.connect(partial(self._ask_removal, page))
        page.trust_requested.connect(self._trust)
        page.show_library(team.load())

    @Slot()
    def _forget_page(self) -> None:
        self._page, self._untrusted = None, None
        self._task.cancel()

    # What the page asks for

    @Slot(str, str, str, str)
    def _add(self, name: str, address: str, certificate: str, secret: str) -> None:
        try:
            library = TeamLibrary(name, team.address_of(address), certificate)
        except FindlingError as error:
            self._say(str(error))
            return
        if not secret:
            self._say(tr("The token is missing."))
            return
        self._try(_Trial(library if name else replace(library, name=library.host), secret, new=True))

    @Slot()
    def _test_kept(self) -> None:
        if (library := team.load()) is not None:
            self._try(_Trial(library, team.token(), new=False))

    @Slot(str)
    def _try_token(self, secret: str) -> None:
        if (library := team.load()) is not None and secret:
            self._try(_Trial(library, secret, new=True))

    @Slot()
    def _trust(self) -> None:
        if self._untrusted is not None:
            trial, fingerprint = self._untrusted
            self._try(replace(trial, library=replace(trial.library, fingerprint=fingerprint), new=True))

    def _try(self, trial: _Trial) -> None:
        self._untrusted = None
        if self._page is not None:
            self._page.show_result(tr("Testing…"), busy=True)
        self._task.submit(trial)

    def _ask_removal(self, page: TeamPage) -> None:
        library = team.load()
        if library is None:
            page.show_library(None)
            return
        self.question = PlainMessageBox(
            page.window(),
            tr("Remove team library"),
            tr("Remove “{name}”?", name=library.name),
            tr("Its token is deleted from this computer. Nothing is changed on the server."),
        )
        button = self.question.addButton(tr("Remove"), QMessageBox.ButtonRole.AcceptRole)
        self.question.addButton(QMessageBox.StandardButton.Cancel)
        button.clicked.connect(self._remove)
        self.question.open()

    @Slot()
    def _remove(self) -> None:
        try:
            team.forget()
        except FindlingError as error:
            self._say(str(error))
            return
        if self._page is not None:
            self._page.show_library(None)
        self.changed.emit(None)

    @Slot()
    def _save_folders(self) -> None:
        library = team.load()
        if self._page is None or library is None or self._page.known.folders() == library.folders:
            return
        self._keep(replace(library, folders=self._page.known.folders()))

    # On a background thread

    @staticmethod
    def _test(request: object) -> Iterator[TeamStatus | _Untrusted]:
        trial = cast(_Trial, request)
        try:
            yield TeamClient(trial.library, trial.token).status()
        except FindlingError as error:
            if error.message.code not in UNTRUSTED:
                raise
            yield _Untrusted(str(error), team.fingerprint_of(trial.library))

    # On the main thread

    @Slot(object, object)
    def _show(self, trial: _Trial, result: TeamStatus | _Untrusted) -> None:
        if isinstance(result, _Untrusted):
            self._untrusted = trial, result.fingerprint
            if self._page is not None and isValid(self._page):
                shown = tr("Its fingerprint is {fingerprint}.", fingerprint=_in_pairs(result.fingerprint))
                self._page.offer_trust(sentences(result.sentence, shown))
            return
        if trial.new and not self._keep(trial.library, trial.token):
            return
        if self._page is not None:
            self._page.show_library(trial.library)
            self._page.show_folders(result.folders, trial.library)
        self._say(
            ntr(
                "{name} answers: you can find {count} document there.",
                "{name} answers: you can find {count} documents there.",
                result.documents,
                name=trial.library.name,
            )
        )

    @Slot(object, object)
    def _failed(self, _trial: _Trial, error: FindlingError) -> None:
        self._say(str(error))

    def _keep(self, library: TeamLibrary, secret: str = "") -> bool:
        """Keep a team library, and a token unless it is empty; whether that was possible."""
        try:
            if secret:
                team.save_token(secret)
            team.save(library)
        except FindlingError as error:
            if self._page is not None:
                self._say(str(error))
            else:
                self.trouble.emit(error.sentence, error.remedy)
            return False
        self.changed.emit(library)
        return True

    def _say(self, sentence: str) -> None:
        if self._page is not None and isValid(self._page):
            self._page.show_result(sentence)


def _in_pairs(fingerprint: str) -> str:
    """A fingerprint as other programs show it, which may be broken between two lines."""
    return ":\u200b".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()
