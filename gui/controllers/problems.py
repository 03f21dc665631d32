"""Connects the list of problems with the library: trying again, ignoring, opening."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import FindlingError
from core.events import Problem
from gui.dialogs.problems import ProblemsDialog
from gui.status.problem_counts import ProblemCounts, problem_counts

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.document_opener import DocumentOpener
    from gui.window import MainWindow


class ProblemsController(QObject):
    """Emits `changed` when the counts have changed by what the user did.

    What the user does is shown at once; the library does it a moment later, and says so by its next list.
    """

    changed = Signal()

    def __init__(self, window: MainWindow, library: Library, opener: DocumentOpener) -> None:
        super().__init__(window)
        self._library, self._opener = library, opener
        self._problems: list[Problem] = []
        self.counts = ProblemCounts()
        self.dialog = dialog = ProblemsDialog(window)
        window.status.problems_requested.connect(self.open_list)
        window.shortcuts.install("problems", self.open_list)
        dialog.retry_requested.connect(self._retry)
        dialog.ignore_requested.connect(self._ignore)
        dialog.open_requested.connect(self._open)
        dialog.folder_requested.connect(self._open_folder)

    def stop(self) -> None:
        """Close the dialog."""
        self.dialog.close()

    @Slot()
    def open_list(self) -> None:
        """Open the list of problems."""
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def show_list(self, problems: list[Problem]) -> None:
        """Show the problems that the library has, those that are ignored among them."""
        self._problems, self.counts = problems, problem_counts(problems)
        self.dialog.show_problems(problems)

    @Slot(list)
    def _retry(self, paths: list[str]) -> None:
        chosen = set(paths)
        try:
            self._library.indexing.retry(paths)
        except FindlingError as error:
            self.dialog.toast.show_message(str(error))
            return
        self.show_list([replace(one, waiting=one.path in chosen or one.waiting) for one in self._problems])
        self.changed.emit()

    @Slot(list, bool)
    def _ignore(self, paths: list[str], ignored: bool) -> None:  # noqa: FBT001  Qt's signal
        chosen = set(paths)
        try:
            self._library.indexing.ignore_problems(paths, ignored=ignored)
        except FindlingError as error:
            self.dialog.toast.show_message(str(error))
            return
        self.show_list([replace(one, ignored=ignored if one.path in chosen else one.ignored) for one in self._problems])
        self.changed.emit()

    @Slot(str)
    def _open(self, path: str) -> None:
        self._opener.open_document(path, self.dialog)

    @Slot(str)
    def _open_folder(self, path: str) -> None:
        self._opener.open_folder(path)
