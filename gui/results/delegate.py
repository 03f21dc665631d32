"""Paints one hit: icon, title, marked snippet, place, date, lanes and strength."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF, QTextCharFormat
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.document import RETRIEVERS, Band, Hit
from gui.results import snippet_layout
from gui.results.model import HitRoles, Index
from gui.text import messages
from gui.widgets.assets import picture
from gui.widgets.theme import Colours, colours, mix, scaled

ICON = 32
EDGE = 8
PAD = 12
GAP = 12
SMALL = 0.88
BAR_WIDTH, BAR_HEIGHT = 40, 4
CHIP_PAD = 6
LEAST_PLACE = 120  # pixels for the page and the folder; badges that leave less are left away
INSET = 28  # of a version below its first
ARROW = 14


@dataclass(frozen=True, slots=True)
class Fonts:
    """The three fonts of a row."""

    title: QFont
    body: QFont
    small: QFont


@lru_cache(maxsize=4)
def fonts(key: str) -> Fonts:
    """The row's fonts for a view's font, named by its `toString()`."""
    base = QFont()
    base.fromString(key)
    return Fonts(scaled(base, 1.06, QFont.Weight.DemiBold), base, scaled(base, SMALL))


@lru_cache(maxsize=4)
def row_height(key: str) -> int:
    """The height of every row for a view's font."""
    these = fonts(key)
    lines = snippet_layout.line_height(these.title) + snippet_layout.LINES * snippet_layout.line_height(these.body)
    return 2 * PAD + lines + snippet_layout.line_height(these.small) + 12


class ResultDelegate(QStyledItemDelegate):
    """Every row is of one height, so that nothing jumps when a better answer comes."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, row_height(option.font.toString()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit: Hit | None = index.data(HitRoles.HIT)
        if hit is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = _ground(painter, option)
        row = _RowPainter(painter, fonts(option.font.toString()), ink, _inside(option, index), option.direction)
        row.paint(hit, index)
        painter.restore()

    def versions_at(self, option: QStyleOptionViewItem, index: Index) -> QRect:
        """Where a click unfolds a row's versions, or folds them; nowhere if it has none."""
        says = messages.versions_short(index.data(HitRoles.VERSIONS) or 0)
        if not says:
            return QRect()
        these, rect = fonts(option.font.toString()), _inside(option, index)
        width = ARROW + QFontMetrics(these.small).horizontalAdvance(says) + 2
        foot = snippet_layout.line_height(these.small)
        left = rect.left() + ICON + GAP
        if option.direction == Qt.LayoutDirection.RightToLeft:
            left = rect.right() + 1 - ICON - GAP - width
        return QRect(left, rect.bottom() - 1 - foot, width, foot)


def _inside(option: QStyleOptionViewItem, index: Index) -> QRect:
    """The room for a row's texts; a version's is set in."""
    inset = INSET if index.data(HitRoles.IS_VERSION) else 0
    from_right = option.direction == Qt.LayoutDirection.RightToLeft
    left, right = (0, inset) if from_right else (inset, 0)
    return option.rect.adjusted(EDGE + PAD + left, PAD, -EDGE - PAD - right, -PAD)


def _ground(painter: QPainter, option: QStyleOptionViewItem) -> Colours:
    """Paint the row's ground; the colours that can be read on it."""
    ink = colours()
    rect = QRectF(option.rect).adjusted(EDGE, 1, -EDGE, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(ink.selected)
        painter.drawRoundedRect(rect, 8, 8)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink.accent, 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
        if ink.selected_text != ink.text:
            return replace(ink, text=ink.selected_text, dim=ink.selected_text, accent=ink.selected_text)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(ink.hover)
        painter.drawRoundedRect(rect, 8, 8)
    return ink


class _RowPainter:
    """The painting of one row; places count from the leading edge, which is the right one where people read so."""

    def __init__(self, painter: QPainter, kept: Fonts, ink: Colours, rect: QRect, way: Qt.LayoutDirection) -> None:
        self.painter, self.fonts, self.ink, self.rect, self.way = painter, kept, ink, rect, way

    def paint(self, hit: Hit, index: Index) -> None:
        left, width = ICON + GAP, self.rect.width() - ICON - GAP
        density = self.painter.device().devicePixelRatio()
        self.painter.drawPixmap(self._at(0, 2, ICON, ICON).topLeft(), picture(hit.kind, ICON, density))
        top = self._head(index, left, width)
        if hit.snippet:
            self._snippet(hit, left, top, width)
        else:
            line = self._at(left, top, width, snippet_layout.line_height(self.fonts.body))
            self._write(messages.without_passage(hit), self.fonts.body, self.ink.dim, line)
        top += snippet_layout.LINES * snippet_layout.line_height(self.fonts.body) + 6
        self._foot(hit, index, left, top, width)

    def _head(self, index: Index, left: int, width: int) -> int:
        height = snippet_layout.line_height(self.fonts.title)
        date = cast(str, index.data(HitRoles.DATE))
        taken = self._text_width(date, self.fonts.small)
        self._write(date, self.fonts.small, self.ink.dim, self._at(left + width - taken, 0, taken, height))
        title = cast(str, index.data(HitRoles.TITLE))
        self._write(title, self.fonts.title, self.ink.text, self._at(left, 0, width - taken - GAP, height))
        return height + 4

    def _snippet(self, hit: Hit, left: int, top: int, width: int) -> None:
        marked = QTextCharFormat()
        marked.setBackground(QBrush(self.ink.mark))
        marked.setForeground(QBrush(self.ink.mark_text))
        layout = snippet_layout.laid_out(hit.snippet, hit.marks, self.fonts.body, width, marked)
        self.painter.setPen(self.ink.text)
        origin = QPointF(self._at(left, top, width, 1).topLeft())
        for number in range(min(layout.lineCount(), snippet_layout.LINES)):
            layout.lineAt(number).draw(self.painter, origin)

    def _foot(self, hit: Hit, index: Index, left: int, top: int, width: int) -> None:
        height = snippet_layout.line_height(self.fonts.small)
        right = left + width - BAR_WIDTH
        bar = self._at(right, top + (height - BAR_HEIGHT) // 2, BAR_WIDTH, BAR_HEIGHT)
        self._bar(float(index.data(HitRoles.STRENGTH)), bar, hit.band)
        right = self._strength(hit.band, right - GAP, top, height)
        lanes = [messages.retriever(retriever) for retriever in reversed(RETRIEVERS) if retriever in hit.lanes]
        badges = sum(self._text_width(retriever, self.fonts.small) + 2 * CHIP_PAD + 4 for retriever in lanes)
        if right - badges - GAP - left >= LEAST_PLACE:
            for retriever in lanes:
                right = self._chip(retriever, right, top, height)
        self._place_line(index, left, top, right - GAP - left, height)

    def _place_line(self, index: Index, left: int, top: int, width: int, height: int) -> None:
        """Write how many versions there are, the page or slide, and the folder."""
        end = left + width
        left += self._versions(index, left, top, width, height)
        spot = cast(str, index.data(HitRoles.PLACE))
        if spot:
            taken = min(self._text_width(spot, self.fonts.small), width // 2)
            self._write(spot, self.fonts.small, self.ink.text, self._at(left, top, taken, height))
            left += taken + 6
            self._write("·", self.fonts.small, self.ink.dim, self._at(left, top, 6, height))
            left += 12
        where = f"\u2066{index.data(HitRoles.WHERE)}\u2069"  # isolated: a path reads from its root in any window
        room = self._at(left, top, max(0, end - left), height)
        self._write(where, self.fonts.small, self.ink.dim, room, Qt.TextElideMode.ElideMiddle)

    def _versions(self, index: Index, left: int, top: int, width: int, height: int) -> int:
        """Paint an arrow and how many versions a row stands for; how wide that is."""
        says = messages.versions_short(index.data(HitRoles.VERSIONS) or 0)
        taken = ARROW + self._text_width(says, self.fonts.small)
        if not says or taken > width:
            return 0
        x, y = self._at(left, top, ARROW - 4, height).center().toTuple()
        ahead = -4 if self.way == Qt.LayoutDirection.RightToLeft else 4
        points = (
            ((-4, -2), (4, -2), (0, 3))
            if index.data(HitRoles.UNFOLDED)
            else ((-ahead / 2, -4), (-ahead / 2, 4), (ahead, 0))
        )
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.ink.accent)
        self.painter.drawPolygon(QPolygonF([QPointF(x + right, y + down) for right, down in points]))
        room = self._at(left + ARROW, top, taken - ARROW, height)
        self._write(says, self.fonts.small, self.ink.accent, room)
        return taken + GAP

    def _chip(self, text: str, right: int, top: int, height: int) -> int:
        """Paint a lane's badge that ends at `right`; where the next one may end."""
        width = self._text_width(text, self.fonts.small) + 2 * CHIP_PAD
        place = self._at(right - width, top, width, height)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(mix(self.ink.selected, self.ink.dim, 0.35), 1))
        self.painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), height / 2 - 0.5, height / 2 - 0.5)
        self._write(text, self.fonts.small, self.ink.dim, place.adjusted(CHIP_PAD, 0, -CHIP_PAD, 0))
        return right - width - 4

    def _strength(self, band: Band, right: int, top: int, height: int) -> int:
        """Write how likely the hit is an answer, beside its bar; where the badges may end."""
        text = messages.band_short(band)
        width = self._text_width(text, self.fonts.small)
        self._write(text, self.fonts.small, self.ink.dim, self._at(right - width, top, width, height))
        return right - width - GAP if text else right

    def _bar(self, share: float, place: QRect, band: Band) -> None:
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.ink.line)
        self.painter.drawRoundedRect(QRectF(place), 2, 2)
        filled = QRectF(place)
        filled.setWidth(max(4.0, place.width() * share))
        if self.way == Qt.LayoutDirection.RightToLeft:
            filled.moveRight(QRectF(place).right())
        self.painter.setBrush(self.ink.dim if band == "none" else self.ink.accent)
        self.painter.drawRoundedRect(filled, 2, 2)

    def _at(self, left: int, top: int, width: int, height: int) -> QRect:
        """A rectangle `left` from the row's leading edge and `top` from its upper one."""
        start = (
            self.rect.right() + 1 - left - width
            if self.way == Qt.LayoutDirection.RightToLeft
            else self.rect.left() + left
        )
        return QRect(start, self.rect.top() + top, width, height)

    def _text_width(self, text: str, font: QFont) -> int:
        return QFontMetrics(font).horizontalAdvance(text) + 1 if text else 0

    def _write(
        self,
        text: str,
        font: QFont,
        colour: QColor,
        place: QRect,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if self.way == Qt.LayoutDirection.RightToLeft else Qt.AlignmentFlag.AlignLeft
        self.painter.setFont(font)
        self.painter.setPen(colour)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        shown = QFontMetrics(font).elidedText(text.replace("\n", " "), mode, place.width())
        self.painter.drawText(place, int(flags.value) | int(Qt.TextFlag.TextSingleLine.value), shown)
