"""The document's text on screen: readable lines, page labels in the margin, the passage barred and its words marked."""

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
from gui.preview.slices import Slice, parts_in
from gui.results.text_offsets import Span
from gui.text import messages
from gui.widgets.theme import colours, scaled

LINE_PERCENT = 140.0
MARGIN = 56
EDGE = 20
WIDEST = 720
SIMILAR = "Ctrl+Shift+F"


class TextView(QTextEdit):
    """Shows one slice of a document, read-only; `similar(text)` asks for what is like a stretch of it."""

    similar = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        # Before Qt's own part: it calls back while it is being made.
        self._piece: Slice | None = None
        self._labels: list[tuple[int, str]] = []
        self._passage: Span = (0, 0)
        self._marks: list[Span] = []
        super().__init__(parent)
        self.setObjectName("text")
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(self.tr("Text of the document"))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(EDGE)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)

    def show_slice(self, document: Document, piece: Slice, *, fixed: bool) -> None:
        """Show that slice; `fixed` for text in columns, such as code and tables."""
        self._piece = piece
        self.setFont(_font(QApplication.font(), fixed=fixed))
        self.setPlainText(piece.text)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        airy = QTextBlockFormat()
        airy.setLineHeight(LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(airy)
        self._labels = [(piece.position(part.start), messages.part_place(part)) for part in parts_in(document, piece)]

    def show_passage(self, passage: Span, marks: list[Span]) -> None:
        """Bar the passage, mark the words in it and bring it into view; offsets are the document's own."""
        self._passage, self._marks = passage, marks
        self._paint_marks()
        self._bring_into_view(marks[0][0] if marks else passage[0])

    def nothing(self) -> None:
        """Show no text at all."""
        self._piece, self._labels, self._marks, self._passage = None, [], [], (0, 0)
        self.clear()

    def at_top(self) -> int:
        """The offset into the document of the first character in view."""
        if self._piece is None:
            return 0
        position = self.cursorForPosition(self.viewport().rect().topLeft()).position()
        return self._piece.start + min(position, len(self._piece.text))

    def chosen_text(self) -> str:
        """What is selected, else the passage that is shown."""
        selected = self.textCursor().selectedText().strip()
        if selected or self._piece is None:
            return selected
        start, end = (max(0, min(offset, self._piece.end) - self._piece.start) for offset in self._passage)
        return self._piece.text[start:end].strip()

    @Slot()
    def find_similar(self) -> None:
        """Ask for what is like the selected text, or like the passage."""
        if text := self.chosen_text():
            self.similar.emit(text)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """The usual menu of a text, and what is like it."""
        menu = self.createStandardContextMenu()
        menu.addSeparator()
        passage = self.tr("Find what is like this passage")
        selection = self.tr("Find what is like the selection")
        action = menu.addAction(selection if self.textCursor().hasSelection() else passage, self.find_similar)
        action.setShortcut(QKeySequence(SIMILAR))
        action.setShortcutVisibleInContextMenu(True)
        action.setEnabled(bool(self.chosen_text()))
        return menu

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if self._piece is not None and event.type() == QEvent.Type.PaletteChange:
            self._paint_marks()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isprintable() and event.text() and not event.matches(QKeySequence.StandardKey.Copy):
            event.ignore()  # typing goes to the search box
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        spare = max(0, self.width() - WIDEST - 2 * EDGE)
        self.setViewportMargins(MARGIN - EDGE + spare // 2, 0, spare // 2, 0)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._piece is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -self.verticalScrollBar().value())
        self._paint_bar(painter)
        self._paint_labels(painter)

    def _paint_bar(self, painter: QPainter) -> None:
        start, end = self._passage
        if self._piece is None or end <= self._piece.start or start >= self._piece.end:
            return
        top = self._line_rect(self._piece.position(start)).top()
        bottom = self._line_rect(max(self._piece.position(start), self._piece.position(end) - 1)).bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().accent)
        block = self.document().findBlock(self._piece.position(start))
        rightwards = block.textDirection() == Qt.LayoutDirection.RightToLeft
        left = self.viewport().width() - EDGE + 11 if rightwards else EDGE - 14
        painter.drawRoundedRect(QRectF(left, top, 3, bottom - top), 1.5, 1.5)

    def _paint_labels(self, painter: QPainter) -> None:
        these = colours()
        painter.setFont(scaled(self.font(), 0.82))
        for position, text in self._labels:
            top = self._line_rect(position).top()
            if position > 0:
                painter.setPen(QPen(these.line, 1))
                painter.drawLine(QPointF(EDGE, top - 1), QPointF(self.viewport().width() - EDGE, top - 1))
            painter.setPen(these.dim)
            room = QRectF(EDGE, top, self.viewport().width() - 2 * EDGE, 0)
            painter.drawText(room.adjusted(0, -2, 0, 18), int(Qt.AlignmentFlag.AlignRight.value), text)

    def _line_rect(self, position: int) -> QRectF:
        """The line that a position is in, from the top of the document."""
        block = self.document().findBlock(position)
        box = self.document().documentLayout().blockBoundingRect(block)
        line = block.layout().lineForTextPosition(position - block.position())
        if not line.isValid():
            return box
        return line.rect().translated(box.topLeft())

    def _paint_marks(self) -> None:
        these = colours()
        self.setExtraSelections([self._selection(span, these.mark, these.mark_text) for span in self._marks])

    def _selection(self, span: Span, ground: QColor, ink: QColor) -> QTextEdit.ExtraSelection:
        selection = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        piece = self._piece
        if piece is not None:
            cursor.setPosition(piece.position(span[0]))
            cursor.setPosition(piece.position(span[1]), QTextCursor.MoveMode.KeepAnchor)
        selection.cursor = cursor
        selection.format.setBackground(ground)
        selection.format.setForeground(ink)
        return selection

    def _bring_into_view(self, offset: int) -> None:
        if self._piece is None:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._piece.position(offset))
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
