"""Bars of the engine panel: the progress of a job, and a graphics card's memory."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.widgets.basic import Meter
from gui.widgets.palettes import mix
from gui.widgets.theme import colours

QWIDGETSIZE_MAX = 16_777_215  # Qt's constant, which PySide does not export


class WideMeter(Meter):
    """A thin progress bar that fills the width."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, parent)
        self.setMinimumWidth(40)
        self.setMaximumWidth(QWIDGETSIZE_MAX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


@dataclass(frozen=True, slots=True)
class Memory:
    """A card's memory in bytes: `used` by this engine of its `budget`, `free` of the card's `total`."""

    used: int = 0
    budget: int = 0
    total: int = 0
    free: int = 0


class MemoryBar(QWidget):
    """A graphics card's memory as a bar: used by others, used by this engine, and a mark at its budget."""

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
        palette, whole = colours(), QRectF(0, 3, self.width(), 8)
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
        painter.fillRect(whole, palette.soft)
        width = whole.width()
        painter.fillRect(QRectF(0, 3, width * budget, 8), mix(palette.soft, palette.accent, 0.25))
        painter.fillRect(QRectF(0, 3, width * used, 8), palette.accent)
        painter.fillRect(QRectF(width * (1 - others), 3, width * others, 8), palette.edge)
        painter.setClipping(False)
        if budget:
            at = min(width * budget, width - 2)
            painter.fillRect(QRectF(at, 0, 2, 14), palette.text)
