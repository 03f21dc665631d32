"""The library counted through, with one button that mends what is off."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QFont
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.events import ConsistencyReport
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import TextButton, label, resize_to_screen
from gui.widgets.progress_bar import WorkProgress

if TYPE_CHECKING:
    from core.library import Library


class DoctorDialog(QDialog):
    """Examines when it is opened; closing it ends that early."""

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._stop = threading.Event()
        self.setWindowTitle(self.tr("Check the library"))
        resize_to_screen(self, 600, 400)
        self.title = label("", factor=1.2, weight=QFont.Weight.DemiBold, wrap=True)
        self.doing = WorkProgress()
        self.counts = QGridLayout()
        self.counts.setHorizontalSpacing(20)
        self.counts.setColumnStretch(1, 1)
        self.found = label("", wrap=True)
        self.repair = TextButton(self.tr("Repair"), "main")
        self.again = TextButton(self.tr("Check again"), "", "refresh")
        close = TextButton(self.tr("Close"))
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
        column.addWidget(self.doing)
        column.addLayout(self.counts)
        column.addWidget(self.found)
        column.addStretch(1)
        column.addLayout(buttons)
        self.working = LatestTask(self._work, "doctor", self)
        self.working.result_ready.connect(self._show)
        self.working.failed.connect(self._failed)

    @Slot()
    def examine(self) -> None:
        """Count everything, and show the dialog."""
        self._begin("examine", self.tr("Counting…"))
        self.show()
        self.raise_()
        self.activateWindow()

    def stop(self) -> None:
        """End what is being done, and close."""
        self._stop.set()
        self.working.stop()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop.set()
        super().closeEvent(event)

    def show_checkup(self, found: ConsistencyReport) -> None:
        """Show what was counted and what is off."""
        ill = found.ailments
        self.title.setText(self.tr("All is well") if not ill else self.tr("Some things are off"))
        self._show_counts(found)
        away = self.tr("Not connected, and kept as it is known: {}")
        lines = [away.format(folder) for folder in found.away]
        lines += [f"{messages.tr(one.sentence)} {messages.tr(one.cure)}" for one in ill]
        self.found.setText("\n".join(lines))
        self.repair.setVisible(bool(ill))

    def _begin(self, what: str, title: str) -> None:
        self._stop.set()  # of what may be under way
        self._stop = threading.Event()
        self.title.setText(title)
        self.repair.hide()
        self.again.setEnabled(False)
        self.doing.show()
        self.working.submit((what, self._stop))

    def _work(self, question: object) -> Iterator[ConsistencyReport]:
        what, stop = cast("tuple[str, threading.Event]", question)
        if what == "repair":
            self._library.repair(self.doing.tell, stop)
            self._library.catch_up(self.doing.tell, stop)
        yield self._library.examine(self.doing.tell, stop)

    def _show_counts(self, found: ConsistencyReport) -> None:
        while (item := self.counts.takeAt(0)) is not None:
            if (shown := item.widget()) is not None:
                shown.deleteLater()
        of = self.tr("{} of {}")
        rows = (
            (self.tr("Files"), self.tr("{} in the folders, {} known"), found.on_disk, found.known),
            (self.tr("Words"), of, found.in_words, found.passages),
            (self.tr("Meaning"), of, found.in_meaning, found.vectors),
        )
        for row, (name, text, one, two) in enumerate(rows):
            if one is None or two is None:
                continue  # not counted, as the catalogue is damaged
            self.counts.addWidget(label(name, dim=True), row, 0)
            self.counts.addWidget(QLabel(text.format(messages.number(one), messages.number(two))), row, 1)
        copy = messages.date(found.copies[0]) if found.copies else self.tr("none yet")
        self.counts.addWidget(label(self.tr("Last copy of the catalogue"), dim=True), len(rows), 0)
        self.counts.addWidget(QLabel(copy), len(rows), 1)

    @Slot()
    def _repair(self) -> None:
        self._begin("repair", self.tr("Repairing…"))

    @Slot(object, object)
    def _show(self, _question: object, found: ConsistencyReport) -> None:
        self._rest()
        self.show_checkup(found)

    @Slot(object, object)
    def _failed(self, _question: object, error: FindlingError) -> None:
        self._rest()
        sentence, remedy = messages.trouble(error)
        self.title.setText(sentence)
        self.found.setText(remedy)

    def _rest(self) -> None:
        self.doing.hide()
        self.again.setEnabled(True)
