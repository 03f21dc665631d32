"""The progress of a long task: the current step, a bar, and a count if known."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.messages import tr
from gui.widgets.basic import ELIDE_END, label
from gui.widgets.desktop_hints import reduced_motion
from gui.widgets.memory_bar import WideMeter
from gui.widgets.theme import colours

SHOW_MS = 100
SEGMENT = 0.25  # of the bar, which moves while the total is not known
STEPS = 24  # from one end to the other


class BusyMeter(WideMeter):
    """A bar that is filled by a share, or shows a moving segment if the share is not known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = 0

    def advance(self) -> None:
        """Move the segment one step; in the middle it stays where the desktop asks for no motion."""
        self._step = STEPS // 2 if reduced_motion() else self._step % STEPS + 1
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
        length = self.width() * SEGMENT
        step = STEPS - self._step if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self._step
        start = (self.width() + length) * step / STEPS - length
        painter.fillRect(QRectF(start, 0, length, self.height()), colours().accent)


class WorkProgress(QWidget):
    """Shows the last `report` ten times a second while visible; `report` may be called on any thread."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reported = ("", 0, 0)
        self.text = label("", dim=True, elided=ELIDE_END)
        self.bar = BusyMeter()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.bar)
        column.addWidget(self.text)
        self.setMinimumWidth(320)
        self._timer = QTimer(self)
        self._timer.setInterval(SHOW_MS)
        self._timer.timeout.connect(self._show)

    def report(self, what: str, done: int, total: int) -> None:
        """Store the current step and its progress; `total` is 0 if unknown. Thread-safe."""
        self._reported = (what, done, total)

    def showEvent(self, event: QShowEvent) -> None:
        self._show()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self.report("", 0, 0)
        super().hideEvent(event)

    @Slot()
    def _show(self) -> None:
        what, done, total = self._reported
        if total:
            self.text.setText(tr("{task}: {done} of {total}", task=what, done=done, total=max(done, total)))
            self.bar.show_share(done / max(done, total))
        else:
            self.text.setText(tr("{task}…", task=what) if what else "")
            self.bar.advance()
