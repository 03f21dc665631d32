"""The tray icon's pictures: Findling's own icon with a badge that tells the state.

Panels are light or dark, and programs are not told which. So the icon keeps its own colours, and each badge is a disc
with a gap around it, which reads on both.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

from gui.widgets.assets import picture

State = Literal["idle", "indexing", "paused", "attention"]

SIZES = (16, 22, 24, 32, 48, 64)
STEPS = 12  # in which the share of an indexing badge is shown
BADGE = 0.56  # of the icon's size
GAP = 0.07
FILL = {"indexing": "#e08600", "paused": "#5d6470", "attention": "#d92d20"}
WHITE = QColor("#ffffff")


def step_of(share: float | None) -> int:
    """The step (0 to STEPS) in which a share from 0 to 1 is shown, -1 for an unknown one."""
    return -1 if share is None else round(min(1.0, max(0.0, share)) * STEPS)


@lru_cache(maxsize=STEPS + 8)
def tray_icon(state: State, step: int = -1) -> QIcon:
    """The icon of a state; `step` is how far indexing is, see `step_of`."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(_pixmap(state, step, size))
    return icon


def _pixmap(state: State, step: int, size: int) -> QPixmap:
    pixmap = QPixmap(picture("findling", size))
    if state == "idle":
        return pixmap
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    side = BADGE * size
    place = QRectF(size - side, size - side, side, side)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    gap = GAP * size
    painter.setBrush(WHITE)
    painter.drawEllipse(place.adjusted(-gap, -gap, gap, gap))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setBrush(QColor(FILL[state]))
    painter.drawEllipse(place)
    _SIGNS[state](painter, place, step)
    painter.end()
    return pixmap


def _progress(painter: QPainter, place: QRectF, step: int) -> None:
    """A pie from the top, clockwise; three dots while nothing is known of the share."""
    painter.setBrush(WHITE)
    inset = place.width() * 0.16
    pie = place.adjusted(inset, inset, -inset, -inset)
    if step < 1:
        radius = place.width() * 0.1
        for shift in (-0.26, 0.0, 0.26):
            painter.drawEllipse(place.center() + QPointF(shift * place.width(), 0), radius, radius)
    elif step >= STEPS:
        painter.drawEllipse(pie)
    else:
        painter.drawPie(pie, 90 * 16, -round(360 * 16 * step / STEPS))


def _bars(painter: QPainter, place: QRectF, _step: int) -> None:
    width, height = place.width() * 0.15, place.height() * 0.46
    top = place.center().y() - height / 2
    painter.setBrush(WHITE)
    for shift in (-0.19, 0.04):
        painter.drawRect(QRectF(place.center().x() + shift * place.width(), top, width, height))


def _exclamation(painter: QPainter, place: QRectF, _step: int) -> None:
    pen = QPen(WHITE, place.width() * 0.16)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    x, y, height = place.center().x(), place.center().y(), place.height()
    painter.drawLine(QPointF(x, y - 0.26 * height), QPointF(x, y + 0.04 * height))
    painter.drawPoint(QPointF(x, y + 0.27 * height))


_SIGNS = {"indexing": _progress, "paused": _bars, "attention": _exclamation}
