"""Connects progress and the banner with the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.events import Folder, PauseState, Problem, Progress
from core.messages import tr
from gui.controllers.diagnostics import DiagnosticsController
from gui.controllers.folders import FoldersController
from gui.controllers.maintenance import MaintenanceController
from gui.controllers.problems import ProblemsController
from gui.controllers.settings import SettingsController
from gui.engine import engine_text
from gui.runtime.latest_task import LatestTask
from gui.runtime.poll_timer import PollTimer
from gui.status import progress_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import EngineJob, Library
    from gui.controllers.document_opener import DocumentOpener
    from gui.runtime.bridge import Bridge
    from gui.status.problem_counts import ProblemCounts
    from gui.widgets.theme import Theme
    from gui.window import MainWindow

LISTS_MS = 1000  # between a change of the contents and the update of the lists


class LibraryController(QObject):
    """Emits `progressed(Progress)` up to ten times a second, and `folders_known` (whether there are folders)."""

    progressed = Signal(object)
    folders_known = Signal(bool)
    engine_requested = Signal()
    contents_changed = Signal()

    def __init__(
        self, window: MainWindow, library: Library, bridge: Bridge, opener: DocumentOpener, theme: Theme
    ) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self.problems = ProblemsController(window, library, opener)
        self.diagnostics = DiagnosticsController(window, library, self.problems.dialog)
        self.maintenance = MaintenanceController(window, library, self.diagnostics.doctor)
        self.folders = FoldersController(window, library, opener)
        self.diagnostics.why.add_requested.connect(self._add_priced)
        self.folders.folders_changed.connect(self.diagnostics.why.refresh)
        self.settings = SettingsController(window, library, opener, theme, self.diagnostics)
        self._shown: tuple[Progress, PauseState | None, ProblemCounts, EngineJob | None] | None = None
        self._reported = ""
        self._poll = PollTimer(self)
        self._poll.timeout.connect(self.show_progress)
        self._reading = LatestTask(self._read_lists, "lists", self)
        self._reading.result_ready.connect(self._show_lists)
        self._lists_timer = QTimer(self)
        self._lists_timer.setSingleShot(True)
        self._lists_timer.setInterval(LISTS_MS)
        self._lists_timer.timeout.connect(self.show_lists)
        bridge.folders_changed.connect(self.show_lists)
        bridge.folders_changed.connect(self._poll.speed_up)
        bridge.contents_changed.connect(self._schedule_lists)
        bridge.contents_changed.connect(self.contents_changed)
        bridge.contents_changed.connect(self._poll.speed_up)
        bridge.engine_changed.connect(self._update)
        bridge.trouble_changed.connect(self._update)
        self._connect()

    def start(self) -> None:
        """Show the library, and keep what is shown up to date."""
        self._show_lists(None, (self._library.folders(), self._library.problems(with_ignored=True)))
        self.show_progress()
        self._poll.start()

    def stop(self) -> None:
        """Stop polling and close the dialogs."""
        self._poll.stop()
        self._lists_timer.stop()
        self._reading.stop()
        self.settings.stop()
        self.problems.stop()
        self.diagnostics.stop()
        self.folders.stop()

    @Slot(str, str)
    def show_trouble(self, sentence: str, remedy: str) -> None:
        """Show in the banner why an action of the user failed."""
        self._reported = sentence
        self._window.banner.show_message(sentence, remedy)

    @Slot()
    def _clear_reported(self) -> None:
        """Clear the message about a failed action once the user searches for something."""
        if self._reported and self._window.banner.sentence.text() == self._reported:
            self._window.banner.clear()
        self._reported = ""

    @Slot(str)
    def _add_priced(self, folder: str) -> None:
        self.folders.add_priced([folder])

    @Slot()
    def show_progress(self) -> None:
        """Show the progress if it has changed."""
        progress, pause_state = self._library.progress(), self._library.indexing.pause_state
        job = self._library.engines.setup.job()
        state = (progress, pause_state, self.problems.counts, job)
        self._poll.record(changed=state != self._shown)
        if state == self._shown:
            return
        before = self._shown[0] if self._shown else Progress()
        self._shown = state
        self._window.status.show_progress(progress, pause_state=pause_state, problems=self.problems.counts, job=job)
        self.progressed.emit(progress)
        if (before.trouble, before.engine) != (progress.trouble, progress.engine):
            self._show_trouble(progress)

    @Slot()
    def show_lists(self) -> None:
        """Update the lists of folders and problems; sums over many files are made on another thread."""
        if self._reading.busy:
            self._schedule_lists()
        else:
            self._reading.submit("lists")  # anything but None, which stands for nothing to do

    def _read_lists(self, _request: object) -> Iterator[tuple[list[Folder], list[Problem]]]:
        yield self._library.folders(), self._library.problems(with_ignored=True)

    @Slot(object, object)
    def _show_lists(self, _request: object, lists: tuple[list[Folder], list[Problem]]) -> None:
        folders, problems = lists
        self.problems.show_list(problems)
        self._window.folders.show_folders(folders)
        self.settings.show_folders(folders)
        self.folders_known.emit(bool(folders))

    @Slot()
    def _read_again(self) -> None:
        """Drop lists that were read before the user changed something."""
        if self._reading.busy:
            self._reading.cancel()
            self._schedule_lists()

    def _connect(self) -> None:
        window = self._window
        self.folders.trouble.connect(self.show_trouble)
        self.maintenance.trouble.connect(self.show_trouble)
        self.maintenance.imported.connect(self.show_lists)
        self.settings.opened.connect(self.maintenance.add_settings)
        self.settings.engine_requested.connect(self.engine_requested)
        self.settings.trouble.connect(self.show_trouble)
        self.folders.folders_changed.connect(self.show_lists)
        self.folders.work_started.connect(self._poll.speed_up)
        window.search.query_changed.connect(self._clear_reported)
        window.status.pause_requested.connect(self._pause)
        window.status.resume_requested.connect(self._resume)
        window.status.start_requested.connect(self._start_engine)
        self.problems.changed.connect(self.show_progress)
        self.problems.changed.connect(self._read_again)
        self.problems.changed.connect(self._poll.speed_up)
        window.banner.action_clicked.connect(self._try_again)

    def _show_trouble(self, progress: Progress) -> None:
        banner = self._window.banner
        if progress.trouble is not None:
            banner.show_message(*messages.error_text(progress.trouble), tr("Try again"))
        elif progress.engine.is_unavailable:
            action = tr("Model and engine…") if self._uses_gpu_engine() else tr("Try again")
            banner.show_message(*progress_text.engine_failed(progress), action)
        elif banner.sentence.text() != self._reported:
            banner.clear()

    @Slot()
    def _schedule_lists(self) -> None:
        if not self._lists_timer.isActive():
            self._lists_timer.start()

    @Slot(object)
    def _update(self, _event: object) -> None:
        self.show_progress()

    @Slot(object)
    def _pause(self, seconds: float | None) -> None:
        self._library.indexing.pause(seconds)
        self.show_progress()

    @Slot()
    def _resume(self) -> None:
        self._library.indexing.resume()
        self.show_progress()

    @Slot()
    def _start_engine(self) -> None:
        self._library.engines.start()
        self._poll.speed_up()

    @Slot()
    def _try_again(self) -> None:
        """Run the banner's button: start the engine, open its panel, or check the folders."""
        self._window.banner.clear()
        if not self._library.progress().engine.is_unavailable:
            self._library.indexing.rescan()
        elif self._uses_gpu_engine():
            self.engine_requested.emit()
        else:
            self._library.engines.start()

    def _uses_gpu_engine(self) -> bool:
        """Whether the engine panel helps: something to download, another model, another memory limit."""
        return engine_text.kind_of(self._library.settings.engine).uses_gpu
