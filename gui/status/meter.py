"""One retriever in the status bar: its name, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from core.document import Retriever
from core.events import Progress
from core.messages import amounts, ntr, terms, tr
from gui.status import progress_text
from gui.text import messages
from gui.widgets.basic import Meter, Symbol, label
from gui.widgets.plain_text import tool_tip
from gui.widgets.theme import colours

SMALL_FONT = 0.92
METER_WIDTH, CHECK_WIDTH, SPACING, MARGIN = 48, 14, 6, 6


class RetrieverMeter(QAbstractButton):
    """One retriever: its name, and a bar with its share while indexing, or a check mark with its number of files.

    A click, or Enter or Space, asks for the details.
    """

    def __init__(self, retriever: Retriever, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.retriever = retriever
        self.setAccessibleDescription(tr("Shows the details of indexing"))
        self._shown = Progress()
        self._compact = False
        self._title = label(terms.retriever_title(retriever), factor=SMALL_FONT, dim=True)
        self._meter = Meter(METER_WIDTH)
        self._check = Symbol("check", CHECK_WIDTH, "good")
        self.numbers = label("", factor=SMALL_FONT)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 4, MARGIN, 4)
        row.setSpacing(SPACING)
        for part in (self._title, self._check, self._meter, self.numbers):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self._title)
        row.addWidget(self._check)
        row.addWidget(self._meter)
        row.addWidget(self.numbers)
        self.show_progress(Progress())

    def set_compact(self, *, compact: bool) -> None:
        """Show only a check mark or a percentage."""
        if compact != self._compact:
            self._compact = compact
            self.show_progress(self._shown)

    def show_progress(self, progress: Progress) -> None:
        """Show how far the retriever is."""
        self._shown = progress
        files = progress.retriever(self.retriever)
        done, total = progress_text.done_of(progress, self.retriever)
        is_complete = not files.waiting
        self._check.setVisible(is_complete and files.done > 0)
        self._meter.setVisible(not is_complete and not self._compact)
        self._meter.show_share(done / total if total else 0.0)
        self.numbers.setText(self._number(compact=self._compact))
        self.numbers.setVisible(bool(self.numbers.text()))
        title = terms.retriever_title(self.retriever)
        tip = ntr("{name}: {count} file searchable", "{name}: {count} files searchable", files.done, name=title)
        self.setToolTip(tool_tip(tip))
        self.setAccessibleName(tr("{name}: {counts}", name=title, counts=self._number(compact=False)))

    def width_needed(self, *, compact: bool) -> int:
        """The width in pixels at which nothing is clipped."""
        text = self._number(compact=compact)
        width = self._title.sizeHint().width() + self.numbers.fontMetrics().horizontalAdvance(text)
        width += 2 * (SPACING + MARGIN)
        if not self._shown.retriever(self.retriever).waiting:
            return width + CHECK_WIDTH
        return width if compact else width + METER_WIDTH

    def sizeHint(self) -> QSize:
        layout = self.layout()
        assert layout is not None
        return layout.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Mark the focus, and what the pointer is on; the rest are widgets."""
        if not (self.hasFocus() or self.underMouse()):
            return
        palette = colours()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.accent if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(palette.soft)
        painter.drawRoundedRect(self.rect().adjusted(0, 1, -1, -2), 4, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def _number(self, *, compact: bool) -> str:
        """The share while something waits; else the number of files, which a narrow window leaves out."""
        files = self._shown.retriever(self.retriever)
        if files.waiting:
            return amounts.share_done(*progress_text.done_of(self._shown, self.retriever))
        return "" if compact else messages.number(files.done)
