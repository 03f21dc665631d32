"""A snippet as two laid-out lines: marks formatted, the end elided, right-to-left text to the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QTextCharFormat, QTextLayout, QTextOption

from gui.results.text_offsets import Span, on_marks, one_line, qt_spans, reads_from_right

LINES = 2
LEADING = 2


def line_height(font: QFont) -> int:
    """The height of a line of text, with a little air."""
    return QFontMetrics(font).height() + LEADING


def laid_out(text: str, marks: Sequence[Span], font: QFont, width: int, marked: QTextCharFormat) -> QTextLayout:
    """The snippet in at most two lines of `width` pixels; `marks` are spans of code points in `text`."""
    metrics = QFontMetrics(font)
    room = max(20, LINES * width // max(1, metrics.averageCharWidth()))
    text, marks = on_marks(one_line(text), marks, room)
    layout = _broken(QTextLayout(text, font), width)
    if layout.lineCount() > LINES:
        text = _elided(text, layout.lineAt(LINES - 1).textStart(), metrics, width)
        layout = QTextLayout(text, font)
    _set_formats(layout, text, marks, marked)
    return _broken(layout, width)


def _elided(text: str, start: int, metrics: QFontMetrics, width: int) -> str:
    """The text up to the end of the line that begins at `start` (in UTF-16 units), cut with an ellipsis."""
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * start].decode("utf-16-le", "surrogatepass")
    cut = metrics.elidedText(text[len(head) :], Qt.TextElideMode.ElideRight, width)
    return head + (cut[:-1].rstrip(" .,;:…") + "…" if cut.endswith("…") else cut)


def _broken(layout: QTextLayout, width: int) -> QTextLayout:
    """Break the layout into lines, one more than are shown so that it can be told whether something is cut."""
    from_right = reads_from_right(layout.text())
    side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    way = Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
    option.setTextDirection(way)
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


def _set_formats(layout: QTextLayout, text: str, marks: Sequence[Span], marked: QTextCharFormat) -> None:
    ranges = []
    for start, length in qt_spans(text, marks):
        span = QTextLayout.FormatRange()
        span.start, span.length, span.format = start, length, marked
        ranges.append(span)
    layout.setFormats(ranges)
