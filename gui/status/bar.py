"""The foot of the window: how far each lane is, how long it takes, the engine, pause, and problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QWidget

from core.document import RETRIEVERS, Retriever
from core.events import EngineStatus, PauseState, Progress, RetrieverProgress
from gui.engine import engine_text
from gui.status import progress_text
from gui.text import messages
from gui.widgets.basic import ElidedLabel, IconButton, Meter, Symbol, TextButton, label, rule

if TYPE_CHECKING:
    from core.library import EngineJob

SMALL = 0.92
HEIGHT = 36
ROOMY = 840  # pixels from which every number has its place
TIGHT = 680  # and below which there is none for a sentence


class RetrieverMeter(QWidget):
    """One lane: its name, a bar while it works or a check mark, and its numbers."""

    def __init__(self, retriever: Retriever, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._retriever = retriever
        self._shown = RetrieverProgress()
        self._compact = False
        self._meter = Meter(48)
        self._check = Symbol("check", 14, "good")
        self.numbers = label("", factor=SMALL)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(label(messages.retriever_title(retriever), factor=SMALL, dim=True))
        row.addWidget(self._check)
        row.addWidget(self._meter)
        row.addWidget(self.numbers)
        self.show_progress(RetrieverProgress())

    def set_compact(self, *, compact: bool) -> None:
        """Show the least: a check mark or a share."""
        if compact != self._compact:
            self._compact = compact
            self.show_progress(self._shown)

    def show_progress(self, retriever: RetrieverProgress) -> None:
        """Show how far the lane is, in files."""
        self._shown = retriever
        whole = retriever.done + retriever.waiting
        done = not retriever.waiting
        self._check.setVisible(done and retriever.done > 0)
        self._meter.setVisible(not done and not self._compact)
        self._meter.show_share(retriever.done / whole if whole else 0.0)
        counts = messages.number(retriever.done)
        if not done:
            counts = self.tr("{} of {}").format(counts, messages.number(whole))
        share = "" if done else messages.percent(retriever.done, whole)
        self.numbers.setText(share if self._compact else counts)
        self.numbers.setVisible(bool(self.numbers.text()))
        title = messages.retriever_title(self._retriever)
        left_out = self.tr("{} could not be read").format(messages.files(retriever.failed)) if retriever.failed else ""
        searchable = self.tr("{retriever}: {files} searchable").format(
            retriever=title, files=messages.files(retriever.done)
        )
        self.setToolTip("\n".join(part for part in (searchable, left_out) if part))
        self.setAccessibleName(f"{title}: {counts}")


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
        self.lanes = {retriever: RetrieverMeter(retriever) for retriever in RETRIEVERS}
        self.summary = ElidedLabel()
        self.summary.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.summary.setFont(label("", factor=SMALL).font())
        self._dot = Symbol("", 14)
        self.engine = TextButton("", "quiet")
        self.engine.clicked.connect(self.engine_requested)
        self.pause = IconButton("pause", self.tr("Pause indexing"), size=14)
        self.pause.clicked.connect(self._pause_clicked)
        self.go_on = TextButton("", "link", "play")
        self.go_on.clicked.connect(self.resume_requested)
        self.go_on.hide()
        self.problems = TextButton("", "quiet", "warning")
        self.problems.clicked.connect(self.problems_requested)
        self.problems.hide()
        for button in (self.engine, self.go_on, self.problems):
            button.setFont(label("", factor=SMALL).font())
        self._arrange()
        self.show_progress(Progress(), problems=0)

    def _arrange(self) -> None:
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 8, 0)
        row.setSpacing(16)
        for meter in self.lanes.values():
            row.addWidget(meter)
        self._line = rule(vertical=True)
        self._air = QWidget()  # in the sentence's place where there is no room for it
        self._air.hide()
        row.addWidget(self._line)
        row.addWidget(self.summary, 1)
        row.addWidget(self._air, 1)
        row.addWidget(self.go_on)
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
        """Show how far the library is, why it waits, how many files have a problem, and what the engine fetches."""
        for retriever, meter in self.lanes.items():
            meter.show_progress(progress.retriever(retriever))
        self.summary.setText(progress_text.summary(progress, pause_state))
        self._show_engine(progress.engine, job, paused=pause_state is not None)
        self.problems.setVisible(problems > 0)
        self.problems.setText(messages.problems(problems))
        if pause_state != self._pause_state:
            self._pause_state = pause_state
            self.go_on.setVisible(pause_state is not None)
            by_hand = pause_state is not None and pause_state.reason == "paused"
            self.go_on.setText(self.tr("Go on") if by_hand else self.tr("Go on anyway"))
            self.pause.set_symbol("play" if by_hand else "pause")
            self.pause.say(self.tr("Go on indexing") if by_hand else self.tr("Pause indexing"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for meter in self.lanes.values():
            meter.set_compact(compact=self.width() < ROOMY)
        self._row.setSpacing(16 if self.width() >= ROOMY else 8)
        for sentence in (self._line, self.summary):
            sentence.setVisible(self.width() >= TIGHT)
        self._air.setVisible(self.width() < TIGHT)

    def pause_menu(self) -> QMenu:
        """For how long indexing may be paused."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for says, seconds in (
            (self.tr("Pause for 15 minutes"), 900.0),
            (self.tr("Pause for an hour"), 3600.0),
            (self.tr("Pause until tomorrow"), messages.until_tomorrow()),
            (self.tr("Pause until I go on"), None),
        ):
            menu.addAction(says).setData(seconds)
        menu.triggered.connect(self._pause_chosen)
        return menu

    def _show_engine(self, status: EngineStatus, job: EngineJob | None, *, paused: bool) -> None:
        fetched = job is not None and job.running
        says = engine_text.job_short(job) if job is not None and fetched else messages.engine(status, paused=paused)
        if says != self.engine.text():
            self.engine.setText(says)
            self.engine.setAccessibleName(self.tr("{}. Opens model and engine.").format(says))
        _, name, colour = engine_text.state(status)
        if fetched:
            name, colour = "refresh", "accent"
        self._dot.set(name, colour)
        self._dot.setVisible(bool(name) and name != "pause")  # beside it, the pause button says something else
        self.engine.setToolTip("\n".join(part for part in (status.name, status.model, status.detail) if part))

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
