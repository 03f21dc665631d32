"""How well each way of searching finds what the user opened, measured in the background."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import Slot
from PySide6.QtGui import QCloseEvent, QFont
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from core.errors import FindlingError
from core.messages import ntr, tr
from gui.dialogs.measure_table import MeasureTable, estimate_text
from gui.runtime.latest_task import LatestTask
from gui.text import messages
from gui.widgets.basic import TextButton, label, resize_to_screen
from gui.widgets.plain_text import PlainMessageBox
from gui.widgets.progress_bar import WorkProgress

if TYPE_CHECKING:
    from core.library import ComparedModels, Library, Measurement, Training

    Result = Measurement | Training | ComparedModels

Work = Literal["measure", "learn", "compare"]
EXPORT_NAME = "findling-searches.jsonl"


class MeasureDialog(QDialog):
    """Measures when it is opened; closing it cancels the measurement."""

    help_page = "search.md"

    def __init__(self, library: Library, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library = library
        self._stop = threading.Event()
        self.setWindowTitle(tr("Quality of search"))
        resize_to_screen(self, 900, 420)
        self.title = label("", factor=1.2, weight=QFont.Weight.DemiBold, wrap=True)
        self.note = label("", dim=True, wrap=True)
        self.progress = WorkProgress()
        self.table = MeasureTable()
        self.export_button, self.clear_button = TextButton(tr("Export…")), TextButton(tr("Clear…"))
        self.again = TextButton(tr("Measure again"), "", "refresh")
        self.learn_button = TextButton(tr("Learn"))
        self.learn_button.setToolTip(tr("Learn from these searches how you ask, and use it if that finds more."))
        self.compare_button = TextButton(tr("Compare models"))
        self.compare_button.setToolTip(
            tr("Index what you opened and 300 other documents with each model that comes with Findling, and compare.")
        )
        close = TextButton(tr("Close"))
        self.export_button.clicked.connect(self._choose_export)
        self.clear_button.clicked.connect(self._ask_to_clear)
        self.again.clicked.connect(self.measure)
        self.learn_button.clicked.connect(self.learn)
        self.compare_button.clicked.connect(self.compare)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (*self._buttons(), close):
            button.setAutoDefault(False)
        for button in (self.again, self.learn_button, self.compare_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.export_button, self.clear_button, close):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 22, 24, 16)
        column.setSpacing(12)
        for widget in (self.title, self.note, self.progress):
            column.addWidget(widget)
        column.addWidget(self.table, 1)
        column.addStretch(0)
        column.addLayout(buttons)
        self.task = LatestTask(self._work, "measure", self)
        self.task.result_ready.connect(self._show)
        self.task.failed.connect(self._failed)

    @Slot()
    def measure(self) -> None:
        """Measure, and show the dialog."""
        note = tr("Each search of yours is repeated in each way. This takes a moment for every search.")
        self._start(tr("Measuring…"), note, "measure")
        self.table.hide()
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def learn(self) -> None:
        """Learn from the searches; what was learnt is used from then on if it finds more."""
        note = tr("What is learnt from some searches is tried on the others. This takes some seconds for every search.")
        self._start(tr("Learning…"), note, "learn")

    @Slot()
    def compare(self) -> None:
        """Compare the embedding models on a part of the documents."""
        note = tr("A part of your documents is indexed with each model. This takes some minutes; closing stops it.")
        self._start(tr("Comparing models…"), note, "compare")

    def _start(self, title: str, note: str, work: Work) -> None:
        self._stop.set()
        self._stop = threading.Event()
        self.title.setText(title)
        self.note.setText(note)
        self.progress.show()
        self._enable(on=False)
        self.task.submit((self._stop, work))

    def stop(self) -> None:
        """Cancel the measurement, and close."""
        self._stop.set()
        self.task.stop()
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._stop.set()
        self.task.cancel()
        super().closeEvent(event)

    def export(self, path: str) -> None:
        """Write the searches and documents into a file."""
        try:
            self._library.measure.export(path)
        except FindlingError as error:
            self._say(*messages.error_text(error))
        else:
            self.note.setText(tr("Exported to {path}", path=messages.shown_path(path)))

    @Slot()
    def clear(self) -> None:
        """Forget all searches and documents."""
        try:
            self._library.measure.judgements.clear()
        except FindlingError as error:
            self._say(*messages.error_text(error))
        else:
            self.measure()

    def _work(self, request: object) -> Iterator[Result]:
        stop, work = cast("tuple[threading.Event, Work]", request)
        task = tr("Documents and searches") if work == "compare" else tr("Searches")
        measure = self._library.measure
        runs = {"measure": measure.run, "learn": measure.training.run, "compare": measure.comparison.run}
        result = runs[work](lambda done, total: self.progress.report(task, done, total), stop)
        if result is not None:
            yield result

    @Slot(object, object)
    def _show(self, _request: object, result: Result) -> None:
        from core.library import ComparedModels, Training  # the library has loaded it by now

        self.progress.hide()
        self._enable(on=True)
        if isinstance(result, Training):
            self._show_training(result)
        elif isinstance(result, ComparedModels):
            self._show_comparison(result)
        else:
            self._show_measurement(result)

    def _show_training(self, trained: Training) -> None:
        """Say what was learnt; the table is of before."""
        if trained.before is None or trained.after is None or trained.gain is None:
            found = ntr("{count} opened document", "{count} opened documents", trained.pairs)
            needed = ntr("{count} is needed", "{count} are needed", trained.needed)
            self.title.setText(tr("Not enough to learn from yet"))
            self.note.setText(tr("{found}, {needed} to learn from.", found=found, needed=needed))
            return
        used = (
            tr("What was learnt is used from now on.")
            if trained.used
            else tr("It is not clearly better, and not used.")
        )
        figures = tr(
            "nDCG@10 on searches that were left out: {before} before, {after} after, {gain}.",
            before=estimate_text(trained.before),
            after=estimate_text(trained.after),
            gain=estimate_text(trained.gain, sign=True),
        )
        self.title.setText(used)
        self.note.setText(figures)

    def _show_comparison(self, result: ComparedModels) -> None:
        if not result.models:
            self._say_nothing_is_kept()
            return
        searches = ntr("{count} search", "{count} searches", result.queries)
        documents = ntr("{count} document", "{count} documents", result.documents)
        self.title.setText(tr("{searches}, {documents}", searches=searches, documents=documents))
        shown = tr(
            "Fewer documents are easier to search, so compare the models only with each other. What you opened is "
            "something that the model in use had shown you, so another one is at a disadvantage."
        )
        self.note.setText(_with_warning(shown, is_rough=result.is_rough))
        self.table.show_models(result)
        self.table.show()

    def _show_measurement(self, result: Measurement) -> None:
        if not result.methods:
            self._say_nothing_is_kept()
            return
        searches = ntr("{count} search", "{count} searches", result.queries)
        documents = ntr("{count} opened document", "{count} opened documents", result.documents)
        self.title.setText(tr("{searches}, {documents}", searches=searches, documents=documents))
        shown = tr(
            "1 is perfect, in brackets the range in which the true value lies 19 times out of 20. What you opened is "
            "something that Findling had shown you, so a way that would find other documents is at a disadvantage."
        )
        self.note.setText(_with_warning(shown, is_rough=result.is_rough))
        self.table.show_result(result)
        self.table.show()

    def _say_nothing_is_kept(self) -> None:
        self._enable(on=False)
        self.again.setEnabled(True)
        self.table.hide()
        self.title.setText(tr("Nothing to measure yet"))
        if self._library.settings.keep_judgements:
            self.note.setText(tr("Open some documents from your searches first."))
        else:
            self.note.setText(tr("Turn on “Learn which results I open” in the settings, and search for a while."))

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self.progress.hide()
        self._enable(on=True)
        self._say(*messages.error_text(error))

    def _say(self, sentence: str, remedy: str) -> None:
        self.title.setText(sentence)
        self.note.setText(remedy)

    def _enable(self, *, on: bool) -> None:
        for button in self._buttons():
            button.setEnabled(on)

    def _buttons(self) -> tuple[TextButton, ...]:
        """All but the one that closes."""
        return self.again, self.learn_button, self.compare_button, self.export_button, self.clear_button

    @Slot()
    def _choose_export(self) -> None:
        path, _ = QFileDialog.getSaveFileName(self, tr("Export searches and documents"), EXPORT_NAME)
        if path:
            self.export(path)

    @Slot()
    def _ask_to_clear(self) -> None:
        question = tr("Forget all searches and the documents you opened from them?")
        box = PlainMessageBox(self, tr("Clear"), question, tr("Your documents stay. This cannot be undone."))
        box.addButton(tr("Clear"), QMessageBox.ButtonRole.DestructiveRole).clicked.connect(self.clear)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        box.open()


def _with_warning(note: str, *, is_rough: bool) -> str:
    """A note, after a warning if the result is rough."""
    return f"{tr('There are too few searches yet to choose by.')} {note}" if is_rough else note
