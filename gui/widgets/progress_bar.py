"""How far something is that takes its time: what is being done, a bar, and a count where there is one."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.text import messages
from gui.widgets.basic import CUT_END, label
from gui.widgets.memory_bar import WideMeter
from gui.widgets.theme import colours

SHOW_MS = 100
PIECE = 0.25  # of the bar, which wanders while nobody knows how much is left
ROUND = 24  # steps from one end to the other


class Wanderer(WideMeter):
    """A bar that is filled as far as is known; where nothing is known, a piece of it wanders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = 0

    def wander(self) -> None:
        """Show that something happens, one step further each time."""
        self._step = self._step % ROUND + 1
        self.update()

    def show_share(self, share: float) -> None:
        self._step = 0
        super().show_share(share)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._step:
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), colours().line)
        length = self.width() * PIECE
        start = (self.width() + length) * self._step / ROUND - length
        painter.fillRect(QRectF(start, 0, length, self.height()), colours().accent)


class WorkProgress(QWidget):
    """`tell` is called on any thread; what it said last is shown ten times a second while this can be seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = ("", 0, 0)
        self.says = label("", dim=True, elided=CUT_END)
        self.bar = Wanderer()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.bar)
        column.addWidget(self.says)
        self.setMinimumWidth(320)
        self._timer = QTimer(self)
        self._timer.setInterval(SHOW_MS)
        self._timer.timeout.connect(self._show)

    def tell(self, what: str, done: int, total: int) -> None:
        """What is being done, how much of it is, and of how much; 0 where nobody knows."""
        self._said = (what, done, total)

    def showEvent(self, event: QShowEvent) -> None:
        self._show()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self.tell("", 0, 0)
        super().hideEvent(event)

    @Slot()
    def _show(self) -> None:
        what, done, total = self._said
        if total:
            of = self.tr("{what}: {done} of {total}")
            counted = {"done": messages.number(done), "total": messages.number(max(done, total))}
            self.says.setText(of.format(what=messages.tr(what), **counted))
            self.bar.show_share(done / max(done, total))
        else:
            self.says.setText(self.tr("{}…").format(messages.tr(what)) if what else "")
            self.bar.wander()
