"""Lays texts out in one or two lines: matches highlighted, the end elided, right-to-left text aligned right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetrics, QTextCharFormat, QTextLayout, QTextOption

from gui.results.row_metrics import line_height
from gui.results.text_offsets import Span, excerpt, is_right_to_left, one_line, qt_spans
from gui.widgets.plain_text import elided

Format = tuple[Span, QTextCharFormat]  # a span of code points, and how it is drawn
ELLIPSIS = "…"


def highlight(background: QColor, foreground: QColor) -> QTextCharFormat:
    """The format of highlighted text."""
    made = QTextCharFormat()
    made.setBackground(QBrush(background))
    made.setForeground(QBrush(foreground))
    return made


def lay_out(text: str, formats: Sequence[Format], font: QFont, width: int, lines: int = 1) -> QTextLayout:
    """A snippet in at most `lines` lines of `width` pixels, from where its first format can be seen."""
    metrics = QFontMetrics(font)
    room = max(20, lines * width // max(1, metrics.averageCharWidth()))
    text, shift = excerpt(text, [span for span, _ in formats], room)
    text = one_line(text)
    formats = [((start + shift, end + shift), format_) for (start, end), format_ in formats]
    layout = _break_lines(QTextLayout(text, font), width, lines)
    if layout.lineCount() > lines:
        text = _elided(text, layout.lineAt(lines - 1).textStart(), metrics, width)
        layout = QTextLayout(text, font)
    _set_formats(layout, text, formats)
    return _break_lines(layout, width, lines)


def lay_out_title(
    text: str, formats: Sequence[Format], font: QFont, width: int, *, cut: Qt.TextElideMode, side: Qt.AlignmentFlag
) -> QTextLayout:
    """A title in one line of `width` pixels at one side of it; `cut` is where a longer one loses letters."""
    text = one_line(text)
    shown = elided(text, QFontMetrics(font), width, cut)
    layout = QTextLayout(shown, font)
    _set_formats(layout, shown, _formats_after_elision(text, shown, formats))
    return _break_lines(layout, width + 1, 1, side)


def lay_out_line(text: str, font: QFont, width: int, direction: Qt.LayoutDirection) -> QTextLayout:
    """A text that fits into `width` pixels, in a direction that is not guessed from it, and at the side of that."""
    from_right = direction == Qt.LayoutDirection.RightToLeft
    side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
    return _break_lines(QTextLayout(text, font), width + 1, 1, side, from_right=from_right)


def _formats_after_elision(text: str, shown: str, formats: Sequence[Format]) -> list[Format]:
    if shown == text:
        return list(formats)
    head = shown.find(ELLIPSIS)
    shift = len(shown) - len(text)
    tail = head + 1 - shift  # where the text goes on behind the ellipsis
    kept = [((start, min(end, head)), format_) for (start, end), format_ in formats if start < head]
    for (start, end), format_ in formats:
        if end > tail:
            kept.append(((max(start, tail) + shift, end + shift), format_))
    return kept


def _elided(text: str, start: int, metrics: QFontMetrics, width: int) -> str:
    """The text up to the end of the line that begins at `start` (in UTF-16 units), cut with an ellipsis."""
    head = text.encode("utf-16-le", "surrogatepass")[: 2 * start].decode("utf-16-le", "surrogatepass")
    cut = metrics.elidedText(text[len(head) :], Qt.TextElideMode.ElideRight, width)
    return head + (cut[:-1].rstrip(" .,;:…") + ELLIPSIS if cut.endswith(ELLIPSIS) else cut)


def _break_lines(
    layout: QTextLayout,
    width: int,
    lines: int,
    side: Qt.AlignmentFlag | None = None,
    *,
    from_right: bool | None = None,
) -> QTextLayout:
    """Break the layout into lines, one more than are shown, so that the caller sees whether the text is cut.

    Its direction is that of its script unless it is given. Each line stands at the `side` given, else where it begins.
    """
    if from_right is None:
        from_right = is_right_to_left(layout.text())
    if side is None:
        side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
    layout.setCacheEnabled(True)  # else the text is shaped again to be drawn
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    direction = Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
    option.setTextDirection(direction)
    layout.setTextOption(option)
    step = line_height(layout.font())
    layout.beginLayout()
    for number in range(lines + 1):
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        line.setPosition(QPointF(0, number * step))
    layout.endLayout()
    return layout


def _set_formats(layout: QTextLayout, text: str, formats: Sequence[Format]) -> None:
    ranges = []
    for span, format_ in formats:
        for start, length in qt_spans(text, [span]):
            part = QTextLayout.FormatRange()
            part.start, part.length, part.format = start, length, format_
            ranges.append(part)
    layout.setFormats(ranges)
