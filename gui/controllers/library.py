"""The upkeep of a library beside the window: folders, progress, problems, troubles, settings."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from core.errors import FindlingError
from core.events import Folder, PauseState, Progress
from core.settings import Exclusions, Settings
from gui.controllers.diagnostics import DiagnosticsController
from gui.dialogs.problems import ProblemsDialog
from gui.dialogs.settings import SettingsDialog
from gui.folders.exclusions_dialog import ExclusionsDialog
from gui.runtime.poll_timer import PollTimer
from gui.status import progress_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import EngineJob, Library
    from gui.runtime.bridge import Bridge
    from gui.runtime.desktop_services import DesktopServices
    from gui.widgets.theme import Theme
    from gui.window import MainWindow

LISTS_MS = 1000


class LibraryController(QObject):
    """Joins the window's panels with an open library: `progressed(Progress)` ten times a second at most."""

    progressed = Signal(object)
    folders_known = Signal(bool)
    engine_requested = Signal()

    def __init__(
        self, window: MainWindow, library: Library, bridge: Bridge, desktop: DesktopServices, theme: Theme
    ) -> None:
        super().__init__(window)
        self._window, self._library, self._desktop, self._theme = window, library, desktop, theme
        self._problems = ProblemsDialog(window)
        self.diagnostics = DiagnosticsController(window, library, self._problems)
        self._settings: SettingsDialog | None = None
        self._exclusions: ExclusionsDialog | None = None
        self._count = 0
        self._shown: tuple[Progress, PauseState | None, int, EngineJob | None] | None = None
        self._said = ""
        self._poll = PollTimer(self)
        self._poll.timeout.connect(self.show_progress)
        self._lists = QTimer(self)
        self._lists.setSingleShot(True)
        self._lists.setInterval(LISTS_MS)
        self._lists.timeout.connect(self.show_lists)
        bridge.folders_changed.connect(self.show_lists)
        bridge.folders_changed.connect(self._poll.speed_up)
        bridge.contents_changed.connect(self._lists_soon)
        bridge.contents_changed.connect(self._poll.speed_up)
        bridge.engine_changed.connect(self._look)
        bridge.trouble_changed.connect(self._look)
        self._connect()

    def start(self) -> None:
        """Show what there is, and keep it up to date."""
        self.show_lists()
        self.show_progress()
        self._poll.start()

    def stop(self) -> None:
        self._poll.stop()
        self._lists.stop()
        self._problems.close()
        self.diagnostics.stop()

    @Slot(list)
    def add(self, paths: list[str]) -> None:
        """Add folders and files; what cannot be added is said in the banner."""
        for path in paths:
            self._add(path)
        self.show_lists()

    @Slot(list)
    def add_by_hand(self, paths: list[str]) -> None:
        """Add what a person chose or dropped now; also what is searched already is said, as nothing else is seen."""
        known = {folder.path for folder in self._library.folders()}
        for path in paths:
            folder = self._add(path)
            if folder is not None and folder.path in known:
                self.tell(*messages.known_already(path, folder))
        self.show_lists()

    def _add(self, path: str) -> Folder | None:
        try:
            return self._library.add_folder(os.path.abspath(path))
        except FindlingError as error:
            self.tell(*messages.trouble(error))
            return None

    @Slot(str, str)
    def tell(self, sentence: str, remedy: str) -> None:
        """Say a trouble that a person's own doing met."""
        self._said = sentence
        self._window.banner.tell(sentence, remedy)

    @Slot()
    def _forget_said(self) -> None:
        """What a person's own doing met is of the past once they ask for something else."""
        if self._said and self._window.banner.sentence.text() == self._said:
            self._window.banner.clear()
        self._said = ""

    @Slot()
    def show_progress(self) -> None:
        """Show how far the library is, where that has changed."""
        progress, pause_state = self._library.progress(), self._library.pause_state
        job = self._library.engines.job()
        now = (progress, pause_state, self._count, job)
        self._poll.record(changed=now != self._shown)
        if now == self._shown:
            return
        before = self._shown[0] if self._shown else Progress()
        self._shown = now
        self._window.status.show_progress(progress, pause_state=pause_state, problems=self._count, job=job)
        self.progressed.emit(progress)
        if (before.trouble, before.engine) != (progress.trouble, progress.engine):
            self._show_trouble(progress)

    @Slot()
    def show_lists(self) -> None:
        """Show the folders and problems as they are now."""
        folders, problems = self._library.folders(), self._library.problems()
        self._count = len(problems)
        self._window.folders.show_folders(folders)
        self._problems.show_problems(problems)
        self.folders_known.emit(bool(folders))

    @Slot()
    def show_problems(self) -> None:
        """Open the list of problems."""
        self._problems.show()
        self._problems.raise_()
        self._problems.activateWindow()

    @Slot()
    def show_settings(self) -> None:
        """Open the settings."""
        self._settings = SettingsDialog(self._library.settings, self._theme.choice, self._window)
        self._settings.chosen.connect(self._change_settings)
        self._settings.engine_requested.connect(self.engine_requested)
        self._settings.look_chosen.connect(self._theme.choose)
        self._settings.open()

    def _connect(self) -> None:
        window = self._window
        window.search.asked.connect(self._forget_said)
        window.folders.add_requested.connect(self.add_by_hand)
        window.folders.remove_requested.connect(self._remove)
        window.folders.open_requested.connect(self._open)
        window.folders.rescan_requested.connect(self._rescan)
        window.overlay.dropped.connect(self.add_by_hand)
        window.welcome.add_folder.clicked.connect(window.folders.choose_folder)
        window.folders.exclude_requested.connect(self.show_exclusions)
        window.status.pause_requested.connect(self._pause)
        window.status.resume_requested.connect(self._resume)
        window.status.problems_requested.connect(self.show_problems)
        window.search.settings.clicked.connect(self.show_settings)
        window.banner.acted.connect(self._try_again)
        self._problems.retry_requested.connect(self._retry)
        self._problems.folder_requested.connect(self._open_folder_of)
        QShortcut(QKeySequence("F5"), window, self._rescan)
        QShortcut(QKeySequence("Ctrl+,"), window, self.show_settings)
        QShortcut(QKeySequence("Ctrl+O"), window, window.folders.choose_folder)

    def _show_trouble(self, progress: Progress) -> None:
        banner = self._window.banner
        if progress.trouble is not None:
            banner.tell(*messages.trouble(progress.trouble), self.tr("Try again"))
        elif messages.engine_in_trouble(progress.engine):
            action = self.tr("Model and engine…") if self._is_on_card() else self.tr("Try again")
            banner.tell(*progress_text.engine_failed(progress), action)
        elif banner.sentence.text() != self._said:
            banner.clear()

    @Slot()
    def _lists_soon(self) -> None:
        if not self._lists.isActive():
            self._lists.start()

    @Slot(object)
    def _look(self, _what: object) -> None:
        self.show_progress()

    @Slot(object)
    def _pause(self, seconds: float | None) -> None:
        self._library.pause(seconds)
        self.show_progress()

    @Slot()
    def _resume(self) -> None:
        self._library.resume()
        self.show_progress()

    @Slot(str)
    def show_exclusions(self, path: str) -> None:
        """Open what is left out of a folder."""
        library = self._library
        try:
            before = library.exclusions(path)
        except FindlingError as error:
            self.tell(*messages.trouble(error))
            return
        self._exclusions = ExclusionsDialog(path, before, partial(library.preview_exclusions, path), self._window)
        self._exclusions.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._exclusions.chosen.connect(partial(self._exclude, path))
        self._exclusions.open()

    def _exclude(self, path: str, exclusions: Exclusions) -> None:
        try:
            self._library.exclude(path, exclusions)
            self._poll.speed_up()
        except FindlingError as error:
            self.tell(*messages.trouble(error))

    @Slot(str)
    def _remove(self, path: str) -> None:
        try:
            self._library.remove_folder(path)
        except FindlingError as error:
            self.tell(*messages.trouble(error))
        self.show_lists()

    @Slot(str)
    def _open(self, path: str) -> None:
        self._desktop.open(path)

    @Slot(str)
    def _open_folder_of(self, path: str) -> None:
        self._desktop.open_folder(path)

    @Slot()
    def _rescan(self) -> None:
        self._library.rescan()
        self._poll.speed_up()

    @Slot()
    def _try_again(self) -> None:
        """What the banner's button does: start the engine if that is what failed, and look at the folders again."""
        self._window.banner.clear()
        if not messages.engine_in_trouble(self._library.progress().engine):
            self._library.rescan()
        elif self._is_on_card():
            self.engine_requested.emit()
        else:
            self._library.start_engine()

    def _is_on_card(self) -> bool:
        """Whether what helps is a choice: something to fetch, another model, another budget."""
        return self._library.settings.engine == "sglang"

    @Slot(list)
    def _retry(self, paths: list[str]) -> None:
        if not paths:
            self._library.retry()
        for path in paths:
            self._library.retry(path)
        self._lists_soon()
        self._poll.speed_up()

    @Slot(object)
    def _change_settings(self, settings: Settings) -> None:
        try:
            self._library.change_settings(settings)
        except FindlingError as error:
            self.tell(*messages.trouble(error))
