"""The look of a page of the manual: sizes, spacing and colours that Markdown leaves open."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from gui.widgets.theme import Colours, scaled

LINE_PERCENT = 130.0
HEADING_FACTORS = {1: 1.6, 2: 1.25}  # of the text's size, by level; 1.1 for smaller headings
CODE_FACTOR = 0.95
CELL_PADDING = 7.0
SINGLE = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


def style_document(document: QTextDocument, colours: Colours) -> None:
    """Set the fonts, spacing and tables of a document that was made from Markdown."""
    for block in _blocks(document):
        _style_block(block, document.defaultFont())
        _style_code(block, colours)
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _style_table(frame, colours)


def _style_block(block: QTextBlock, font: QFont) -> None:
    level = block.blockFormat().headingLevel()
    cursor = QTextCursor(block)
    spacing = QTextBlockFormat()
    spacing.setLineHeight(LINE_PERCENT, SINGLE)
    in_table = cursor.currentTable() is not None
    if level:
        spacing.setTopMargin(4 if block.blockNumber() == 0 else 20)
        spacing.setBottomMargin(8)
        text = QTextCharFormat()
        text.setFont(scaled(font, HEADING_FACTORS.get(level, 1.1), QFont.Weight.DemiBold))
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.mergeCharFormat(text)
    else:
        spacing.setTopMargin(0)
        spacing.setBottomMargin(0 if in_table else 6 if block.textList() else 10)
    QTextCursor(block).mergeBlockFormat(spacing)


def _style_code(block: QTextBlock, colours: Colours) -> None:
    """Code and keys on a tint, in the desktop's fixed-width font."""
    document = block.document()
    code = QTextCharFormat()
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    fixed.setPointSizeF(document.defaultFont().pointSizeF() * CODE_FACTOR)
    code.setFont(fixed)
    code.setBackground(colours.soft)
    for start, end in _code_spans(block):
        cursor = QTextCursor(document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(code)


def _style_table(table: QTextTable, colours: Colours) -> None:
    """Lines between the rows, a bold first row, as wide as the text."""
    style = table.format()
    style.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    style.setBorder(1)
    style.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    style.setBorderBrush(colours.line)
    style.setBorderCollapse(True)
    style.setCellPadding(CELL_PADDING)
    style.setCellSpacing(0)
    style.setTopMargin(6)
    style.setBottomMargin(14)
    table.setFormat(style)
    bold = QTextCharFormat()
    bold.setFontWeight(QFont.Weight.DemiBold)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        cursor = cell.firstCursorPosition()
        cursor.setPosition(cell.lastCursorPosition().position(), QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(bold)


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _code_spans(block: QTextBlock) -> list[tuple[int, int]]:
    """The start and end of each part in a fixed-width font."""
    spans = []
    part = block.begin()
    while not part.atEnd():
        fragment = part.fragment()
        if fragment.charFormat().fontFixedPitch():
            spans.append((fragment.position(), fragment.position() + fragment.length()))
        part += 1
    return spans
