"""Paints the rows of the result list: hits, the headings of sections, and the rows that show more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.document import Hit
from core.messages import tr
from gui.results.model import HitRoles, Index
from gui.results.row_metrics import GAP, MARGIN, VERSION_INDENT, Density, RowMetrics, row_metrics
from gui.results.row_painter import SEPARATOR, RowPainter
from gui.widgets.theme import Colours, colours, scaled

SIDE = 12  # pixels between a row's background and what is in it


class ResultDelegate(QStyledItemDelegate):
    """Paints rows in one of two densities; all rows with a hit have the same height, so that nothing jumps."""

    def __init__(self, parent: QObject | None = None, density: Density = "comfortable") -> None:
        super().__init__(parent)
        self.density = density
        self.pixmap_of: Callable[[Hit], QPixmap | None] | None = None  # a picture in the place of the icon

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = self._metrics(option)
        match index.data(HitRoles.ROW_KIND):
            case "heading":
                return QSize(160, metrics.heading_height)
            case "more":
                return QSize(160, metrics.more_height)
        return QSize(160, metrics.row_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hit: Hit | None = index.data(HitRoles.HIT)
        if index.data(HitRoles.ROW_KIND) == "heading":
            self._paint_heading(painter, option, index)
        else:
            text_colours = _paint_background(painter, option)
            row = self._row_painter(painter, option, index, text_colours)
            if hit is not None:
                thumbnail = None if self.pixmap_of is None else self.pixmap_of(hit)
                row.paint(hit, is_expanded=bool(index.data(HitRoles.EXPANDED)), thumbnail=thumbnail)
            else:
                self._paint_more(row, index)
        painter.restore()

    def versions_rect(self, option: QStyleOptionViewItem, index: Index) -> QRect:
        """The area that shows or hides a row's versions when clicked; empty if the row has none."""
        hit: Hit | None = index.data(HitRoles.HIT)
        return QRect() if hit is None else self._row_painter(QPainter(), option, index, colours()).versions_rect(hit)

    def _metrics(self, option: QStyleOptionViewItem) -> RowMetrics:
        return row_metrics(QFont(option.font), self.density)  # the option's own one goes with it

    def _row_painter(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index, text_colours: Colours
    ) -> RowPainter:
        """A painter of the area of a row's icon and texts; a version's is indented."""
        metrics = self._metrics(option)
        indent = VERSION_INDENT if index.data(HitRoles.ROW_KIND) in {"version", "passage"} else 0
        from_right = option.direction == Qt.LayoutDirection.RightToLeft
        left, right = (0, indent) if from_right else (indent, 0)
        side = MARGIN + SIDE
        rect = option.rect.adjusted(side + left, metrics.padding, -side - right, -metrics.padding)
        return RowPainter(painter, metrics, text_colours, rect, option.direction)

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        used, metrics = colours(), self._metrics(option)
        rect = option.rect.adjusted(MARGIN + SIDE, 0, -MARGIN - SIDE, 0)
        row = RowPainter(painter, metrics, used, rect, option.direction)
        if index.row():
            painter.setPen(QPen(used.line, 1))
            painter.drawLine(rect.topLeft(), rect.topRight())
        bold = scaled(metrics.small, 1.0, QFont.Weight.DemiBold)
        title, note = str(index.data()), str(index.data(HitRoles.NOTE) or "")
        legend = "" if index.row() else tr("strength")
        legend_width = QFontMetrics(metrics.small).horizontalAdvance(legend) + 1 if legend else 0
        room = rect.width() - legend_width - (GAP if legend else 0)
        taken = min(QFontMetrics(bold).horizontalAdvance(title) + 1, room)
        row.draw_text(title, bold, used.dim, row.mirrored(0, 0, taken, rect.height()))
        note_area = row.mirrored(taken, 0, max(0, room - taken), rect.height())
        row.draw_text(f"{SEPARATOR}\u2068{note}\u2069" if note else "", metrics.small, used.dim, note_area)
        legend_area = row.mirrored(rect.width() - legend_width, 0, legend_width, rect.height())
        row.draw_text(legend, metrics.small, used.dim, legend_area)

    @staticmethod
    def _paint_more(row: RowPainter, index: Index) -> None:
        left, height = row.metrics.icon + GAP, row.rect.height()
        area = row.mirrored(left, 0, row.rect.width() - left, height)
        row.draw_text(str(index.data()), row.metrics.body, row.colours.accent, area)


def _paint_background(painter: QPainter, option: QStyleOptionViewItem) -> Colours:
    """Paint the row's background and return the colours for text on it."""
    used = colours()
    rect = QRectF(option.rect).adjusted(MARGIN, 1, -MARGIN, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if is_selected or option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(used.selected if is_selected else used.hover)
        painter.drawRoundedRect(rect, 8, 8)
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(used.text if is_selected and used.selected == used.accent else used.accent, 2))
        painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
    if is_selected and used.selected_text != used.text:
        return replace(used, text=used.selected_text, dim=used.selected_text, accent=used.selected_text)
    return used
