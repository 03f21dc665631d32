"""The result list: its keys, its context menu and dragging; the delegate paints the rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QStyleOptionViewItem, QWidget

from core.document import Hit
from gui.results.hit_list import HitList
from gui.results.menu import NO_OFFERS, MenuOffers, hit_menu
from gui.results.model import HitRoles
from gui.widgets import context_menu

_TOGGLE_KEYS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ResultsView(HitList):
    """Emits `action_requested(name, hits)` for an action on the selected hits, `left_upwards` for one above the first.

    `offers` returns what the menu of a hit offers beside what is always possible.
    """

    action_requested = Signal(str, object)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.offers: Callable[[Hit], MenuOffers] = lambda _hit: NO_OFFERS
        self.activated.connect(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._request("copy_file")
        elif key in _TOGGLE_KEYS and not event.modifiers() and self.rows.toggle_section(self.currentIndex().row()):
            self.scrollTo(self.currentIndex())
        elif key == Qt.Key.Key_Space and not event.modifiers():
            self._request("preview")
        elif key == Qt.Key.Key_Up and not event.modifiers() and self.currentIndex().row() <= self.rows.first_row():
            self.left_upwards.emit()
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Left} and not _has_modifier(event):
            from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.set_expanded(on=(key == Qt.Key.Key_Right) != from_right)
        elif event.text().isprintable() and event.text() and not _has_modifier(event):
            event.ignore()  # typing goes to the search box, not to Qt's own jump-to-row
        else:
            self._picked = True
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if not (is_left and (self.rows.toggle_section(row) or self._toggle_versions(event))):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._toggle_versions(event):
            super().mouseDoubleClickEvent(event)

    def _toggle_versions(self, event: QMouseEvent) -> bool:
        """Show or hide the versions of the row whose version count was clicked; whether it was."""
        at = event.position().toPoint()
        index, option = self.indexAt(at), QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        if not self._delegate.versions_rect(option, index).contains(at):
            return False
        self.setCurrentIndex(index)
        self.set_expanded(on=not index.data(HitRoles.EXPANDED))
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        hit = self.rows.hit(index.row())
        if hit is None:
            return
        here = self.visualRect(index).center() if by_key else event.pos()
        context_menu.show(self.menu_for(hit), self.viewport().mapToGlobal(QPoint(here)))

    def menu_for(self, hit: Hit) -> QMenu:
        """The context menu of a hit, or of all selected ones if it is among them; deletes itself when closed."""
        hits = self.selected()
        menu = hit_menu(self, hits if hit in hits and len(hits) > 1 else [hit], self.offers(hit))
        menu.triggered.connect(self._menu_chosen)
        return menu

    @Slot(object)
    def _menu_chosen(self, action: object) -> None:
        data = action.data()  # type: ignore[attr-defined]
        if data is None:
            return
        name, hits = data
        if name in {"expand", "collapse"}:
            self.rows.set_expanded(self.rows.row_of(hits[0].path), on=name == "expand")
        else:
            self.action_requested.emit(name, hits)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        if self.rows.hit(index.row()) is not None:
            self._request("open")

    def _request(self, action: str) -> None:
        hits = self.selected()
        if hits:
            self.action_requested.emit(action, hits)


def _has_modifier(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
