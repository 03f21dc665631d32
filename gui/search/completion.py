"""The list of suggestions under the search box; the box keeps the focus."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.messages import tr
from gui.search.suggestions import Suggestion
from gui.widgets.theme import colours

MEANING = Qt.ItemDataRole.UserRole + 1
WIDTH = 320
PADDING = 6
MARGIN, GAP = 10, 16  # pixels beside a row's texts, and between them


class CompletionList(QListView):
    """Emits `accepted(row)`; shows itself below a point of its parent and takes no focus."""

    accepted = Signal(int)

    def __init__(self, parent: QFrame | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("completion")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("Suggestions"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.items = QStandardItemModel(self)
        self.setModel(self.items)
        self.setItemDelegate(_SuggestionDelegate(self))
        self.clicked.connect(self._accept)
        self.hide()

    def show_suggestions(self, suggestions: Sequence[Suggestion], at: QPoint) -> None:
        """Show suggestions below a point of the parent; none hide the list."""
        self.items.clear()
        for suggestion in suggestions:
            item = QStandardItem(suggestion.text)
            item.setData(suggestion.meaning, MEANING)
            said = tr("{text}, {meaning}", text=suggestion.text, meaning=suggestion.meaning)
            item.setAccessibleText(said if suggestion.meaning else suggestion.text)
            self.items.appendRow(item)
        if not suggestions:
            self.hide()
            return
        parent = self.parentWidget()
        width = max(WIDTH, self.sizeHintForColumn(0) + 2 * self.frameWidth())
        width = min(width, parent.width() - 16) if parent is not None else width
        height = self.sizeHintForRow(0) * len(suggestions) + 2 * self.frameWidth()  # which is the style's padding
        room = parent.rect() if parent is not None else QRect(at, QSize(width, height))
        self.setGeometry(
            max(8, min(at.x(), room.right() - width - 8)), at.y(), width, min(height, room.bottom() - at.y())
        )
        self.show()
        self.raise_()

    def handle(self, event: QKeyEvent) -> bool:
        """Handle a key of the box: arrows move, Tab takes the first, Enter the chosen one, Escape hides."""
        if not self.isVisible() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        row, last = self.currentIndex().row(), self.items.rowCount() - 1
        match event.key():
            case Qt.Key.Key_Down:
                self.setCurrentIndex(self.items.index(min(row + 1, last), 0))
            case Qt.Key.Key_Up if row > 0:
                self.setCurrentIndex(self.items.index(row - 1, 0))
            case Qt.Key.Key_Up:
                self.setCurrentIndex(QModelIndex())
            case Qt.Key.Key_Tab:
                self.accepted.emit(max(0, row))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if row >= 0:
                self.accepted.emit(row)
            case Qt.Key.Key_Escape:
                self.hide()
            case _:
                return False
        return True

    @Slot(QModelIndex)
    def _accept(self, index: QModelIndex) -> None:
        self.accepted.emit(index.row())


class _SuggestionDelegate(QStyledItemDelegate):
    """Paints what is inserted, and what it means at the end of the row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        texts = (str(index.data()), str(index.data(MEANING) or ""))  # type: ignore[attr-defined]
        width = sum(map(option.fontMetrics.horizontalAdvance, texts)) + GAP + 2 * MARGIN
        return QSize(width, option.fontMetrics.height() + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        these = colours()
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(option.rect, these.selected if chosen else these.hover)
        room = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        lead, tail = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        lead, tail = (tail, lead) if mirrored else (lead, tail)
        middle = int(Qt.AlignmentFlag.AlignVCenter.value)
        painter.setPen(these.selected_text if chosen else these.text)
        text, meaning = str(index.data()), str(index.data(MEANING) or "")  # type: ignore[attr-defined]
        shown = option.fontMetrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width())
        left = room.width() - option.fontMetrics.horizontalAdvance(shown) - GAP
        meaning = option.fontMetrics.elidedText(meaning, Qt.TextElideMode.ElideRight, left)
        left_to_right = int(Qt.TextFlag.TextForceLeftToRight.value)  # a filter keeps its order in any window
        painter.drawText(room, int(lead.value) | middle | left_to_right, shown)
        if meaning:
            painter.setPen(these.selected_text if chosen else these.dim)
            painter.drawText(room, int(tail.value) | middle, meaning)
