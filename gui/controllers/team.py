"""Asks the team library what is typed, beside the private library, which never waits for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core import team
from core.document import Hit
from core.errors import FindlingError, TeamLibraryError
from core.messages import ntr, tr
from core.team import TeamAnswer, TeamClient, TeamLibrary, TeamText
from gui.runtime.latest_task import LatestTask
from gui.team.reader import LENGTH, Excerpt

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.document_opener import DocumentOpener
    from gui.runtime.desktop_services import DesktopServices
    from gui.window import MainWindow

TYPED_MS = 400  # without a key, before what is typed is sent to another computer
LIMIT = 40  # hits
SIGNED_OUT = frozenset({"team.unauthorized", "team.signed_out"})
UNTRUSTED = frozenset({"team.untrusted", "team.changed"})


@dataclass(frozen=True, slots=True)
class _TeamSearch:
    """A query as it is typed, and the client that asks it."""

    text: str
    client: TeamClient


@dataclass(frozen=True, slots=True)
class _TeamReading:
    excerpt: Excerpt
    client: TeamClient


class TeamController(QObject):
    """Emits `settings_requested` for what only the settings can mend, and `trouble(sentence, remedy)`."""

    settings_requested = Signal()
    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library, opener: DocumentOpener, desktop: DesktopServices) -> None:
        super().__init__(window)
        self._window, self._library, self._opener, self._desktop = window, library, opener, desktop
        self.team: TeamLibrary | None = None
        self._text = ""
        self._has_answer = False  # to this text: until then the list has the hits of the one before
        self._client: TeamClient | None = None  # of the search
        self._reader: TeamClient | None = None
        self._searching = LatestTask(self._search, "team-search", self)
        self._reading = LatestTask(self._read, "team-text", self)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(TYPED_MS)
        self._connect()

    def start(self) -> None:
        """Use the team library that was added."""
        self.use(team.load())
        self.search(self._window.search.text())

    def stop(self) -> None:
        """End what is asked, and the threads."""
        self._typed.stop()
        self._cancel()
        self._searching.stop()
        self._reading.stop()

    @property
    def is_answered(self) -> bool:
        """Whether nothing is about to be asked, and nothing is waited for."""
        return not (self._typed.isActive() or self._searching.busy)

    @Slot(object)
    def use(self, library: TeamLibrary | None) -> None:
        """Ask another team library from now on, or none; ask this one again."""
        self.team = library
        button = self._window.search.team
        button.setVisible(library is not None)
        button.setChecked(library is not None and library.is_asked is not False)
        if library is not None:
            button.set_name(tr("Search in {name}, too", name=library.name))
            self._window.team.show_name(library.name)
        self._again()

    @Slot(str)
    def search(self, text: str) -> None:
        """Ask for another query once it is typed; nothing is sent before the user has agreed to that."""
        self._text, self._has_answer = text, False
        self._cancel()
        panel, library = self._window.team, self.team
        panel.hits.forget_pick()
        if not text or library is None or library.is_asked is False:
            panel.show_hits(())
            panel.hide()
        elif library.is_asked is None:
            panel.show_hits(())
            said = tr(
                "Each search would be sent to {host}: the text that you type, and nothing of your documents. The "
                "button beside the search box switches this on and off.",
                host=library.host,
            )
            panel.show_state("", said, ("agree", tr("Search there, too")), ("decline", tr("Leave it out")))
        elif self._library.queries.parse(text).likes:
            panel.show_hits(())
            panel.show_state(tr("Similar documents are searched only on this computer."))
        else:
            panel.show_state(tr("Searching…"))
            self._typed.start()

    def _connect(self) -> None:
        window = self._window
        window.search.query_changed.connect(self.search)
        window.search.team.clicked.connect(self._switch)
        window.team.action_clicked.connect(self._act)
        window.team.hits.action_requested.connect(self._act_on)
        window.team.reader.open_requested.connect(self._open)
        window.team.reader.asked.connect(self._ask_text)
        self._typed.timeout.connect(self._submit)
        self._searching.result_ready.connect(self._show_answer)
        self._searching.finished.connect(self._finished)
        self._searching.failed.connect(self._failed)
        self._reading.result_ready.connect(self._show_text)
        self._reading.failed.connect(self._text_failed)

    def _cancel(self) -> None:
        self._typed.stop()
        self._searching.cancel()
        self._reading.cancel()
        for client in (self._client, self._reader):
            if client is not None:
                client.cancel()
        self._client = self._reader = None

    @Slot()
    def _again(self) -> None:
        self.search(self._text)

    @Slot()
    def _submit(self) -> None:
        if self.team is not None:
            self._client = TeamClient(self.team, partial(team.bearer, self.team))
            self._searching.submit(_TeamSearch(self._text, self._client))

    # On background threads

    @staticmethod
    def _search(request: object) -> Iterator[TeamAnswer]:
        search = cast(_TeamSearch, request)
        return search.client.search_steps(search.text, LIMIT)

    @staticmethod
    def _read(request: object) -> Iterator[TeamText]:
        reading = cast(_TeamReading, request)
        yield reading.client.read(reading.excerpt.hit.path, reading.excerpt.start, LENGTH)

    # On the main thread

    @Slot(object, object)
    def _show_answer(self, _request: _TeamSearch, answer: TeamAnswer) -> None:
        self._has_answer = True
        self._window.team.show_hits(answer.hits)
        if answer.hits:
            self._show_count(len(answer.hits), answer.unavailable)

    @Slot(object)
    def _finished(self, _request: _TeamSearch) -> None:
        if not self._window.team.hits.rows.hits():
            self._window.team.show_state(tr("Nothing found"))

    def _show_count(self, count: int, note: str) -> None:
        if count < LIMIT:
            said = ntr("{count} document", "{count} documents", count)
        else:
            said = tr("The first {count} documents", count=count)
        self._window.team.show_state(said, note)

    @Slot(object, object)
    def _failed(self, _request: _TeamSearch, error: FindlingError) -> None:
        """Say why there are no more results; those that came stay."""
        is_refused = error.message.code in SIGNED_OUT | UNTRUSTED
        if is_refused or not self._has_answer:
            self._window.team.show_hits(())
        action = ("settings", tr("Sign in again…")) if is_refused else ("again", tr("Try again"))
        state = tr("Not signed in") if is_refused else tr("Not available")
        if error.message.code in UNTRUSTED | {"team.certificate_unreadable"}:
            state, action = tr("Not trusted"), ("settings", tr("Open settings…"))
        self._window.team.show_state(state, str(error), action)

    @Slot(bool)
    def _switch(self, on: bool) -> None:  # noqa: FBT001  Qt's signal
        """Leave the team library out, or ask it, from now on."""
        if self.team is not None:
            # What is sent is said before the first question, also where it was switched off before that.
            self._decide(is_asked=on)

    def _decide(self, *, is_asked: bool) -> None:
        assert self.team is not None
        library = replace(self.team, is_asked=is_asked)
        try:
            team.save(library)
        except TeamLibraryError as error:
            self.trouble.emit(error.sentence, error.remedy)
        self.use(library)

    @Slot(str)
    def _act(self, action: str) -> None:
        match action:
            case "again":
                self._again()
            case "settings":
                self.settings_requested.emit()
            case "agree" | "decline" if self.team is not None:
                self._decide(is_asked=action == "agree")

    @Slot(str, object)
    def _act_on(self, action: str, hit: Hit) -> None:
        if action == "open":
            self._open(hit)
        else:
            self._desktop.copy_text(hit.path)
            self._window.toast.show_message(ntr("Copied {count} path", "Copied {count} paths", 1))

    @Slot(object)
    def _open(self, hit: Hit) -> None:
        """Open a file where its folder is on this computer, or say what is missing for that."""
        path = hit.container or hit.path
        local = self.team.local_path(path) if self.team is not None else None
        if local is not None:
            self._opener.open_document(local, self._window)
            return
        self.trouble.emit(
            tr("“{name}” is on the server only.", name=os.path.basename(path)),
            tr("If its folder is mounted on this computer, say where: Settings, Team library."),
        )

    @Slot(object)
    def _ask_text(self, excerpt: Excerpt) -> None:
        if self._reader is not None:
            self._reader.cancel()
        if self.team is not None:
            self._reader = TeamClient(self.team, partial(team.bearer, self.team))
            self._reading.submit(_TeamReading(excerpt, self._reader))

    @Slot(object, object)
    def _show_text(self, request: _TeamReading, text: TeamText) -> None:
        self._window.team.reader.show_text(request.excerpt, text)

    @Slot(object, object)
    def _text_failed(self, request: _TeamReading, error: FindlingError) -> None:
        self._window.team.reader.show_problem(request.excerpt, str(error))
