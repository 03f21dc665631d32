"""What the views of text have in common: marks, the bar beside the passage, the menu, margins; nothing is loaded."""

from __future__ import annotations

from bisect import bisect_left

from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QTextEdit, QWidget

from core.messages import tr
from gui.preview.page_marks import Marks
from gui.results.text_offsets import Span
from gui.shortcuts.bindings import keys_of
from gui.widgets import context_menu
from gui.widgets.theme import colours, scaled

LEFT_MARGIN = 56
NARROW = 380  # pixels, below which the margins are small
MARGIN = 20
MAX_WIDTH = 720
ZOOM_STEP, MAX_STEPS = 1.12, 8
MAX_MARKED = 2_000  # words that are painted; Qt lays out each of them
PIECE = 250  # words that are marked before the window may do something else


class ReadingView(QTextEdit):
    """A read-only text; `similar_requested(text)` asks for passages similar to a part of it."""

    similar_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._steps = 0
        self._marks = Marks()  # before Qt's constructor, which calls the event handlers below
        self._marked: list[QTextEdit.ExtraSelection] = []
        self._unmarked: list[int] = []  # indexes of words that are still to be marked
        super().__init__(parent)
        self._marking = QTimer(self)
        self._marking.setSingleShot(True)
        self._marking.timeout.connect(self._mark_more)
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(MARGIN)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)

    def positions(self, span: Span) -> list[Span]:
        """Where a span of the document's text stands in this view, in UTF-16 units."""
        raise NotImplementedError

    def words_shown(self) -> range:
        """The indexes of the marked words that this view may have."""
        return range(len(self._marks.words))

    def passage_text(self) -> str:
        """The text of the shown passage."""
        raise NotImplementedError

    def show_marks(self, marks: Marks) -> None:
        """Mark what was found, and scroll to what is current."""
        self._marks = marks
        self._paint_marks()
        places = self.positions(marks.target) or self.positions(marks.passage)
        if places:
            self._scroll_to(places[0][0])
        self.viewport().update()

    def zoom_by(self, steps: int) -> None:
        """Make the text larger (1) or smaller (-1), or as it was (0)."""
        self._steps = max(-MAX_STEPS, min(self._steps + steps, MAX_STEPS)) if steps else 0
        self._apply_zoom()

    def _apply_zoom(self) -> None:
        """Use the base font at the zoom."""
        self.setFont(scaled(self.base_font(), ZOOM_STEP**self._steps))

    def base_font(self) -> QFont:
        """The font without zoom."""
        return QApplication.font()

    def selected_text(self) -> str:
        """The selection, else the shown passage."""
        return self.textCursor().selectedText().strip() or self.passage_text()

    @Slot()
    def find_similar(self) -> None:
        """Ask for passages similar to the selection, or to the shown passage."""
        if text := self.selected_text():
            self.similar_requested.emit(text)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        context_menu.show(self.menu(), event.globalPos())

    def menu(self) -> QMenu:
        """Qt's context menu with an action to find similar passages."""
        menu = self.createStandardContextMenu()
        menu.addSeparator()
        has_selection = self.textCursor().hasSelection()
        text = tr("Find passages similar to the selection") if has_selection else tr("Find similar passages")
        action = menu.addAction(text, self.find_similar)
        action.setShortcut(keys_of(self, "find_similar"))
        action.setShortcutVisibleInContextMenu(True)
        action.setEnabled(bool(self.selected_text()))
        return menu

    def loadResource(self, _kind: int, _url: QUrl | str) -> object:
        """Load nothing: what a document names stays where it is. Qt reads the file itself if it is given no picture."""
        nothing = QImage(1, 1, QImage.Format.Format_ARGB32)
        nothing.fill(Qt.GlobalColor.transparent)
        return nothing

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
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
        left = LEFT_MARGIN - MARGIN if self.width() > NARROW else 0
        self.setViewportMargins(left + spare // 2, 0, spare // 2, 0)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(0, -self.verticalScrollBar().value())
        self._paint_bar(painter)
        self._paint_margin(painter)

    def _paint_margin(self, painter: QPainter) -> None:
        """Paint what stands beside the text."""

    def _paint_bar(self, painter: QPainter) -> None:
        places = self.positions(self._marks.passage)
        if not places:
            return
        start, end = places[0][0], max(places[-1][1] - 1, places[0][0])
        top, bottom = self._line_rect(start).top(), self._line_rect(end).bottom()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().accent)
        block = self.document().findBlock(start)
        is_right_to_left = block.textDirection() == Qt.LayoutDirection.RightToLeft
        left = self.viewport().width() - MARGIN + 11 if is_right_to_left else MARGIN - 14
        painter.drawRoundedRect(QRectF(left, top, 3, bottom - top), 1.5, 1.5)

    def _line_rect(self, position: int) -> QRectF:
        """The rectangle of the line at a position, in document coordinates."""
        block = self.document().findBlock(position)
        box = self.document().documentLayout().blockBoundingRect(block)
        line = block.layout().lineForTextPosition(position - block.position())
        if not line.isValid():
            return box
        return line.rect().translated(box.topLeft())

    def _paint_marks(self) -> None:
        """Mark what was found: what is current and the words around it at once, the others in pieces."""
        palette, marks = colours(), self._marks
        self._marked = []
        for span in marks.sentences:
            self._marked += self._selections(span, palette.sentence, palette.sentence_text)
        near = bisect_left(marks.words, marks.target)
        words = sorted(self.words_shown(), key=lambda index: abs(index - near))[:MAX_MARKED]
        self._unmarked = [index for index in words if index != marks.current]
        self._mark_more()

    @Slot()
    def _mark_more(self) -> None:
        palette, marks = colours(), self._marks
        piece, self._unmarked = self._unmarked[:PIECE], self._unmarked[PIECE:]
        for index in piece:
            self._marked += self._selections(marks.words[index], palette.mark, palette.mark_text)
        current = []
        if marks.current_span is not None:
            current = self._selections(marks.current_span, palette.current_mark, palette.current_mark_text)
        self.setExtraSelections([*self._marked, *current])
        if self._unmarked:
            self._marking.start()

    def _selections(self, span: Span, background: QColor, text: QColor) -> list[QTextEdit.ExtraSelection]:
        found = []
        for start, end in self.positions(span):
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            selection.format.setBackground(background)
            selection.format.setForeground(text)
            found.append(selection)
        return found

    def _scroll_to(self, position: int) -> None:
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        self.setTextCursor(cursor)
        top = self._line_rect(cursor.position()).top()
        bar = self.verticalScrollBar()
        if not bar.value() + 24 <= top <= bar.value() + self.viewport().height() - 48:
            bar.setValue(round(top - self.viewport().height() / 4))


def reading_font(base: QFont, *, fixed: bool) -> QFont:
    """The font of a text; `fixed` for a fixed width, as for code."""
    if not fixed:
        return base
    font = QFont("monospace")
    font.setStyleHint(QFont.StyleHint.Monospace)
    return scaled(font, 1.0) if base.pointSizeF() <= 0 else _sized(font, base.pointSizeF() * 0.95)


def _sized(font: QFont, points: float) -> QFont:
    font.setPointSizeF(points)
    return font
