"""The check of the library for inconsistencies, with a button that repairs them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QFont
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.events import ConsistencyReport
from core.messages import mark, sentences, tr
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import TextButton, label, resize_to_screen
from gui.widgets.progress_bar import WorkProgress

if TYPE_CHECKING:
    from core.library import Library


class DoctorDialog(QDialog):
    """Checks when it is opened; closing it cancels the check or repair."""

    help_page = "problems.md"

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._stop = threading.Event()
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
        close = TextButton(tr("Close"))
        self.repair.clicked.connect(self._repair)
        self.again.clicked.connect(self.examine)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.repair, self.again, close):
            button.setAutoDefault(False)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        buttons.addWidget(self.repair)
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
        self._begin("examine", tr("Checking…"))
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
        self.found.setText("\n".join(lines))
        self.repair.setVisible(bool(problems))

    def _begin(self, task: str, title: str) -> None:
        self._stop.set()  # of a check or repair that is running
        self._stop = threading.Event()
        self.title.setText(title)
        self.repair.hide()
        self.again.setEnabled(False)
        self.progress.show()
        self.task.submit((task, self._stop))

    def _work(self, request: object) -> Iterator[ConsistencyReport]:
        task, stop = cast("tuple[str, threading.Event]", request)
        if task == "repair":
            self._library.diagnostics.repair(self.progress.report, stop)
            self._library.diagnostics.wait_until_read(self.progress.report, stop)
        yield self._library.diagnostics.examine(self.progress.report, stop)

    def _show_counts(self, report: ConsistencyReport) -> None:
        while (item := self.counts.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.deleteLater()
        rows = (
            (tr("Files"), mark("{one} on disk, {two} in the catalogue"), report.on_disk, report.known),
            (tr("Words"), mark("{one} of {two} passages indexed"), report.in_words, report.passages),
            (tr("Meaning"), mark("{one} of {two} passages indexed"), report.in_meaning, report.vectors),
        )
        for row, (name, text, one, two) in enumerate(rows):
            if one is None or two is None:
                continue  # not counted in a damaged catalogue
            self.counts.addWidget(label(name, dim=True), row, 0)
            self.counts.addWidget(QLabel(tr(text, one=one, two=two)), row, 1)
        copy = messages.date(report.copies[0]) if report.copies else tr("None yet")
        self.counts.addWidget(label(tr("Last backup"), dim=True), len(rows), 0)
        self.counts.addWidget(QLabel(copy), len(rows), 1)

    @Slot()
    def _repair(self) -> None:
        self._begin("repair", tr("Repairing…"))

    @Slot(object, object)
    def _show(self, _request: object, report: ConsistencyReport) -> None:
        self._end()
        self.show_report(report)

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self._end()
        sentence, remedy = messages.trouble(error)
        self.title.setText(sentence)
        self.found.setText(remedy)

    def _end(self) -> None:
        self.progress.hide()
        self.again.setEnabled(True)
