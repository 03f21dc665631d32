"""The document's text: page labels in the margin, a bar beside the passage, and matches highlighted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextBlockFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QTextEdit, QWidget

from core.document import Document
from core.messages import tr
from gui.preview.slices import Slice, parts_in
from gui.results.text_offsets import Span
from gui.text import messages
from gui.widgets.theme import colours, scaled

LINE_PERCENT = 140.0
LEFT_MARGIN = 56
MARGIN = 20
MAX_WIDTH = 720
SIMILAR_KEY = "Ctrl+Shift+F"


class TextView(QTextEdit):
    """Shows one slice of a document, read-only; `similar_requested(text)` asks for passages similar to a part of it."""

    similar_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        # Set before Qt's constructor, which calls the event handlers below.
        self._slice: Slice | None = None
        self._labels: list[tuple[int, str]] = []
        self._passage: Span = (0, 0)
        self._marks: list[Span] = []
        super().__init__(parent)
        self.setObjectName("text")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Document text"))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(MARGIN)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)

    def show_slice(self, document: Document, part: Slice, *, fixed: bool) -> None:
        """Show a slice; `fixed` for a fixed-width font, as for code and tables."""
        self._slice = part
        self.setFont(_font(QApplication.font(), fixed=fixed))
        self.setPlainText(part.text)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        spacing = QTextBlockFormat()
        spacing.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(spacing)
        self._labels = [(part.position(page.start), messages.part_place(page)) for page in parts_in(document, part)]

    def show_passage(self, passage: Span, marks: list[Span]) -> None:
        """Draw a bar beside the passage, highlight the marks and scroll there; offsets are the document's."""
        self._passage, self._marks = passage, marks
        self._paint_marks()
        self._scroll_to(marks[0][0] if marks else passage[0])

    def selected_text(self) -> str:
        """The selection, else the shown passage."""
        selection = self.textCursor().selectedText().strip()
        if selection or self._slice is None:
            return selection
        start, end = (max(0, min(offset, self._slice.end) - self._slice.start) for offset in self._passage)
        return self._slice.text[start:end].strip()

    @Slot()
    def find_similar(self) -> None:
        """Ask for passages similar to the selection, or to the shown passage."""
        if text := self.selected_text():
            self.similar_requested.emit(text)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """Qt's context menu with an action to find similar passages."""
        menu = self.createStandardContextMenu()
        menu.addSeparator()
        has_selection = self.textCursor().hasSelection()
        text = tr("Find passages similar to the selection") if has_selection else tr("Find similar passages")
        action = menu.addAction(text, self.find_similar)
        action.setShortcut(QKeySequence(SIMILAR_KEY))
        action.setShortcutVisibleInContextMenu(True)
        action.setEnabled(bool(self.selected_text()))
        return menu

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._slice is not None and event.type() == QEvent.Type.PaletteChange:
            self._paint_marks()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text() and not event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()  # typing goes to the search box
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        spare = max(0, self.width() - MAX_WIDTH - 2 * MARGIN)
        self.setViewportMargins(LEFT_MARGIN - MARGIN + spare // 2, 0, spare // 2, 0)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._slice is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -self.verticalScrollBar().value())
        self._paint_bar(painter)
        self._paint_labels(painter)

    def _paint_bar(self, painter: QPainter) -> None:
        start, end = self._passage
        if self._slice is None or end <= self._slice.start or start >= self._slice.end:
            return
        top = self._line_rect(self._slice.position(start)).top()
        bottom = self._line_rect(max(self._slice.position(start), self._slice.position(end) - 1)).bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().accent)
        block = self.document().findBlock(self._slice.position(start))
        is_right_to_left = block.textDirection() == Qt.LayoutDirection.RightToLeft
        left = self.viewport().width() - MARGIN + 11 if is_right_to_left else MARGIN - 14
        painter.drawRoundedRect(QRectF(left, top, 3, bottom - top), 1.5, 1.5)

    def _paint_labels(self, painter: QPainter) -> None:
        palette = colours()
        painter.setFont(scaled(self.font(), 0.82))
        for position, text in self._labels:
            top = self._line_rect(position).top()
            if position > 0:
                painter.setPen(QPen(palette.line, 1))
                painter.drawLine(QPointF(MARGIN, top - 1), QPointF(self.viewport().width() - MARGIN, top - 1))
            painter.setPen(palette.dim)
            area = QRectF(MARGIN, top, self.viewport().width() - 2 * MARGIN, 0)
            painter.drawText(area.adjusted(0, -2, 0, 18), int(Qt.AlignmentFlag.AlignRight.value), text)

    def _line_rect(self, position: int) -> QRectF:
        """The rectangle of the line at a position, in document coordinates."""
        block = self.document().findBlock(position)
        box = self.document().documentLayout().blockBoundingRect(block)
        line = block.layout().lineForTextPosition(position - block.position())
        if not line.isValid():
            return box
        return line.rect().translated(box.topLeft())

    def _paint_marks(self) -> None:
        palette = colours()
        self.setExtraSelections([self._selection(span, palette.mark, palette.mark_text) for span in self._marks])

    def _selection(self, span: Span, background: QColor, text: QColor) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        if self._slice is not None:
            cursor.setPosition(self._slice.position(span[0]))
            cursor.setPosition(self._slice.position(span[1]), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format.setBackground(background)
        selection.format.setForeground(text)
        return selection

    def _scroll_to(self, offset: int) -> None:
        if self._slice is None:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._slice.position(offset))
        self.setTextCursor(cursor)
        top = self._line_rect(cursor.position()).top()
        self.verticalScrollBar().setValue(round(top - self.viewport().height() / 4))


def _font(base: QFont, *, fixed: bool) -> QFont:
    if not fixed:
        return base
    font = QFont("monospace")
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPointSizeF(base.pointSizeF() * 0.95)
    return font
