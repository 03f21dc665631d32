"""The status bar: progress of each retriever, time left, the engine, pausing, and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from core.document import RETRIEVERS, Retriever
from core.events import EngineStatus, PauseState, Progress, RetrieverProgress
from core.messages import ntr, terms, tr
from gui.engine import engine_text
from gui.status import progress_text
from gui.text import messages
from gui.widgets.basic import ElidedLabel, IconButton, Meter, Symbol, TextButton, label, rule
from gui.widgets.elided_button import ElidedButton

if TYPE_CHECKING:
    from core.library import EngineJob

SMALL_FONT = 0.92
HEIGHT = 36
FULL_WIDTH = 840  # pixels; narrower windows show shares instead of numbers
SUMMARY_WIDTH = 680  # pixels; narrower windows show no summary
MIN_SUMMARY_WIDTH = 96  # pixels of the summary itself
METER_WIDTH, CHECK_WIDTH, SPACING = 48, 14, 6
WIDE_GAP, NARROW_GAP, GAPS = 16, 8, 9  # pixels between the parts of the bar, and their number


class RetrieverMeter(QWidget):
    """One retriever: its name, a bar while indexing or a check mark, and its counts."""

    def __init__(self, retriever: Retriever, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._retriever = retriever
        self._shown = RetrieverProgress()
        self._compact = False
        self._counts = self._share = ""
        self._title = label(terms.retriever_title(retriever), factor=SMALL_FONT, dim=True)
        self._meter = Meter(METER_WIDTH)
        self._check = Symbol("check", CHECK_WIDTH, "good")
        self.numbers = label("", factor=SMALL_FONT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACING)
        row.addWidget(self._title)
        row.addWidget(self._check)
        row.addWidget(self._meter)
        row.addWidget(self.numbers)
        self.show_progress(RetrieverProgress())

    def set_compact(self, *, compact: bool) -> None:
        """Show only a check mark or a percentage."""
        if compact != self._compact:
            self._compact = compact
            self.show_progress(self._shown)

    def show_progress(self, progress: RetrieverProgress) -> None:
        """Show how many files are indexed for the retriever."""
        self._shown = progress
        total = progress.done + progress.waiting
        is_complete = not progress.waiting
        self._check.setVisible(is_complete and progress.done > 0)
        self._meter.setVisible(not is_complete and not self._compact)
        self._meter.show_share(progress.done / total if total else 0.0)
        if is_complete:
            self._counts, self._share = messages.number(progress.done), ""
        else:
            self._counts = tr("{done} of {total}", done=progress.done, total=total)
            self._share = terms.share_done(progress.done, total)
        self.numbers.setText(self._share if self._compact else self._counts)
        self.numbers.setVisible(bool(self.numbers.text()))
        title = terms.retriever_title(self._retriever)
        lines = [ntr("{name}: {count} file searchable", "{name}: {count} files searchable", progress.done, name=title)]
        if progress.failed:
            lines.append(ntr("{count} file could not be read", "{count} files could not be read", progress.failed))
        self.setToolTip("\n".join(lines))
        self.setAccessibleName(tr("{name}: {counts}", name=title, counts=self._counts))

    def width_needed(self, *, compact: bool) -> int:
        """The width in pixels at which nothing is clipped."""
        text = self._share if compact else self._counts
        width = self._title.sizeHint().width() + SPACING + self.numbers.fontMetrics().horizontalAdvance(text) + SPACING
        if not self._shown.waiting:
            return width + CHECK_WIDTH
        return width if compact else width + METER_WIDTH


class StatusBar(QWidget):
    """Shows a Progress; emits `pause_requested` (seconds or None), `resume_requested` and similar signals."""

    pause_requested = Signal(object)
    resume_requested = Signal()
    problems_requested = Signal()
    engine_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._pause_state: PauseState | None = None
        self._problem_count = 0
        self.retrievers = {retriever: RetrieverMeter(retriever) for retriever in RETRIEVERS}
        self.summary = ElidedLabel()
        self.summary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.summary.setFont(label("", factor=SMALL_FONT).font())
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
        for button in (self.engine, self.resume, self.problems):
            button.setFont(label("", factor=SMALL_FONT).font())
        self._arrange()
        self.show_progress(Progress(), problems=0)

    def _arrange(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(WIDE_GAP)
        for meter in self.retrievers.values():
            row.addWidget(meter)
        self._line = rule(vertical=True)
        self._spacer = QWidget()  # in the place of the summary while that is hidden
        self._spacer.hide()
        row.addWidget(self._line)
        row.addWidget(self.summary, 1)
        row.addWidget(self._spacer, 1)
        row.addWidget(self.resume)
        row.addWidget(self.problems)
        engine = QHBoxLayout()
        engine.setSpacing(0)
        engine.addWidget(self._dot)
        engine.addWidget(self.engine)
        row.addLayout(engine)
        row.addWidget(self.pause)

    def show_progress(
        self, progress: Progress, *, problems: int, pause_state: PauseState | None = None, job: EngineJob | None = None
    ) -> None:
        """Show the progress, why indexing waits, the number of problems, and the engine's current job."""
        for retriever, meter in self.retrievers.items():
            meter.show_progress(progress.retriever(retriever))
        self.summary.setText(progress_text.summary(progress, pause_state))
        self._show_engine(progress.engine, job, paused=pause_state is not None)
        self.problems.setVisible(problems > 0)
        self._problem_count = problems
        self.problems.setAccessibleName(terms.problems(problems))
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
        buttons = [button for button in (self.resume, self.engine, self.pause) if not button.isHidden()]
        others = sum(button.sizeHint().width() for button in buttons) + self._dot.width() + self._problems_width()
        full = sum(meter.width_needed(compact=False) for meter in meters) + others + GAPS * WIDE_GAP
        compact = sum(meter.width_needed(compact=True) for meter in meters) + others + GAPS * NARROW_GAP
        is_full = self.width() >= max(FULL_WIDTH, full + MIN_SUMMARY_WIDTH)
        has_summary = self.width() >= max(SUMMARY_WIDTH, compact + MIN_SUMMARY_WIDTH)
        for meter in meters:
            meter.set_compact(compact=not is_full)
        self._row.setSpacing(WIDE_GAP if is_full else NARROW_GAP)
        for part in (self._line, self.summary):
            part.setVisible(has_summary)
        self._spacer.setVisible(not has_summary)
        long, short = terms.problems(self._problem_count), messages.number(self._problem_count)
        self.problems.setText(long if self.width() >= compact else short)

    def _problems_width(self) -> int:
        """The width in pixels of the button of the problems with its whole text."""
        if self.problems.isHidden():
            return 0
        text = self.problems.fontMetrics().horizontalAdvance(terms.problems(self._problem_count))
        return text + self.problems.iconSize().width() + 3 * NARROW_GAP

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
        self.engine.setToolTip("\n".join(line for line in lines if line))

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
