"""The document's text: page labels in the margin, code highlighted, the lines of printed pages joined."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextLayout
from PySide6.QtWidgets import QApplication, QWidget

from core.document import Document
from core.messages import tr
from gui.preview.paragraphs import joined
from gui.preview.reading_view import MARGIN, ReadingView, reading_font
from gui.preview.slices import Slice, parts_in
from gui.results.text_offsets import Span, utf16_length
from gui.text import messages
from gui.widgets.desktop_hints import high_contrast
from gui.widgets.theme import colours, scaled

if TYPE_CHECKING:
    from core.library import Token

LINE_PERCENT = 140.0
STYLES = ("keyword", "string", "comment", "number", "name")
# The colours of these, by (on a dark background, in high contrast).
CODE = {
    (False, False): ("#7a2fb5", "#1f7a33", "#6c707a", "#a8500f", "#1c58b8"),
    (True, False): ("#c792ea", "#9fd08a", "#8b8f9a", "#f0a878", "#82b1ff"),
    (False, True): ("#5a1a8c", "#0b5a1c", "#45484f", "#7a3500", "#0b3f94"),
    (True, True): ("#dcb4f5", "#b4e0a0", "#c0c3cb", "#ffc39c", "#a8c8ff"),
}
LABEL_HEIGHT = 19.0  # pixels above a page, slide or sheet


class TextView(ReadingView):
    """Shows one slice of a document at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._slice: Slice | None = None
        self._is_fixed = False
        self._labels: list[tuple[int, str]] = []
        super().__init__(parent)
        self.setObjectName("text")
        self.setAccessibleName(tr("Document text"))

    def show_slice(self, document: Document, part: Slice, *, fixed: bool, printed: bool = False) -> None:
        """Show a slice: `fixed` in a fixed-width font, as for code; `printed` with its lines joined to paragraphs."""
        self._slice = part
        self._is_fixed = fixed
        self._apply_zoom()
        self.setPlainText(joined(part.text) if printed else part.text)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)
        self._labels = [(part.position(page.start), messages.part_place(page)) for page in parts_in(document, part)]

    def show_tokens(self, tokens: Sequence[Token]) -> None:
        """Highlight the pieces of source code; their offsets are the document's."""
        if self._slice is None:
            return
        part, inks = self._slice, code_colours()
        first = bisect_left(tokens, part.start, key=lambda token: token.start)
        formats: dict[int, list[QTextLayout.FormatRange]] = {}
        for token in tokens[max(0, first - 1) :]:
            if token.start >= part.end:
                break
            start, end = max(token.start, part.start), min(token.start + token.length, part.end)
            if start < end:
                self._add_format(
                    formats,
                    part.position(start),
                    utf16_length(part.text[start - part.start : end - part.start]),
                    inks[token.style],
                )
        block = self.document().begin()
        while block.isValid():
            block.layout().setFormats(formats.get(block.blockNumber(), []))
            block = block.next()
        self.document().markContentsDirty(0, self.document().characterCount())

    def _add_format(
        self, formats: dict[int, list[QTextLayout.FormatRange]], position: int, length: int, colour: QColor
    ) -> None:
        """Add a format to each line that a piece touches."""
        while length > 0:
            block = self.document().findBlock(position)
            if not block.isValid():
                return
            piece = QTextLayout.FormatRange()
            piece.start = position - block.position()
            piece.length = min(length, block.length() - piece.start)
            piece.format = QTextCharFormat()
            piece.format.setForeground(colour)
            formats.setdefault(block.blockNumber(), []).append(piece)
            length -= piece.length
            position += piece.length

    def clear_text(self) -> None:
        """Show nothing."""
        self._slice, self._labels = None, []
        self.clear()

    def scroll_to_offset(self, offset: int) -> None:
        """Scroll to an offset of the document's text."""
        if self._slice is not None:
            self._scroll_to(self._slice.position(offset))

    def base_font(self) -> QFont:
        return reading_font(QApplication.font(), fixed=self._is_fixed)

    def positions(self, span: Span) -> list[Span]:
        part = self._slice
        if part is None or span[1] <= part.start or span[0] >= part.end:
            return []
        return [(part.position(span[0]), part.position(span[1]))]

    def words_shown(self) -> range:
        words, part = self._marks.words, self._slice
        if part is None:
            return range(0)
        return range(max(0, bisect_left(words, (part.start, 0)) - 1), bisect_left(words, (part.end, 0)))

    def passage_text(self) -> str:
        if self._slice is None:
            return ""
        start, end = (max(0, min(offset, self._slice.end) - self._slice.start) for offset in self._marks.passage)
        return self._slice.text[start:end].strip()

    def _paint_margin(self, painter: QPainter) -> None:
        palette = colours()
        painter.setFont(scaled(self.font(), 0.82))
        for position, text in self._labels:
            top = self._line_rect(position).top()
            if position > 0:  # in the empty line before the part
                painter.setPen(QPen(palette.line, 1))
                painter.drawLine(
                    QPointF(MARGIN, top - LABEL_HEIGHT), QPointF(self.viewport().width() - MARGIN, top - LABEL_HEIGHT)
                )
            painter.setPen(palette.dim)
            area = QRectF(MARGIN, top - LABEL_HEIGHT, self.viewport().width() - 2 * MARGIN, LABEL_HEIGHT)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)


def code_colours() -> dict[str, QColor]:
    """The colours of source code on the palette's background."""
    dark = colours().base.lightness() < 128
    names = CODE[dark, high_contrast()]
    return {style: QColor(name) for style, name in zip(STYLES, names, strict=True)}
