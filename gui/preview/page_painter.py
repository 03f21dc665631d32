"""Paints a page: its paper, its pictures, what is marked on it and what is selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.preview.page_layout import PageLayout
from gui.preview.page_marks import Box, PageBoxes
from gui.preview.page_pictures import KeptPicture, placed

# Pages are white paper in the light look and the dark one, and so is what lies on them.
PAPER, EDGE, INK = QColor("#ffffff"), QColor(0, 0, 0, 40), QColor("#65666f")
PASSAGE, WORD, SENTENCE, CURRENT = QColor("#e8effc"), QColor("#ffe48a"), QColor("#d3e4fd"), QColor("#ffb84d")
SELECTED, BAR, FRAME = QColor("#a9c8ff"), QColor("#2d68d8"), QColor("#b35c00")
BAR_WIDTH, BAR_GAP = 3.0, 8.0


def paint_page(
    painter: QPainter, layout: PageLayout, page: int, pictures: Sequence[KeptPicture], note: str, view: QRectF
) -> None:
    """Paint a page and its pictures; without any a note, within what is in view."""
    rect, zoom = layout.rect(page), layout.zoom
    painter.fillRect(rect, PAPER)
    for kept in pictures:
        where = placed(kept.part)
        target = QRectF(where.x() * zoom, where.y() * zoom, where.width() * zoom, where.height() * zoom)
        painter.drawImage(rect if kept.is_whole else target.translated(rect.topLeft()), kept.image)
    if note and not pictures:
        painter.setPen(INK)
        seen = rect.intersected(view).adjusted(16, 16, -16, -16)
        painter.drawText(seen, int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), note)
    painter.setPen(QPen(EDGE, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))


def paint_marks(painter: QPainter, layout: PageLayout, page: int, boxes: PageBoxes, selected: Sequence[Box]) -> None:
    """Paint what is marked on a page and what is selected, so that the print stays dark."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    for some, colour, grow in (
        (boxes.passage, PASSAGE, 1.0),
        (boxes.sentences, SENTENCE, 1.0),
        (boxes.words, WORD, 1.0),
        (boxes.current, CURRENT, 1.5),
        (selected, SELECTED, 0.0),
    ):
        for box in some:
            painter.fillRect(layout.from_page(page, box).adjusted(-grow, -grow / 2, grow, grow / 2), colour)
    painter.restore()
    if boxes.passage:
        _paint_bar(painter, layout, page, boxes.passage)
    painter.setPen(QPen(FRAME, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for box in boxes.current:
        painter.drawRect(layout.from_page(page, box).adjusted(-1.5, -0.5, 1.5, 0.5))


def _paint_bar(painter: QPainter, layout: PageLayout, page: int, boxes: Sequence[Box]) -> None:
    """A bar beside the passage, for those who cannot tell its colour from white."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    rect = layout.from_page(page, (left, top, left + 1, max(box[3] for box in boxes)))
    start = max(rect.left() - BAR_GAP, layout.rect(page).left() + 1)
    painter.fillRect(QRectF(start, rect.top(), BAR_WIDTH, rect.height()), BAR)
