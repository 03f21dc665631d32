"""A server in the engine panel: its state, model, memory, throughput and log, and one button for its next action."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from core.messages import tr
from gui.engine import engine_text
from gui.widgets.basic import ELIDE_END, Symbol, TextButton, label
from gui.widgets.elided_button import ElidedButton
from gui.widgets.memory_bar import Memory, MemoryBar, WideMeter
from gui.widgets.theme import scaled

if TYPE_CHECKING:
    from core.library import EngineAction, EngineJob, ServerActions, Which

PRIMARY: tuple[EngineAction, ...] = ("install", "download", "retry")
LOG_HEIGHT = 168


class ServerCard(QFrame):
    """Emits `action_requested(which, action)`, and `log_requested(which)` when its log is expanded."""

    action_requested = Signal(str, str)
    log_requested = Signal(str)

    def __init__(self, which: Which, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.which: Which = which
        self._action: EngineAction = ""
        self._dot = Symbol("", 16)
        self._name = label(engine_text.title(which), factor=1.1, weight=QFont.Weight.DemiBold)
        self.state = label("")
        self.model = label("", dim=True, elided=ELIDE_END)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.meter = WideMeter()
        self.job = label("", factor=0.92, dim=True, wrap=True)
        self.bar = MemoryBar()
        self.memory = label("", factor=0.92, dim=True, wrap=True)
        self.rate = label("", factor=0.92, dim=True, elided=ELIDE_END)
        self.button = ElidedButton("")
        self.button.clicked.connect(self._button_clicked)
        self.fold = TextButton(tr("Show log"), "quiet", "chevron-down")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._log_toggled)
        self.log = _log_view(tr("Engine log"))
        self._arrange()

    def show_server(
        self,
        server: ServerActions,
        *,
        location: str,
        job: EngineJob | None = None,
        memory: Memory | None = None,
        rate: float = 0.0,
    ) -> None:
        """Show a server, the job that runs for it, its memory, and its throughput (`rate`, passages per second)."""
        status = server.status
        text, symbol, colour = engine_text.state(status)
        self._dot.set(symbol, colour)
        self.state.setText(text)
        self.model.setText(tr("{model} · {location}", model=engine_text.model(server.model), location=location))
        self._show_detail(f"{status.detail} {status.remedy}".strip(), job)
        self._show_job(job, status.fraction)
        loading = status.state in ("installing", "downloading")
        self._show_memory(Memory() if loading or memory is None else memory)
        self.rate.setText(tr("{count} passages/s", count=round(rate)))
        self.rate.setVisible(rate >= 1)
        self._show_action(server)
        self.fold.setVisible(bool(status.log) or self.fold.isChecked())
        self.setAccessibleName(tr("{server}: {state}", server=engine_text.title(self.which), state=text))

    def show_log(self, lines: Sequence[str]) -> None:
        """Show the last lines of the log; keeps the scroll position unless it is at the end."""
        text = "\n".join(lines) or tr("The log is empty.")
        if text == self.log.toPlainText():
            return
        bar = self.log.verticalScrollBar()
        at_end, place = bar.value() >= bar.maximum() - 4, bar.value()
        self.log.setPlainText(text)
        bar.setValue(bar.maximum() if at_end else place)

    def _show_detail(self, detail: str, job: EngineJob | None) -> None:
        result = engine_text.job_result(job) if job is not None and not job.running else ""
        text = result or ("" if job is not None and job.running else detail)
        self.detail.setText(text)
        self.detail.setVisible(bool(text))

    def _show_job(self, job: EngineJob | None, fraction: float | None) -> None:
        running = job is not None and job.running
        share = job.done / job.total if job is not None and running and job.total else fraction
        self.meter.setVisible(share is not None)
        self.meter.show_share(share or 0.0)
        self.job.setVisible(running)
        if job is not None and running:
            self.job.setText(engine_text.job_progress(job))

    def _show_memory(self, memory: Memory) -> None:
        text = engine_text.memory(memory.used, memory.budget, memory.total, memory.free)
        self.bar.show_memory(memory)
        self.bar.setVisible(memory.total > 0)
        self.bar.setAccessibleName(text)
        self.memory.setText(text)
        self.memory.setVisible(bool(text))

    def _show_action(self, server: ServerActions) -> None:
        self._action = server.step
        # A panel has one primary button.
        name = "main" if server.step in PRIMARY and self.which == "embedding" else ""
        if self.button.objectName() != name:
            self.button.setObjectName(name)
            self.button.style().unpolish(self.button)
            self.button.style().polish(self.button)
        self.button.setText(engine_text.action(server.step, server.status))
        self.button.setVisible(bool(server.step))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._name)
        head.addStretch(1)
        head.addWidget(self._dot)
        head.addWidget(self.state)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.button)
        foot.addWidget(self.rate)
        foot.addStretch(1)
        foot.addWidget(self.fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        for widget in (self.model, self.detail, self.meter, self.job, self.bar, self.memory):
            column.addWidget(widget)
        column.addLayout(foot)
        column.addWidget(self.log)
        self.log.hide()

    @Slot()
    def _button_clicked(self) -> None:
        self.action_requested.emit(self.which, self._action)

    @Slot(bool)
    def _log_toggled(self, shown: bool) -> None:  # noqa: FBT001  Qt's signal
        self.log.setVisible(shown)
        self.fold.set_symbol("chevron-up" if shown else "chevron-down")
        self.fold.setText(tr("Hide log") if shown else tr("Show log"))
        if shown:
            self.log_requested.emit(self.which)


def _log_view(name: str) -> QPlainTextEdit:
    view = QPlainTextEdit()
    view.setObjectName("field")
    view.setReadOnly(True)
    view.setTabChangesFocus(True)
    view.setFixedHeight(LOG_HEIGHT)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    view.setFont(scaled(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), 0.9))
    view.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # log lines are English
    view.setAccessibleName(name)
    return view
