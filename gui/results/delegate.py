"""Paints one hit: icon, title, highlighted snippet, place, date, retrievers and strength."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF, QTextCharFormat
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.document import RETRIEVERS, Band, Hit
from core.messages import terms
from gui.results import snippet_layout
from gui.results.model import HitRoles, Index
from gui.text import messages
from gui.widgets.assets import picture
from gui.widgets.theme import Colours, colours, mix, scaled

ICON = 32
MARGIN = 8
PADDING = 12
GAP = 12
SMALL_FONT = 0.88
BAR_WIDTH, BAR_HEIGHT = 40, 4
CHIP_PADDING = 6
MIN_PLACE_WIDTH = 120  # pixels for the page and the folder; badges that leave less are not painted
VERSION_INDENT = 28
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
    return Fonts(scaled(base, 1.06, QFont.Weight.DemiBold), base, scaled(base, SMALL_FONT))


@lru_cache(maxsize=4)
def row_height(key: str) -> int:
    """The height of every row for a view's font."""
    row_fonts = fonts(key)
    snippet = snippet_layout.LINES * snippet_layout.line_height(row_fonts.body)
    lines = snippet_layout.line_height(row_fonts.title) + snippet + snippet_layout.line_height(row_fonts.small)
    return 2 * PADDING + lines + 12


class ResultDelegate(QStyledItemDelegate):
    """Paints rows of equal height, so that nothing jumps when results are reordered."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, row_height(option.font.toString()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit: Hit | None = index.data(HitRoles.HIT)
        if hit is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text_colours = _paint_background(painter, option)
        area = _content_rect(option, index)
        row = _RowPainter(painter, fonts(option.font.toString()), text_colours, area, option.direction)
        row.paint(hit, index)
        painter.restore()

    def versions_rect(self, option: QStyleOptionViewItem, index: Index) -> QRect:
        """The area that shows or hides a row's versions when clicked; empty if the row has none."""
        text = terms.versions_short(index.data(HitRoles.VERSIONS) or 0)
        if not text:
            return QRect()
        row_fonts, rect = fonts(option.font.toString()), _content_rect(option, index)
        width = ARROW + QFontMetrics(row_fonts.small).horizontalAdvance(text) + 2
        foot = snippet_layout.line_height(row_fonts.small)
        left = rect.left() + ICON + GAP
        if option.direction == Qt.LayoutDirection.RightToLeft:
            left = rect.right() + 1 - ICON - GAP - width
        return QRect(left, rect.bottom() - 1 - foot, width, foot)


def _content_rect(option: QStyleOptionViewItem, index: Index) -> QRect:
    """The area of a row's icon and texts; a version's is indented."""
    indent = VERSION_INDENT if index.data(HitRoles.IS_VERSION) else 0
    from_right = option.direction == Qt.LayoutDirection.RightToLeft
    left, right = (0, indent) if from_right else (indent, 0)
    return option.rect.adjusted(MARGIN + PADDING + left, PADDING, -MARGIN - PADDING - right, -PADDING)


def _paint_background(painter: QPainter, option: QStyleOptionViewItem) -> Colours:
    """Paint the row's background and return the colours for text on it."""
    used = colours()
    rect = QRectF(option.rect).adjusted(MARGIN, 1, -MARGIN, -1)
    painter.setPen(Qt.PenStyle.NoPen)
    if option.state & QStyle.StateFlag.State_Selected:
        painter.setBrush(used.selected)
        painter.drawRoundedRect(rect, 8, 8)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(used.accent, 2))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 7, 7)
        if used.selected_text != used.text:
            return replace(used, text=used.selected_text, dim=used.selected_text, accent=used.selected_text)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.setBrush(used.hover)
        painter.drawRoundedRect(rect, 8, 8)
    return used


class _RowPainter:
    """Paints one row; x coordinates count from the leading edge, which is the right one in right-to-left layouts."""

    def __init__(
        self, painter: QPainter, row_fonts: Fonts, text_colours: Colours, rect: QRect, direction: Qt.LayoutDirection
    ) -> None:
        self.painter, self.fonts, self.colours = painter, row_fonts, text_colours
        self.rect, self.is_mirrored = rect, direction == Qt.LayoutDirection.RightToLeft

    def paint(self, hit: Hit, index: Index) -> None:
        left, width = ICON + GAP, self.rect.width() - ICON - GAP
        density = self.painter.device().devicePixelRatio()
        self.painter.drawPixmap(self._mirrored(0, 2, ICON, ICON).topLeft(), picture(hit.kind, ICON, density))
        top = self._paint_header(index, left, width)
        if hit.snippet:
            self._paint_snippet(hit, left, top, width)
        else:
            line = self._mirrored(left, top, width, snippet_layout.line_height(self.fonts.body))
            self._draw_text(messages.without_passage(hit), self.fonts.body, self.colours.dim, line)
        top += snippet_layout.LINES * snippet_layout.line_height(self.fonts.body) + 6
        self._paint_footer(hit, index, left, top, width)

    def _paint_header(self, index: Index, left: int, width: int) -> int:
        height = snippet_layout.line_height(self.fonts.title)
        date = cast(str, index.data(HitRoles.DATE))
        taken = self._text_width(date, self.fonts.small)
        self._draw_text(
            date, self.fonts.small, self.colours.dim, self._mirrored(left + width - taken, 0, taken, height)
        )
        title = cast(str, index.data(HitRoles.TITLE))
        self._draw_text(
            title, self.fonts.title, self.colours.text, self._mirrored(left, 0, width - taken - GAP, height)
        )
        return height + 4

    def _paint_snippet(self, hit: Hit, left: int, top: int, width: int) -> None:
        marked = QTextCharFormat()
        marked.setBackground(QBrush(self.colours.mark))
        marked.setForeground(QBrush(self.colours.mark_text))
        layout = snippet_layout.lay_out(hit.snippet, hit.marks, self.fonts.body, width, marked)
        self.painter.setPen(self.colours.text)
        origin = QPointF(self._mirrored(left, top, width, 1).topLeft())
        for number in range(min(layout.lineCount(), snippet_layout.LINES)):
            layout.lineAt(number).draw(self.painter, origin)

    def _paint_footer(self, hit: Hit, index: Index, left: int, top: int, width: int) -> None:
        height = snippet_layout.line_height(self.fonts.small)
        right = left + width - BAR_WIDTH
        bar = self._mirrored(right, top + (height - BAR_HEIGHT) // 2, BAR_WIDTH, BAR_HEIGHT)
        self._paint_bar(float(index.data(HitRoles.STRENGTH)), bar, hit.band)
        right = self._paint_strength(hit.band, right - GAP, top, height)
        badges = [terms.retriever(name) for name in reversed(RETRIEVERS) if name in hit.lanes]
        width_of_badges = sum(self._text_width(badge, self.fonts.small) + 2 * CHIP_PADDING + 4 for badge in badges)
        if right - width_of_badges - GAP - left >= MIN_PLACE_WIDTH:
            for badge in badges:
                right = self._paint_chip(badge, right, top, height)
        self._paint_location(index, left, top, right - GAP - left, height)

    def _paint_location(self, index: Index, left: int, top: int, width: int, height: int) -> None:
        """Paint the number of versions, the page or slide, and the folder."""
        end = left + width
        left += self._paint_versions(index, left, top, width, height)
        place = cast(str, index.data(HitRoles.PLACE))
        if place:
            taken = min(self._text_width(place, self.fonts.small), width // 2)
            self._draw_text(place, self.fonts.small, self.colours.text, self._mirrored(left, top, taken, height))
            left += taken + 6
            self._draw_text("·", self.fonts.small, self.colours.dim, self._mirrored(left, top, 6, height))
            left += 12
        path = f"\u2066{index.data(HitRoles.WHERE)}\u2069"  # isolated: a path reads from its root in any window
        area = self._mirrored(left, top, max(0, end - left), height)
        self._draw_text(path, self.fonts.small, self.colours.dim, area, Qt.TextElideMode.ElideMiddle)

    def _paint_versions(self, index: Index, left: int, top: int, width: int, height: int) -> int:
        """Paint an arrow and the number of versions; returns the width taken."""
        text = terms.versions_short(index.data(HitRoles.VERSIONS) or 0)
        taken = ARROW + self._text_width(text, self.fonts.small)
        if not text or taken > width:
            return 0
        x, y = self._mirrored(left, top, ARROW - 4, height).center().toTuple()
        ahead = -4 if self.is_mirrored else 4
        points = (
            ((-4, -2), (4, -2), (0, 3))
            if index.data(HitRoles.EXPANDED)
            else ((-ahead / 2, -4), (-ahead / 2, 4), (ahead, 0))
        )
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.colours.accent)
        self.painter.drawPolygon(QPolygonF([QPointF(x + right, y + down) for right, down in points]))
        area = self._mirrored(left + ARROW, top, taken - ARROW, height)
        self._draw_text(text, self.fonts.small, self.colours.accent, area)
        return taken + GAP

    def _paint_chip(self, text: str, right: int, top: int, height: int) -> int:
        """Paint a retriever's badge that ends at `right`; returns where the next one may end."""
        width = self._text_width(text, self.fonts.small) + 2 * CHIP_PADDING
        place = self._mirrored(right - width, top, width, height)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(mix(self.colours.selected, self.colours.dim, 0.35), 1))
        self.painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), height / 2 - 0.5, height / 2 - 0.5)
        self._draw_text(text, self.fonts.small, self.colours.dim, place.adjusted(CHIP_PADDING, 0, -CHIP_PADDING, 0))
        return right - width - 4

    def _paint_strength(self, band: Band, right: int, top: int, height: int) -> int:
        """Paint how likely the hit is an answer, beside its bar; returns where the badges may end."""
        text = terms.strength_short(band)
        width = self._text_width(text, self.fonts.small)
        self._draw_text(text, self.fonts.small, self.colours.dim, self._mirrored(right - width, top, width, height))
        return right - width - GAP if text else right

    def _paint_bar(self, share: float, place: QRect, band: Band) -> None:
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.colours.line)
        self.painter.drawRoundedRect(QRectF(place), 2, 2)
        filled = QRectF(place)
        filled.setWidth(max(4.0, place.width() * share))
        if self.is_mirrored:
            filled.moveRight(QRectF(place).right())
        self.painter.setBrush(self.colours.dim if band == "none" else self.colours.accent)
        self.painter.drawRoundedRect(filled, 2, 2)

    def _mirrored(self, left: int, top: int, width: int, height: int) -> QRect:
        """A rectangle `left` from the row's leading edge and `top` from its upper edge."""
        start = self.rect.right() + 1 - left - width if self.is_mirrored else self.rect.left() + left
        return QRect(start, self.rect.top() + top, width, height)

    def _text_width(self, text: str, font: QFont) -> int:
        return QFontMetrics(font).horizontalAdvance(text) + 1 if text else 0

    def _draw_text(
        self,
        text: str,
        font: QFont,
        colour: QColor,
        place: QRect,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        side = Qt.AlignmentFlag.AlignRight if self.is_mirrored else Qt.AlignmentFlag.AlignLeft
        self.painter.setFont(font)
        self.painter.setPen(colour)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        shown = QFontMetrics(font).elidedText(text.replace("\n", " "), mode, place.width())
        self.painter.drawText(place, int(flags.value) | int(Qt.TextFlag.TextSingleLine.value), shown)
