"""The settings of the team library: adds one once it answers, tests it, removes it with its token."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMessageBox
from shiboken6 import isValid

from core import team
from core.errors import FindlingError, TeamLibraryError
from core.messages import ntr, sentences, tr
from core.sign_in import Prompt, Provider, Tokens
from core.team import TeamClient, TeamLibrary, TeamStatus
from gui.controllers.team import UNTRUSTED
from gui.controllers.team_sign_in import TeamSignIn
from gui.runtime.latest_task import LatestTask
from gui.widgets.plain_text import PlainMessageBox

if TYPE_CHECKING:
    from gui.dialogs.settings import SettingsDialog
    from gui.dialogs.team_page import TeamPage
    from gui.runtime.desktop_services import DesktopServices


@dataclass(frozen=True, slots=True)
class _TeamTrial:
    """A team library to test with a token; what is `new` in it is kept if it answers.

    With a `sign_in` the token is from there. Without a token it is asked where one signs in.
    """

    library: TeamLibrary
    token: str | Callable[[], str]
    new: bool
    sign_in: tuple[Provider, Tokens] | None = None


@dataclass(frozen=True, slots=True)
class _UntrustedTeam:
    """Why the certificate is not trusted, and the fingerprint of the one that the server has."""

    sentence: str
    fingerprint: str


class TeamSettings(QObject):
    """Keeps what the page edits; emits `changed(TeamLibrary | None)` and `trouble(sentence, remedy)`."""

    changed = Signal(object)
    trouble = Signal(str, str)

    def __init__(self, desktop: DesktopServices, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._page: TeamPage | None = None
        self._untrusted: tuple[_TeamTrial, str] | None = None  # what can be tried again with this fingerprint
        self._signing: _TeamTrial | None = None  # what is tried again with the token of whoever signs in
        self.question: PlainMessageBox | None = None
        self.sign_in = TeamSignIn(self)
        self.sign_in.prompted.connect(self._show_prompt)
        self.sign_in.signed_in.connect(self._signed_in)
        self.sign_in.failed.connect(self._say)
        self._task = LatestTask(self._test, "team-test", self)
        self._task.result_ready.connect(self._show)
        self._task.failed.connect(self._failed)

    def stop(self) -> None:
        """End the thread, and a sign-in."""
        self.sign_in.cancel()
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
        page.known.sign_in_requested.connect(self._sign_in_again)
        page.code_requested.connect(self._use_code)
        page.cancelled.connect(self._cancel_sign_in)
        page.show_library(team.load())

    @Slot()
    def _forget_page(self) -> None:
        self._page, self._untrusted = None, None
        self._task.cancel()
        self.sign_in.cancel()

    # What the page asks for

    @Slot(str, str, str, str)
    def _add(self, name: str, address: str, certificate: str, secret: str) -> None:
        try:
            library = TeamLibrary(name, team.address_of(address), certificate)
        except FindlingError as error:
            self._say(str(error))
            return
        self._try(_TeamTrial(library if name else replace(library, name=library.host), secret, new=True))

    @Slot()
    def _test_kept(self) -> None:
        if (library := team.load()) is not None:
            self._try(_TeamTrial(library, partial(team.bearer, library), new=False))

    @Slot()
    def _sign_in_again(self) -> None:
        if (library := team.load()) is not None:
            self._try(_TeamTrial(library, "", new=True))

    @Slot()
    def _use_code(self) -> None:
        if (provider := self.sign_in.provider) is not None:
            self.sign_in.begin(provider, by_code=True)

    @Slot()
    def _cancel_sign_in(self) -> None:
        self.sign_in.cancel()
        self._say("")

    @Slot(str)
    def _try_token(self, secret: str) -> None:
        if (library := team.load()) is not None and secret:
            self._try(_TeamTrial(library, secret, new=True))

    @Slot()
    def _trust(self) -> None:
        if self._untrusted is not None:
            trial, fingerprint = self._untrusted
            self._try(replace(trial, library=replace(trial.library, fingerprint=fingerprint), new=True))

    def _try(self, trial: _TeamTrial) -> None:
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
            if (library := team.load()) is not None:
                team.forget(library)
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
    def _test(request: object) -> Iterator[TeamStatus | Provider | _UntrustedTeam]:
        trial = cast(_TeamTrial, request)
        client = TeamClient(trial.library, trial.token)
        try:
            if trial.token:
                yield client.status()
            elif (provider := client.provider()) is not None:
                yield provider
            else:
                raise TeamLibraryError("team.only_tokens", name=trial.library.name)
        except FindlingError as error:
            if error.message.code not in UNTRUSTED:
                raise
            yield _UntrustedTeam(str(error), team.fingerprint_of(trial.library))

    # On the main thread

    @Slot(object, object)
    def _show(self, trial: _TeamTrial, result: TeamStatus | Provider | _UntrustedTeam) -> None:
        if isinstance(result, _UntrustedTeam):
            self._untrusted = trial, result.fingerprint
            if self._page is not None and isValid(self._page):
                shown = tr("Its fingerprint is {fingerprint}.", fingerprint=_in_pairs(result.fingerprint))
                self._page.offer_trust(sentences(result.sentence, shown))
            return
        if isinstance(result, Provider):
            self._signing = trial
            self.sign_in.begin(result)
            return
        if trial.new and not self._keep(trial.library, trial):
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

    @Slot(object)
    def _show_prompt(self, prompt: Prompt) -> None:
        """Open the browser, or say which code to enter where."""
        if prompt.code:
            said = tr(
                "Open {address} on any device and enter this code there: {code}", address=prompt.url, code=prompt.code
            )
        elif self._desktop.open_link(prompt.url):
            said = tr("Sign in in your browser. Findling goes on by itself once you have.")
        else:
            said = tr("No browser could be opened. Sign in with a code instead.")
        if self._page is not None and isValid(self._page):
            self._page.show_prompt(said, has_code=bool(prompt.code))

    @Slot(object, object)
    def _signed_in(self, provider: Provider, tokens: Tokens) -> None:
        if self._signing is not None:
            self._try(replace(self._signing, token=tokens.id_token, sign_in=(provider, tokens)))

    @Slot(object, object)
    def _failed(self, _trial: _TeamTrial, error: FindlingError) -> None:
        self._say(str(error))

    def _keep(self, library: TeamLibrary, trial: _TeamTrial | None = None) -> bool:
        """Keep a team library, and the token or the sign-in of a trial; whether that was possible."""
        try:
            if trial is not None and trial.sign_in is not None:
                team.keep_sign_in(library, *trial.sign_in)
            elif trial is not None and isinstance(trial.token, str):
                team.save_token(trial.token)
            team.save(library)
        except FindlingError as error:
            if self._page is not None:
                self._say(str(error))
            else:
                self.trouble.emit(error.sentence, error.remedy)
            return False
        self.changed.emit(library)
        return True

    @Slot(str)
    def _say(self, sentence: str) -> None:
        if self._page is not None and isValid(self._page):
            self._page.show_result(sentence)


def _in_pairs(fingerprint: str) -> str:
    """A fingerprint as other programs show it, which may be broken between two lines."""
    return ":\u200b".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()
