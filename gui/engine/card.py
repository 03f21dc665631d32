"""One server in the engine's panel: its state, model, memory and rate, its log, and the one button that makes sense."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from gui.engine import engine_text
from gui.text import messages
from gui.widgets.basic import CUT_END, Symbol, TextButton, label
from gui.widgets.memory_bar import Memory, MemoryBar, WideMeter
from gui.widgets.theme import scaled

if TYPE_CHECKING:
    from core.library import EngineAction, EngineJob, ServerActions, Which

MAIN: tuple[EngineAction, ...] = ("install", "download", "retry")
LOG_HEIGHT = 168


class ServerCard(QFrame):
    """Asks by `step_wanted(which, step)` and, when its log is folded out, `log_wanted(which)`."""

    action_requested = Signal(str, str)
    log_requested = Signal(str)

    def __init__(self, which: Which, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.which: Which = which
        self._step: EngineAction = ""
        self._dot = Symbol("", 16)
        self._name = label(engine_text.title(which), factor=1.1, weight=QFont.Weight.DemiBold)
        self.state = label("")
        self.model = label("", dim=True, elided=CUT_END)
        self.detail = label("", wrap=True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.meter = WideMeter()
        self.job = label("", factor=0.92, dim=True, wrap=True)
        self.bar = MemoryBar()
        self.memory = label("", factor=0.92, dim=True, wrap=True)
        self.rate = label("", factor=0.92, dim=True)
        self.button = TextButton("", "main" if which == "embedding" else "")  # one thing at a time is to be done
        self.button.clicked.connect(self._asked)
        self.fold = TextButton(self.tr("Show its log"), "quiet", "chevron-down")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._fold)
        self.log = _log_view(self.tr("What the engine said last"))
        self._arrange()

    def show_server(
        self,
        look: ServerActions,
        *,
        where: str,
        job: EngineJob | None = None,
        memory: Memory | None = None,
        rate: float = 0.0,
    ) -> None:
        """Show a server, what is fetched for it, its memory, and how many passages it reads in a second."""
        status = look.status
        text, symbol, colour = engine_text.state(status)
        self._dot.set(symbol, colour)
        self.state.setText(text)
        self.model.setText(self.tr("{} · {}").format(engine_text.model(look.model), where))
        self._show_detail(f"{messages.tr(status.detail)} {messages.tr(status.remedy)}".strip(), job)
        self._show_job(job, status.fraction)
        fetched = status.state in ("installing", "downloading")
        self._show_memory(Memory() if fetched or memory is None else memory)
        self.rate.setText(self.tr("{} passages/s").format(messages.number(round(rate))))
        self.rate.setVisible(rate >= 1)
        self._show_step(look)
        self.fold.setVisible(bool(status.log) or self.fold.isChecked())
        self.setAccessibleName(f"{engine_text.title(self.which)}: {text}")

    def show_log(self, lines: Sequence[str]) -> None:
        """Show the last lines; the view stays where the person scrolled to, unless that is the end."""
        text = "\n".join(lines) or self.tr("It has not said anything yet.")
        if text == self.log.toPlainText():
            return
        bar = self.log.verticalScrollBar()
        at_end, place = bar.value() >= bar.maximum() - 4, bar.value()
        self.log.setPlainText(text)
        bar.setValue(bar.maximum() if at_end else place)

    def _show_detail(self, detail: str, job: EngineJob | None) -> None:
        ended = " ".join(engine_text.ended(job)).strip() if job is not None and not job.running else ""
        says = ended or ("" if job is not None and job.running else detail)
        self.detail.setText(says)
        self.detail.setVisible(bool(says))

    def _show_job(self, job: EngineJob | None, fraction: float | None) -> None:
        running = job is not None and job.running
        share = job.done / job.total if job is not None and running and job.total else fraction
        self.meter.setVisible(share is not None)
        self.meter.show_share(share or 0.0)
        self.job.setVisible(running)
        if job is not None and running:
            self.job.setText(engine_text.job(job))

    def _show_memory(self, memory: Memory) -> None:
        says = engine_text.memory(memory.used, memory.budget, memory.total, memory.free)
        self.bar.show_memory(memory)
        self.bar.setVisible(memory.total > 0)
        self.bar.setAccessibleName(says)
        self.memory.setText(says)
        self.memory.setVisible(bool(says))

    def _show_step(self, look: ServerActions) -> None:
        self._step = look.step
        name = "main" if look.step in MAIN else ""
        if self.button.objectName() != name:
            self.button.setObjectName(name)
            self.button.style().unpolish(self.button)
            self.button.style().polish(self.button)
        self.button.setText(engine_text.step(look.step, look.status))
        self.button.setVisible(bool(look.step))

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
    def _asked(self) -> None:
        self.action_requested.emit(self.which, self._step)

    @Slot(bool)
    def _fold(self, shown: bool) -> None:  # noqa: FBT001  Qt's signal
        self.log.setVisible(shown)
        self.fold.set_symbol("chevron-up" if shown else "chevron-down")
        self.fold.setText(self.tr("Hide its log") if shown else self.tr("Show its log"))
        if shown:
            self.log_requested.emit(self.which)


def _log_view(says: str) -> QPlainTextEdit:
    view = QPlainTextEdit()
    view.setObjectName("field")
    view.setReadOnly(True)
    view.setTabChangesFocus(True)
    view.setFixedHeight(LOG_HEIGHT)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    view.setFont(scaled(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont), 0.9))
    view.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a log is no prose
    view.setAccessibleName(says)
    return view
