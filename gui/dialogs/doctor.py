"""The check of the library for inconsistencies, with a button that repairs them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QFont
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.events import ConsistencyReport
from core.messages import mark, sentences, tr
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import TextButton, label, resize_to_screen
from gui.widgets.progress_bar import WorkProgress

if TYPE_CHECKING:
    from core.library import Library

CANCELED = mark("Rebuilding was canceled. The index from before is in use again.")
TOO_LATE = mark("Rebuilding was complete already.")
READING = mark("The index is rebuilt. Your files are read again in the background; you can search them meanwhile.")


class DoctorDialog(QDialog):
    """Checks when it is opened; closing it cancels the check or repair, while a rebuilding goes on without it.

    `cancel` is for a rebuilding; one that goes on can be canceled whenever the dialog is opened.
    """

    help_page = "problems.md"

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._stop = threading.Event()
        self._said = ""  # how a rebuilding ended
        self.setWindowTitle(tr("Check the library"))
        resize_to_screen(self, 600, 400)
        self.title = label("", factor=1.2, weight=QFont.Weight.DemiBold, wrap=True)
        self.progress = WorkProgress()
        self.counts = QGridLayout()
        self.counts.setHorizontalSpacing(20)
        self.counts.setColumnStretch(1, 1)
        self.found = label("", wrap=True)
        self.repair = TextButton(tr("Repair"), "main")
        self.again = TextButton(tr("Check again"), "", "refresh")
        self.cancel = TextButton(tr("Cancel rebuilding"))
        self.cancel.hide()
        close = TextButton(tr("Close"))
        self.repair.clicked.connect(self._repair)
        self.again.clicked.connect(self.examine)
        self.cancel.clicked.connect(self._cancel)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.repair, self.again, self.cancel, close):
            button.setAutoDefault(False)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        buttons.addWidget(self.repair)
        buttons.addWidget(self.cancel)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 16)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addWidget(self.progress)
        column.addLayout(self.counts)
        column.addWidget(self.found)
        column.addStretch(1)
        column.addLayout(buttons)
        self.task = LatestTask(self._work, "doctor", self)
        self.task.result_ready.connect(self._show)
        self.task.failed.connect(self._failed)

    @Slot()
    def examine(self) -> None:
        """Check everything, and show the dialog."""
        if self._library.diagnostics.is_rebuilding():
            self._follow("wait")
        else:
            self._begin("examine", tr("Checking…"))
            self._come_up()

    def rebuild(self, *, read_again: bool) -> None:
        """Make the indexes again, and show how far that is; with `read_again` read all files again after it."""
        self._follow("read again" if read_again else "rebuild")

    def _follow(self, task: str) -> None:
        """Show how far a rebuilding is, and what becomes of it."""
        self._begin(task, tr("Rebuilding the index…"))
        self._show_counts(None)
        self.found.setText(
            tr(
                "If you cancel, the index from before is used again. If you close this window, rebuilding goes on in "
                "the background."
            )
        )
        self.cancel.show()
        self._come_up()

    def _come_up(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()

    def stop(self) -> None:
        """Cancel a check or repair, and close."""
        self._stop.set()
        self.task.stop()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop.set()
        super().closeEvent(event)

    def show_report(self, report: ConsistencyReport) -> None:
        """Show the counts and the inconsistencies."""
        problems = report.ailments
        self.title.setText(tr("The library has problems") if problems else tr("No problems found"))
        self._show_counts(report)
        lines = [tr("Not connected, so not checked: {folder}", folder=folder) for folder in report.away]
        lines += [sentences(problem.sentence, problem.cure) for problem in problems]
        lines += [report.unconfined] if report.unconfined else []
        self.found.setText("\n".join(lines))
        self.repair.setVisible(bool(problems))

    def _begin(self, task: str, title: str) -> None:
        self._stop.set()  # of a check or repair that is running
        self._stop = threading.Event()
        self._said = ""
        self.title.setText(title)
        self.repair.hide()
        self.cancel.hide()
        self.found.clear()
        self.again.setEnabled(False)
        self.progress.show()
        self.task.submit((task, self._stop))

    def _work(self, request: object) -> Iterator[ConsistencyReport | str]:
        """Run a task; yields what is to be said before the report of the check that follows."""
        task, stop = cast("tuple[str, threading.Event]", request)
        diagnostics, tell = self._library.diagnostics, self.progress.report
        if task in {"rebuild", "read again"}:
            diagnostics.rebuild()
        if task == "repair":
            diagnostics.repair(tell, stop)
        if task == "cancel":
            yield CANCELED if diagnostics.cancel_rebuild() else TOO_LATE
        if task != "examine":
            diagnostics.wait_until_read(tell, stop)
        if task == "read again" and not stop.is_set():
            self._library.indexing.read_all_again()
            yield READING
            diagnostics.wait_until_read(tell, stop)
        yield diagnostics.examine(tell, stop)

    def _show_counts(self, report: ConsistencyReport | None) -> None:
        while (item := self.counts.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.hide()
                shown.deleteLater()
        if report is None:
            return
        rows = (
            (tr("Files"), mark("{count} on disk, {total} in the catalogue"), report.on_disk, report.known),
            (tr("Words"), mark("{count} of {total} passages indexed"), report.in_words, report.passages),
            (tr("Meaning"), mark("{count} of {total} passages indexed"), report.in_meaning, report.vectors),
        )
        for row, (name, text, count, total) in enumerate(rows):
            if count is None or total is None:
                continue  # not counted in a damaged catalogue
            self.counts.addWidget(label(name, dim=True), row, 0)
            self.counts.addWidget(label(tr(text, count=count, total=total)), row, 1)
        copy = messages.date(report.copies[0]) if report.copies else tr("None yet")
        self.counts.addWidget(label(tr("Last backup"), dim=True), len(rows), 0)
        self.counts.addWidget(label(copy), len(rows), 1)

    @Slot()
    def _repair(self) -> None:
        self._begin("repair", tr("Repairing…"))

    @Slot()
    def _cancel(self) -> None:
        self._begin("cancel", tr("Canceling…"))

    @Slot(object, object)
    def _show(self, _request: object, shown: ConsistencyReport | str) -> None:
        if isinstance(shown, str):
            self._said = tr(shown)
            self.found.setText(self._said)
            self.cancel.hide()
            return
        self._end()
        self.show_report(shown)
        if self._said and not shown.ailments:
            self.found.setText(sentences(self._said, self.found.text()) if self.found.text() else self._said)

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self._end()
        sentence, remedy = messages.error_text(error)
        self.title.setText(sentence)
        self.found.setText(remedy)

    def _end(self) -> None:
        self.progress.hide()
        self.cancel.hide()
        self.again.setEnabled(True)
