"""Bars of the engine's panel: how far a job is, and a card's memory."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.basic import Meter
from gui.widgets.theme import colours, mix

WIDEST = 16_777_215


class WideMeter(Meter):
    """A slim bar as wide as there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
        self.setMinimumWidth(40)
        self.setMaximumWidth(WIDEST)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


@dataclass(frozen=True, slots=True)
class Memory:
    """A card's memory in bytes: `used` by this engine of its `budget`, `free` of the card's `total`."""

    used: int = 0
    budget: int = 0
    total: int = 0
    free: int = 0


class MemoryBar(QWidget):
    """The whole card as a bar: what others use, what this engine uses, and a mark where its budget ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._memory = Memory()
        self.setFixedHeight(14)
        self.setMinimumWidth(80)

    def show_memory(self, memory: Memory) -> None:
        if memory != self._memory:
            self._memory = memory
            self.update()

    def parts(self) -> tuple[float, float, float]:
        """(used by this engine, end of its budget, used by others), each as a share of the card."""
        total = self._memory.total
        if not total:
            return 0.0, 0.0, 0.0
        used = min(self._memory.used / total, 1.0)
        others = max(0.0, min((total - self._memory.free) / total - used, 1.0 - used))
        return used, min(self._memory.budget / total, 1.0), others

    def paintEvent(self, _event: QPaintEvent) -> None:
        these, whole = colours(), QRectF(0, 3, self.width(), 8)
        used, budget, others = self.parts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            painter.translate(self.width(), 0)
            painter.scale(-1, 1)
        shape = QPainterPath()
        shape.addRoundedRect(whole, 4, 4)
        painter.setClipPath(shape)
        painter.fillRect(whole, these.soft)
        width = whole.width()
        painter.fillRect(QRectF(0, 3, width * budget, 8), mix(these.soft, these.accent, 0.25))
        painter.fillRect(QRectF(0, 3, width * used, 8), these.accent)
        painter.fillRect(QRectF(width * (1 - others), 3, width * others, 8), these.edge)
        painter.setClipping(False)
        if budget:
            at = min(width * budget, width - 2)
            painter.fillRect(QRectF(at, 0, 2, 14), these.text)
