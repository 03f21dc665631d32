"""Lays a snippet out in two lines: matches highlighted, the end elided, right-to-left text aligned right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextCharFormat, QTextLayout, QTextOption

from gui.results.text_offsets import Span, excerpt, is_right_to_left, one_line, qt_spans

LINES = 2
LEADING = 2


def line_height(font: QFont) -> int:
    """The height of a line of text in pixels, with leading."""
    return QFontMetrics(font).height() + LEADING


def lay_out(text: str, marks: Sequence[Span], font: QFont, width: int, highlight: QTextCharFormat) -> QTextLayout:
    """The snippet in at most two lines of `width` pixels; `marks` are spans of code points in `text`."""
    metrics = QFontMetrics(font)
    room = max(20, LINES * width // max(1, metrics.averageCharWidth()))
    text, marks = excerpt(one_line(text), marks, room)
    layout = _break_lines(QTextLayout(text, font), width)
    if layout.lineCount() > LINES:
        text = _elided(text, layout.lineAt(LINES - 1).textStart(), metrics, width)
        layout = QTextLayout(text, font)
    _set_formats(layout, text, marks, highlight)
    return _break_lines(layout, width)


def _elided(text: str, start: int, metrics: QFontMetrics, width: int) -> str:
    """The text up to the end of the line that begins at `start` (in UTF-16 units), cut with an ellipsis."""
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * start].decode("utf-16-le", "surrogatepass")
    cut = metrics.elidedText(text[len(head) :], Qt.TextElideMode.ElideRight, width)
    return head + (cut[:-1].rstrip(" .,;:…") + "…" if cut.endswith("…") else cut)


def _break_lines(layout: QTextLayout, width: int) -> QTextLayout:
    """Break the layout into lines, one more than are shown, so that the caller sees whether the text is cut."""
    from_right = is_right_to_left(layout.text())
    side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    direction = Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
    option.setTextDirection(direction)
    layout.setTextOption(option)
    step = line_height(layout.font())
    layout.beginLayout()
    for number in range(LINES + 1):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, number * step))
    layout.endLayout()
    return layout


def _set_formats(layout: QTextLayout, text: str, marks: Sequence[Span], highlight: QTextCharFormat) -> None:
    ranges = []
    for start, length in qt_spans(text, marks):
        span = QTextLayout.FormatRange()
        span.start, span.length, span.format = start, length, highlight
        ranges.append(span)
    layout.setFormats(ranges)
