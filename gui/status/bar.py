"""The status bar: progress of each retriever, time left, the engine, pausing, and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from core.document import RETRIEVERS, Retriever
from core.events import EngineStatus, PauseState, Progress
from core.messages import amounts, tr
from gui.engine import engine_text
from gui.status import progress_text
from gui.status.details import StatusDetails
from gui.status.meter import SMALL_FONT, RetrieverMeter
from gui.status.problem_counts import ProblemCounts
from gui.text import messages
from gui.widgets.basic import IconButton, Symbol, TextButton, label, rule
from gui.widgets.elided_button import ElidedButton
from gui.widgets.plain_text import tool_tip

if TYPE_CHECKING:
    from core.library import EngineJob

NO_PROBLEMS = ProblemCounts()
HEIGHT = 36
FULL_WIDTH = 840  # pixels; narrower windows show shares instead of numbers
SUMMARY_WIDTH = 680  # pixels; narrower windows show no summary
MIN_SUMMARY_WIDTH = 96  # pixels of the summary itself
WIDE_GAP, NARROW_GAP, GAPS = 16, 8, 9  # pixels between the parts of the bar, and their number


class StatusBar(QWidget):
    """Shows a Progress; emits `pause_requested` (seconds or None), `resume_requested` and similar signals."""

    pause_requested = Signal(object)
    resume_requested = Signal()
    problems_requested = Signal()
    engine_requested = Signal()
    start_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._pause_state: PauseState | None = None
        self._problems = NO_PROBLEMS
        self.retrievers = {retriever: RetrieverMeter(retriever) for retriever in RETRIEVERS}
        for meter in self.retrievers.values():
            meter.clicked.connect(self._show_details_of)
        self._progress = Progress()
        self.summary = ElidedButton("", "quiet")
        self.summary.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.summary.setAccessibleDescription(tr("Shows the details of indexing"))
        self.summary.clicked.connect(self.show_details)
        self.start = TextButton(tr("Start"), "link", "play")
        self.start.setAccessibleName(tr("Start search by meaning"))
        self.start.clicked.connect(self.start_requested)
        self.start.hide()
        self._dot = Symbol("", 14)
        self.engine = ElidedButton("", "quiet")
        self.engine.clicked.connect(self.engine_requested)
        self.pause = IconButton("pause", tr("Pause indexing"), size=14)
        self.pause.clicked.connect(self._pause_clicked)
        self.resume = TextButton("", "link", "play")
        self.resume.clicked.connect(self.resume_requested)
        self.resume.hide()
        self.problems = TextButton("", "quiet", "warning")
        self.problems.clicked.connect(self.problems_requested)
        self.problems.hide()
        for button in (self.summary, self.start, self.engine, self.resume, self.problems):
            button.setFont(label("", factor=SMALL_FONT).font())
        self._arrange()
        self.show_progress(Progress())

    def _arrange(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(10, 0, 8, 0)
        row.setSpacing(WIDE_GAP)
        for meter in self.retrievers.values():
            row.addWidget(meter)
        self._line = rule(vertical=True)
        self._spacer = QWidget()
        row.addWidget(self._line)
        row.addWidget(self.summary)
        row.addWidget(self.resume)
        row.addWidget(self.start)
        row.addWidget(self._spacer, 1)
        row.addWidget(self.problems)
        engine = QHBoxLayout()
        engine.setSpacing(0)
        engine.addWidget(self._dot)
        engine.addWidget(self.engine)
        row.addLayout(engine)
        row.addWidget(self.pause)

    def show_progress(
        self,
        progress: Progress,
        *,
        problems: ProblemCounts = NO_PROBLEMS,
        pause_state: PauseState | None = None,
        job: EngineJob | None = None,
    ) -> None:
        """Show the progress, why indexing waits, the number of problems, and the engine's current job."""
        for meter in self.retrievers.values():
            meter.show_progress(progress)
        self._progress = progress
        self.summary.setText(progress_text.summary(progress, pause_state))
        self.start.setVisible(pause_state is None and progress_text.meaning_off(progress))
        self._show_engine(progress.engine, job, paused=pause_state is not None)
        self.problems.setVisible(problems.total > 0)
        self._problems = problems
        self.problems.setAccessibleName(amounts.problems(problems.total))
        if pause_state != self._pause_state:
            self._pause_state = pause_state
            self.resume.setVisible(pause_state is not None)
            by_hand = pause_state is not None and pause_state.reason == "paused"
            self.resume.setText(tr("Resume") if by_hand else tr("Resume anyway"))
            self.pause.set_symbol("play" if by_hand else "pause")
            self.pause.set_name(tr("Resume indexing") if by_hand else tr("Pause indexing"))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many parts as fit into the width, given the lengths of the translated texts."""
        meters = self.retrievers.values()
        buttons = [button for button in (self.resume, self.start, self.engine, self.pause) if not button.isHidden()]
        others = sum(button.sizeHint().width() for button in buttons) + self._dot.width() + self._problems_width()
        full = sum(meter.width_needed(compact=False) for meter in meters) + others + GAPS * WIDE_GAP
        compact = sum(meter.width_needed(compact=True) for meter in meters) + others + GAPS * NARROW_GAP
        is_full = self.width() >= max(FULL_WIDTH, full + MIN_SUMMARY_WIDTH)
        has_summary = self.width() >= max(SUMMARY_WIDTH, compact + MIN_SUMMARY_WIDTH)
        for meter in meters:
            meter.set_compact(compact=not is_full)
        self._row.setSpacing(WIDE_GAP if is_full else NARROW_GAP)
        for part in (self._line, self.summary):
            part.setVisible(has_summary and bool(self.summary.text()))
        # The summary gives way before the engine's state, which a few letters of would not tell.
        self.engine.setMinimumWidth(self.engine.sizeHint().width() if self.width() >= compact else 0)
        long, short = amounts.problems(self._problems.total), messages.number(self._problems.total)
        self.problems.setText(long if self.width() >= compact else short)

    def _problems_width(self) -> int:
        """The width in pixels of the button of the problems with its whole text."""
        if self.problems.isHidden():
            return 0
        text = self.problems.fontMetrics().horizontalAdvance(amounts.problems(self._problems.total))
        return text + self.problems.iconSize().width() + 3 * NARROW_GAP

    @Slot()
    def show_details(self) -> None:
        """Show everything that is known of the progress, above the bar."""
        self._open_details(self.summary)

    @Slot()
    def _show_details_of(self) -> None:
        """Show the details with the line of the meter that was clicked marked."""
        meter = self.sender()
        if isinstance(meter, RetrieverMeter):
            self._open_details(meter, meter.retriever)

    def _open_details(self, above: QWidget, retriever: Retriever | None = None) -> None:
        self.details = StatusDetails(self._progress, self._problems, self, retriever)
        self.details.problems_requested.connect(self.problems_requested)
        self.details.show_above(above)

    def pause_menu(self) -> QMenu:
        """The menu of times to pause for."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, seconds in (
            (tr("Pause for 15 minutes"), 900.0),
            (tr("Pause for 1 hour"), 3600.0),
            (tr("Pause until tomorrow"), messages.until_tomorrow()),
            (tr("Pause until I resume"), None),
        ):
            menu.addAction(text).setData(seconds)
        menu.triggered.connect(self._pause_chosen)
        return menu

    def _show_engine(self, status: EngineStatus, job: EngineJob | None, *, paused: bool) -> None:
        is_running = job is not None and job.running
        text = engine_text.job_short(job) if job is not None and is_running else messages.engine(status, paused=paused)
        if text != self.engine.text():
            self.engine.setText(text)
            self.engine.setAccessibleName(tr("{state}. Opens the engine settings.", state=text))
        _, name, colour = engine_text.state(status)
        if is_running:
            name, colour = "refresh", "accent"
        self._dot.set(name, colour)
        self._dot.setVisible(
            bool(name) and name != "pause"
        )  # a pause symbol would contradict the pause button beside it
        lines = (text, engine_text.running(status), status.detail)
        self.engine.setToolTip(tool_tip("\n".join(line for line in lines if line)))

    @Slot(QAction)
    def _pause_chosen(self, action: QAction) -> None:
        self.pause_requested.emit(action.data())

    @Slot()
    def _pause_clicked(self) -> None:
        if self._pause_state is not None and self._pause_state.reason == "paused":
            self.resume_requested.emit()
            return
        menu = self.pause_menu()
        corner = self.pause.mapToGlobal(self.pause.rect().topRight())
        menu.popup(corner - QPoint(menu.sizeHint().width(), menu.sizeHint().height()))
