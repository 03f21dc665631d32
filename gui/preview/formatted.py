"""Markdown and web pages with their structure: headings, lists, tables and code, of which nothing is run or loaded."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTableFormat,
)
from PySide6.QtWidgets import QWidget

from core.document import Document, Kind
from core.messages import tr
from gui.preview.letter import letter_blocks
from gui.preview.reading_view import ReadingView
from gui.results.text_offsets import Span, utf16_offset
from gui.widgets.theme import colours

if TYPE_CHECKING:
    from core.library import Alignment, Block, Run

MAX_CHARS = 200_000  # of a document that is formatted; a longer one is shown as text
MAX_BLOCKS = 3_000
MAX_COLUMNS, MAX_ROWS = 20, 300
INDENT = 24
LINE_PERCENT = 135.0


class FormattedView(ReadingView):
    """Shows a whole document; where its words stand is found by comparing it with the text that was indexed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._source = ""
        self._shown = ""
        self._alignment: Alignment | None = None
        super().__init__(parent)
        self.setObjectName("text")
        self.setAccessibleName(tr("Formatted text"))

    def show_document(self, document: Document, kind: Kind) -> None:
        """Show a message with its header as a table, anything else as Markdown."""
        if kind == "mail":
            self.show_blocks(document, letter_blocks(document))
        else:
            self.show_markdown(document)

    def show_markdown(self, document: Document) -> None:
        """Show Markdown; HTML in it is shown as it is written."""
        self._begin(document)
        features = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
        self.document().setMarkdown(document.text, features)
        self._space_lines()
        self._size_headings()
        self._end()

    def show_blocks(self, document: Document, blocks: Sequence[Block]) -> None:
        """Show the blocks of a web page."""
        self._begin(document)
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        first = True
        for is_row, some in groupby(blocks[:MAX_BLOCKS], key=lambda block: block.kind == "row"):
            if is_row:
                _insert_table(cursor, [block.runs for block in some])
                first = True
                continue
            for block in some:
                _insert_block(cursor, block, first=first)
                first = False
        cursor.endEditBlock()
        self._end()

    def clear_text(self) -> None:
        """Show nothing."""
        self._source, self._alignment = "", None
        self.clear()

    def positions(self, span: Span) -> list[Span]:
        if self._alignment is None or span[0] >= span[1]:
            return []
        found: list[Span] = []
        for start, end in self._alignment.spans(*span):
            if found and start - found[-1][1] <= 2:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return [(utf16_offset(self._shown, start), utf16_offset(self._shown, end)) for start, end in found]

    def passage_text(self) -> str:
        return self._source[slice(*self._marks.passage)].strip()

    def _begin(self, document: Document) -> None:
        self._source = document.text
        self._alignment = None
        self._apply_zoom()
        self.clear()

    def _end(self) -> None:
        from core.library import Alignment

        self._shown = self.toPlainText()
        self._alignment = Alignment(self._source, self._shown)

    def _space_lines(self) -> None:
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)

    def _size_headings(self) -> None:
        """Make headings of Markdown as large as those of web pages: Qt's are for a whole page."""
        block = self.document().begin()
        while block.isValid():
            if level := block.blockFormat().headingLevel():
                cursor = QTextCursor(block)
                cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
                form = QTextCharFormat()
                form.setProperty(QTextFormat.Property.FontSizeAdjustment, max(0, 3 - level))
                cursor.mergeCharFormat(form)
            block = block.next()


def _insert_block(cursor: QTextCursor, block: Block, *, first: bool) -> None:
    form = QTextBlockFormat()
    form.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    form.setBottomMargin(3 if block.kind == "item" else 9)
    if block.kind == "heading":
        form.setTopMargin(12)
        form.setHeadingLevel(min(max(block.level, 1), 6))
    elif block.kind == "item":
        form.setLeftMargin(INDENT * block.level)
        form.setTextIndent(-14)
    elif block.kind == "quote":
        form.setLeftMargin(INDENT)
    elif block.kind == "code":
        form.setBackground(colours().hover)
        form.setLeftMargin(8)
    elif block.kind == "rule":
        form.setProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth, 1)
    if first:
        cursor.setBlockFormat(form)
    else:
        cursor.insertBlock(form)
    if block.kind == "item":
        cursor.insertText("•  ", QTextCharFormat())
    for run in block.runs:
        cursor.insertText(run.text.replace("\n", "\u2028"), _character_format(run, block))


def _character_format(run: Run, block: Block) -> QTextCharFormat:
    form = QTextCharFormat()
    if block.kind == "heading":
        form.setProperty(QTextFormat.Property.FontSizeAdjustment, max(0, 3 - block.level))
        form.setFontWeight(QFont.Weight.DemiBold)
    if "b" in run.style:
        form.setFontWeight(QFont.Weight.Bold)
    if "i" in run.style or block.kind == "quote":
        form.setFontItalic(True)
    if "c" in run.style:
        form.setFontFamilies(["monospace"])
        form.setFontFixedPitch(True)
    if "a" in run.style:
        form.setForeground(colours().accent)
    return form


def _insert_table(cursor: QTextCursor, rows: list[list[Run]]) -> None:
    rows = rows[:MAX_ROWS]
    columns = min(max(len(row) for row in rows), MAX_COLUMNS)
    form = QTextTableFormat()
    form.setBorder(1)
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    form.setBorderBrush(colours().line)
    form.setBorderCollapse(True)
    form.setCellPadding(5)
    form.setBottomMargin(10)
    table = cursor.insertTable(len(rows), max(columns, 1), form)
    for number, row in enumerate(rows):
        for column, run in enumerate(row[:columns]):
            bold = QTextCharFormat()
            if "b" in run.style:
                bold.setFontWeight(QFont.Weight.Bold)
            table.cellAt(number, column).firstCursorPosition().insertText(run.text, bold)
    cursor.movePosition(QTextCursor.MoveOperation.End)
