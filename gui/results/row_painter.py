"""Paints the parts of a row with a hit: icon, title, strength, snippet, place, folder, size and date."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap, QPolygonF, QTextLayout

from core.document import Hit
from core.messages import amounts
from gui.results import hit_text, snippet_layout
from gui.results.row_metrics import GAP, RowMetrics, cut_text, line_height, text_width
from gui.results.text_offsets import Span
from gui.text import messages
from gui.widgets.assets import picture
from gui.widgets.palettes import mix
from gui.widgets.theme import Colours, colours

DOT, DOT_GAP, DOT_COUNT = 7, 4, 3
STRENGTH_WIDTH = DOT_COUNT * DOT + (DOT_COUNT - 1) * DOT_GAP
ARROW = 12
MIN_PATH_WIDTH = 130  # pixels that size and date leave to the folder
MIN_TITLE_SHARE = 0.65  # of a compact row's first line, beside the folder
MIN_SHOWN_PATH = 60  # pixels; less of a folder says nothing
NARROW = 330  # pixels of a row, in which only the number of versions fits
SEPARATOR = " · "
KEPT_LAYOUTS = 128  # of the rows that are painted again while the list is scrolled


class RowPainter:
    """Paints one row; x coordinates count from the leading edge, which is the right one in right-to-left layouts."""

    def __init__(
        self, painter: QPainter, metrics: RowMetrics, text_colours: Colours, rect: QRect, direction: Qt.LayoutDirection
    ) -> None:
        self.painter, self.metrics, self.colours = painter, metrics, text_colours
        self.rect, self.direction = rect, direction
        self.is_mirrored = direction == Qt.LayoutDirection.RightToLeft

    def paint(self, hit: Hit, *, is_expanded: bool, thumbnail: QPixmap | None = None) -> None:
        metrics, left = self.metrics, self.metrics.icon + GAP
        width = self.rect.width() - left
        top = (self.rect.height() - metrics.icon) // 2 if metrics.is_compact else 1
        corner = self.mirrored(0, top, metrics.icon, 1)
        self._paint_icon(hit, corner, thumbnail)
        height = line_height(metrics.title)
        right = self._paint_strength(hit, left + width, height)
        right -= self._paint_versions(hit, right, height, is_expanded=is_expanded)
        if metrics.is_compact:
            self._paint_compact(hit, left, right, width)
        else:
            self._paint_title(hit, left, right - left, height)
            top = height + metrics.gap
            self._paint_snippet(hit, left, top, width)
            self._paint_facts(hit, left, top + line_height(metrics.body) + metrics.gap, width)

    def _paint_icon(self, hit: Hit, corner: QRect, thumbnail: QPixmap | None) -> None:
        """The icon of the kind, or a picture of the document in a thin frame."""
        size = self.metrics.icon
        if thumbnail is None:
            density = self.painter.device().devicePixelRatio()
            self.painter.drawPixmap(corner.topLeft(), picture(hit.kind, size, density))
            return
        shown = thumbnail.size().scaled(size - 1, size - 1, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = corner.left() + (size - shown.width()) // 2, corner.top() + (size - shown.height()) // 2
        frame = QRect(left, top, shown.width(), shown.height())
        self.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.painter.drawPixmap(frame, thumbnail)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(colours().edge)
        self.painter.drawRect(frame)

    def versions_text(self, hit: Hit) -> str:
        """What shows or hides the versions; "" for a row without any."""
        count = len(hit.versions)
        return _isolated(amounts.versions_short(count) if self.rect.width() >= NARROW else str(count)) if count else ""

    def versions_rect(self, hit: Hit) -> QRect:
        """The area of that text; empty if there is none."""
        width = self._versions_width(self.versions_text(hit))
        if not width:
            return QRect()
        right = self.rect.width() - STRENGTH_WIDTH - GAP
        return self.mirrored(right - width, 0, width, line_height(self.metrics.title))

    def mirrored(self, left: int, top: int, width: int, height: int) -> QRect:
        """A rectangle `left` from the row's leading edge and `top` from its upper edge."""
        start = self.rect.right() + 1 - left - width if self.is_mirrored else self.rect.left() + left
        return QRect(start, self.rect.top() + top, width, height)

    def draw_text(
        self,
        text: str,
        font: QFont,
        colour: QColor,
        place: QRect,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        """Draw a line of text at the leading side, elided."""
        if not text or place.width() <= 0:
            return
        shown = cut_text(text.replace("\n", " "), font, place.width(), mode)
        self._draw_line(_line_layout(shown, font, place.width(), self.direction), colour, place)

    def _paint_compact(self, hit: Hit, left: int, right: int, width: int) -> None:
        """The first line with title, folder and date; the second with place and snippet."""
        height, small = line_height(self.metrics.title), self.metrics.small
        facts = [_isolated(fact) for fact in hit_text.facts(hit)]
        title_width = text_width(hit_text.title(hit), self.metrics.title)
        room = right - left
        for shown in (facts, facts[-1:], []):
            text = SEPARATOR.join(shown)
            taken = text_width(text, small) + GAP if text else 0
            if room - taken >= title_width + MIN_PATH_WIDTH or not shown:
                break
        self.draw_text(text, small, self.colours.dim, self.mirrored(right - taken + GAP, 0, taken - GAP, height))
        room -= taken
        title_width = min(title_width, max(int(room * MIN_TITLE_SHARE), room - MIN_PATH_WIDTH))
        path_left = left + title_width + GAP
        path_width = right - taken - path_left
        if path_width >= MIN_SHOWN_PATH:
            self._paint_path(hit, path_left, 0, path_width, height)
        else:
            title_width = room
        self._paint_title(hit, left, title_width, height)
        top = height + self.metrics.gap
        place = hit_text.place(hit)
        if place:
            taken = min(text_width(place, small), width // 3)
            area = self.mirrored(left, top, taken, line_height(self.metrics.body))
            self.draw_text(place, small, self.colours.dim, area)
            left, width = left + taken + GAP, width - taken - GAP
        self._paint_snippet(hit, left, top, width)

    def _paint_title(self, hit: Hit, left: int, width: int, height: int) -> None:
        cut = Qt.TextElideMode.ElideMiddle if hit_text.is_named(hit) else Qt.TextElideMode.ElideRight
        layout = _title_layout(
            hit_text.title(hit),
            tuple(hit_text.title_marks(hit)),
            self.metrics.title,
            max(0, width),
            cut,
            Qt.AlignmentFlag.AlignRight if self.is_mirrored else Qt.AlignmentFlag.AlignLeft,
            _rgb(self.colours.mark, self.colours.mark_text),
        )
        self._draw_line(layout, self.colours.text, self.mirrored(left, 0, width, height))

    def _paint_snippet(self, hit: Hit, left: int, top: int, width: int) -> None:
        height = line_height(self.metrics.body)
        if not hit.snippet:
            text = messages.without_passage(hit)
            self.draw_text(text, self.metrics.body, self.colours.dim, self.mirrored(left, top, width, height))
            return
        is_likely = bool(hit_text.DOTS[hit.band])  # in a row without dots a sentence is likely to mislead
        layout = _snippet_layout(
            hit.snippet,
            hit.marks,
            hit.sentence if is_likely else None,
            self.metrics.body,
            width,
            _rgb(self.colours.mark, self.colours.mark_text, self.colours.sentence, self.colours.sentence_text),
        )
        self._draw_line(layout, self.colours.text, self.mirrored(left, top, width, height))

    def _draw_line(self, layout: QTextLayout, colour: QColor, place: QRect) -> None:
        """Draw the first line of a layout, in the middle of the height of a place."""
        if not layout.lineCount():
            return
        self.painter.setPen(colour)
        line = layout.lineAt(0)
        down = max(0.0, (place.height() - line.height()) / 2)
        line.draw(self.painter, QPointF(place.x(), place.y() + down))

    def _paint_facts(self, hit: Hit, left: int, top: int, width: int) -> None:
        """The third line: page or sheet, folder, size and date; the folder keeps its room."""
        height, small = line_height(self.metrics.small), self.metrics.small
        place = hit_text.place(hit)
        lead = f"{place}{SEPARATOR}" if place else ""
        taken = min(text_width(lead, small), width // 2)
        self.draw_text(lead, small, self.colours.dim, self.mirrored(left, top, taken, height))
        left, width = left + taken, width - taken
        facts = [_isolated(fact) for fact in hit_text.facts(hit)]
        path = _path(hit)
        path_width = text_width(path, small)
        for shown in (facts, facts[-1:], []):
            tail = "".join(SEPARATOR + fact for fact in shown)
            room = width - text_width(tail, small)
            if room >= min(path_width, MIN_PATH_WIDTH) or not shown:
                break
        path_width = min(path_width, max(0, room))
        self._paint_path(hit, left, top, path_width, height)
        shown_path = cut_text(path, small, path_width, Qt.TextElideMode.ElideMiddle)
        path_width = min(path_width, text_width(shown_path, small))
        self.draw_text(tail, small, self.colours.dim, self.mirrored(left + path_width, top, width - path_width, height))

    def _paint_path(self, hit: Hit, left: int, top: int, width: int, height: int) -> None:
        area = self.mirrored(left, top, max(0, width), height)
        self.draw_text(_path(hit), self.metrics.small, self.colours.dim, area, Qt.TextElideMode.ElideMiddle)

    def _paint_strength(self, hit: Hit, right: int, height: int) -> int:
        """Paint how likely the hit is an answer, as dots; returns where the title may end."""
        filled = hit_text.DOTS[hit.band]
        self.painter.setPen(Qt.PenStyle.NoPen)
        used = colours()
        ground = used.base if self.colours.text == used.text else used.selected  # in high contrast
        faint = mix(ground, self.colours.text, 0.18)
        for number in range(DOT_COUNT):
            left = right - STRENGTH_WIDTH + number * (DOT + DOT_GAP)
            self.painter.setBrush(self.colours.accent if number < filled else faint)
            self.painter.drawEllipse(QRectF(self.mirrored(left, (height - DOT) // 2, DOT, DOT)))
        return right - STRENGTH_WIDTH - GAP

    def _paint_versions(self, hit: Hit, right: int, height: int, *, is_expanded: bool) -> int:
        """Paint an arrow and the number of versions, up to `right`; returns the width taken."""
        text = self.versions_text(hit)
        if not text:
            return 0
        width = self._versions_width(text)
        x, y = self.mirrored(right - width, 0, ARROW - 2, height).center().toTuple()
        ahead = -4 if self.is_mirrored else 4
        points = ((-4, -2), (4, -2), (0, 3)) if is_expanded else ((-ahead / 2, -4), (-ahead / 2, 4), (ahead, 0))
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(self.colours.accent)
        self.painter.drawPolygon(QPolygonF([QPointF(x + to_right, y + down) for to_right, down in points]))
        area = self.mirrored(right - width + ARROW, 0, width - ARROW, height)
        self.draw_text(text, self.metrics.small, self.colours.accent, area)
        return width + GAP

    def _versions_width(self, text: str) -> int:
        return ARROW + text_width(text, self.metrics.small) if text else 0


@lru_cache(maxsize=KEPT_LAYOUTS)
def _title_layout(
    title: str,
    marks: tuple[Span, ...],
    font: QFont,
    width: int,
    cut: Qt.TextElideMode,
    side: Qt.AlignmentFlag,
    used: tuple[int, ...],
) -> QTextLayout:
    """A title as it is drawn, with `used`, the colours of a mark and its text."""
    mark = snippet_layout.highlight(*map(QColor, used))
    return snippet_layout.lay_out_title(title, [(span, mark) for span in marks], font, width, cut=cut, side=side)


@lru_cache(maxsize=KEPT_LAYOUTS)
def _snippet_layout(
    snippet: str, marks: tuple[Span, ...], sentence: Span | None, font: QFont, width: int, used: tuple[int, ...]
) -> QTextLayout:
    """A snippet as it is drawn, with `used`, the colours of a mark and its text, and of the sentence and its text."""
    mark, tint = snippet_layout.highlight(*map(QColor, used[:2])), snippet_layout.highlight(*map(QColor, used[2:]))
    formats = [] if sentence is None else [(sentence, tint)]
    return snippet_layout.lay_out(snippet, formats + [(span, mark) for span in marks], font, width)


_line_layout = lru_cache(maxsize=4 * KEPT_LAYOUTS)(snippet_layout.lay_out_line)


def _rgb(*used: QColor) -> tuple[int, ...]:
    return tuple(colour.rgb() for colour in used)


def _path(hit: Hit) -> str:
    """The folder, isolated: a path reads from its root in a window of any direction."""
    return f"\u2066{hit_text.where(hit)}\u2069"


def _isolated(text: str) -> str:
    """A text in its own direction, whatever stands beside it."""
    return f"\u2068{text}\u2069"
