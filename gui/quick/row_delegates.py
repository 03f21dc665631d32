"""Paints the rows of the quick search: those of the result list, and recent searches; each with its key."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.messages import tr
from gui.quick.recent_model import RecentRoles
from gui.results.delegate import ResultDelegate
from gui.results.model import Index
from gui.results.row_metrics import MARGIN
from gui.widgets.assets import picture, symbol
from gui.widgets.palettes import mix
from gui.widgets.plain_text import elided
from gui.widgets.theme import colours, scaled

ROWS = 8
KEY_FONT = 0.85
KEY_PADDING = 7
EDGE = 18  # pixels between the edges and the content
ICON = 20
SPACE = 12


class _KeyHint:
    """Paints the key that opens a row at its trailing edge."""

    @staticmethod
    def text(option: QStyleOptionViewItem, index: Index) -> str:
        if option.state & QStyle.StateFlag.State_Selected:
            return tr("Enter")
        return tr("Alt {number}", number=index.row() + 1) if index.row() < ROWS else ""

    @staticmethod
    def column_width(option: QStyleOptionViewItem) -> int:
        """The width of the widest chip, so that what stands beside the chips is aligned."""
        metrics = QFontMetrics(scaled(option.font, KEY_FONT))
        texts = (tr("Enter"), tr("Alt {number}", number=ROWS))
        return max(map(metrics.horizontalAdvance, texts)) + 2 * KEY_PADDING

    @classmethod
    def area(cls, option: QStyleOptionViewItem, index: Index) -> QRect:
        """The chip's area in the first line of a row; empty if the row has no key."""
        text = cls.text(option, index)
        if not text:
            return QRect()
        metrics = QFontMetrics(scaled(option.font, KEY_FONT))
        width, height = metrics.horizontalAdvance(text) + 2 * KEY_PADDING, metrics.height() + 2
        left = option.rect.right() + 1 - EDGE - width
        if option.direction == Qt.LayoutDirection.RightToLeft:
            left = option.rect.left() + EDGE
        return QRect(left, option.rect.top() + 6, width, height)

    @classmethod
    def paint(cls, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        text, area = cls.text(option, index), cls.area(option, index)
        if not text:
            return
        used = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setBrush(mix(used.selected if is_selected else used.base, used.text, 0.08))
        painter.drawRoundedRect(QRectF(area), 5, 5)
        painter.setPen(used.dim)
        painter.setFont(scaled(option.font, KEY_FONT))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class QuickDelegate(ResultDelegate):
    """Paints a hit as the result list does, beside the key that opens it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, colours().selected)
        row = QStyleOptionViewItem(option)
        taken = _KeyHint.column_width(option) + SPACE - MARGIN
        from_right = option.direction == Qt.LayoutDirection.RightToLeft
        row.rect = option.rect.adjusted(taken if from_right else 0, 0, 0 if from_right else -taken, 0)
        row.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, row, index)
        _KeyHint.paint(painter, option, index)


class RecentDelegate(QStyledItemDelegate):
    """Paints a recent document with its folder, or a recent search."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, QFontMetrics(option.font).height() + 22)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        used = colours()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, used.selected)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, used.hover)
        from_right = option.direction == Qt.LayoutDirection.RightToLeft
        area = option.rect.adjusted(EDGE, 0, -EDGE, 0)
        kind, density = index.data(RecentRoles.KIND), painter.device().devicePixelRatio()
        icon = picture(kind, ICON, density) if kind else symbol("history", used.dim, ICON, density)
        top = area.center().y() - ICON // 2 + 1
        painter.drawPixmap(area.right() + 1 - ICON if from_right else area.left(), top, icon)
        key = _KeyHint.column_width(option) + SPACE
        lead, trail = ICON + SPACE, key
        area = area.adjusted(trail if from_right else lead, 0, -lead if from_right else -trail, 0)
        self._paint_texts(painter, option, index, area)
        centred = QStyleOptionViewItem(option)
        hint = _KeyHint.area(option, index)
        centred.rect = option.rect.translated(0, (option.rect.height() - hint.height()) // 2 - 6)
        _KeyHint.paint(painter, centred, index)

    @staticmethod
    def _paint_texts(painter: QPainter, option: QStyleOptionViewItem, index: Index, area: QRect) -> None:
        """Paint the name or search, and beside it the folder in the room that is left."""
        used, metrics = colours(), QFontMetrics(option.font)
        from_right = option.direction == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
        flags = int((side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute).value)
        flags |= int(Qt.TextFlag.TextSingleLine.value)
        text, folder = str(index.data()), str(index.data(RecentRoles.FOLDER) or "")
        shown = elided(text, metrics, area.width(), Qt.TextElideMode.ElideMiddle)
        painter.setFont(option.font)
        painter.setPen(used.selected_text if option.state & QStyle.StateFlag.State_Selected else used.text)
        painter.drawText(area, flags, shown)
        taken = metrics.horizontalAdvance(shown) + SPACE
        room = area.adjusted(0 if from_right else taken, 0, -taken if from_right else 0, 0)
        if folder and room.width() > 4 * metrics.averageCharWidth():
            small = QFontMetrics(scaled(option.font, 0.9))
            painter.setFont(scaled(option.font, 0.9))
            painter.setPen(option.palette.color(QPalette.ColorRole.PlaceholderText))
            isolated = f"\u2066{small.elidedText(folder, Qt.TextElideMode.ElideMiddle, room.width() - 4)}\u2069"
            painter.drawText(room, flags, isolated)
