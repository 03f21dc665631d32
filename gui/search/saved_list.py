"""The saved searches in the side panel: a click searches, the menu renames and removes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPen, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.messages import tr
from core.messages.translate import formatter
from gui.widgets import context_menu
from gui.widgets.plain_text import action_text, elided, tool_tip
from gui.widgets.theme import colours, scaled

if TYPE_CHECKING:
    from core.library import SavedSearch

Index = QModelIndex | QPersistentModelIndex
PADDING = 7


class SavedRoles(IntEnum):
    """Item data roles beside Qt's own."""

    QUERY = Qt.ItemDataRole.UserRole + 1
    COUNT = Qt.ItemDataRole.UserRole + 2
    NOTIFY = Qt.ItemDataRole.UserRole + 3
    MARKED = Qt.ItemDataRole.UserRole + 4


class SavedSearchList(QListView):
    """Emits `chosen(query)`, and `edit_requested`, `remove_requested` and `notify_requested` with the search's name."""

    chosen = Signal(str)
    edit_requested = Signal(str)
    remove_requested = Signal(str)
    notify_requested = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.items = QStandardItemModel(self)
        self.setModel(self.items)
        self.setItemDelegate(_SavedDelegate(self))
        self.setAccessibleName(tr("Saved searches"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.clicked.connect(self._choose)

    def show_searches(self, searches: Sequence[SavedSearch], counts: Mapping[str, int]) -> None:
        """Show the searches with the numbers of documents that match, as far as they are known."""
        current = self.currentIndex().row()
        self.items.clear()
        for search in searches:
            item = QStandardItem(search.name)
            item.setData(search.query, SavedRoles.QUERY)
            item.setData(counts.get(search.name), SavedRoles.COUNT)
            item.setData(search.notify, SavedRoles.NOTIFY)
            item.setToolTip(tool_tip(search.query))
            item.setAccessibleText(_spoken(search.name, counts.get(search.name)))
            self.items.appendRow(item)
        if 0 <= current < self.items.rowCount():
            self.setCurrentIndex(self.items.index(current, 0))
        self.setFixedHeight(self.sizeHintForRow(0) * self.items.rowCount() + 2 if searches else 0)
        self.setVisible(bool(searches))  # an empty list would take the focus and show nothing

    def mark(self, query: str) -> None:
        """Mark the search whose query is shown now."""
        for row in range(self.items.rowCount()):
            item = self.items.item(row)
            if (item.data(SavedRoles.QUERY) == query) != bool(item.data(SavedRoles.MARKED)):
                item.setData(item.data(SavedRoles.QUERY) == query, SavedRoles.MARKED)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() == Qt.Key.Key_Delete and index.isValid():
            self.remove_requested.emit(index.data())
        elif event.key() == Qt.Key.Key_F2 and index.isValid():
            self.edit_requested.emit(index.data())
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and index.isValid():
            self._choose(index)
        elif event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def menu_for(self, index: Index) -> QMenu:
        """The menu of a saved search; deletes itself when closed."""
        menu, name = QMenu(self), str(index.data())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, signal in (
            (tr("Rename…"), self.edit_requested),
            (tr("Remove"), self.remove_requested),
        ):
            action = menu.addAction(action_text(text))
            action.triggered.connect(lambda _on=False, signal=signal: signal.emit(name))
        menu.addSeparator()
        notify = menu.addAction(tr("Notify me of new matches"))
        notify.setCheckable(True)
        notify.setChecked(bool(index.data(SavedRoles.NOTIFY)))
        notify.toggled.connect(lambda on: self.notify_requested.emit(name, on))
        return menu

    @Slot(QPoint)
    def _show_menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            self.setCurrentIndex(index)
            context_menu.show(self.menu_for(index), self.viewport().mapToGlobal(at))

    @Slot(QModelIndex)
    def _choose(self, index: Index) -> None:
        self.chosen.emit(index.data(SavedRoles.QUERY))


class _SavedDelegate(QStyledItemDelegate):
    """Paints a name with the number of documents at the end of the row."""

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(120, option.fontMetrics.height() + 2 * PADDING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        these = colours()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QRectF(option.rect).adjusted(8, 1, -8, -1)
        marked = bool(index.data(SavedRoles.MARKED))
        painter.setPen(Qt.PenStyle.NoPen)
        if marked or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(these.selected if marked else these.soft)
            painter.drawRoundedRect(ground, 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(these.accent, 2))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1), 5, 5)
        count = index.data(SavedRoles.COUNT)
        room = option.rect.adjusted(20, 0, -20, 0)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        lead, tail = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        lead, tail = (tail, lead) if mirrored else (lead, tail)
        middle = int(Qt.AlignmentFlag.AlignVCenter.value)
        if count is not None:
            painter.setFont(scaled(option.font, 0.88))
            painter.setPen(these.selected_text if marked else these.dim)
            text = formatter().number(count)
            painter.drawText(room, int(tail.value) | middle, text)
            width = painter.fontMetrics().horizontalAdvance(text) + 8
            room = room.adjusted(width, 0, 0, 0) if mirrored else room.adjusted(0, 0, -width, 0)
        painter.setFont(option.font)
        painter.setPen(these.selected_text if marked else these.text)
        painter.drawText(room, int(lead.value) | middle, elided(str(index.data()), option.fontMetrics, room.width()))
        painter.restore()


def _spoken(name: str, count: int | None) -> str:
    """A row as a screen reader says it."""
    return name if count is None else tr("{name}, {count} documents", name=name, count=count)
