"""The list of what a team library found: its keys and its context menu."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QMenu, QWidget

from core.document import Hit
from core.messages import tr
from gui.results.hit_list import HitList
from gui.widgets import context_menu

_TOGGLE_KEYS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter})


class TeamHits(HitList):
    """Emits `chosen(hit)` for a hit to read, and `action_requested(name, hit)`: "open" or "copy_path"."""

    chosen = Signal(object)
    action_requested = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Results of the team library"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.activated.connect(self._open)
        self.current_changed.connect(self._choose)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _TOGGLE_KEYS and self.rows.toggle_section(self.currentIndex().row()):
            self.scrollTo(self.currentIndex())
        elif event.key() in {Qt.Key.Key_Right, Qt.Key.Key_Left} and not event.modifiers():
            from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.set_expanded(on=(event.key() == Qt.Key.Key_Right) != from_right)
        elif event.text().isprintable() and event.text():
            event.ignore()  # typing goes to the search box
        else:
            self._picked = True
            super().keyPressEvent(event)
            self._choose(self.current())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.indexAt(event.position().toPoint()).row()
        if event.button() == Qt.MouseButton.LeftButton and self.rows.toggle_section(row):
            return
        self._picked = True
        super().mousePressEvent(event)
        self._choose(self.current())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        hit = self.rows.hit(index.row())
        if hit is not None:
            here = self.visualRect(index).center() if by_key else event.pos()
            context_menu.show(self.menu_for(hit), self.viewport().mapToGlobal(QPoint(here)))

    def menu_for(self, hit: Hit) -> QMenu:
        """The context menu of a hit; deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Open"), lambda: self.action_requested.emit("open", hit))
        menu.addAction(tr("Copy path"), lambda: self.action_requested.emit("copy_path", hit))
        return menu

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        hit = self.rows.hit(index.row())
        if hit is not None:
            self.action_requested.emit("open", hit)

    @Slot(object)
    def _choose(self, hit: Hit | None) -> None:
        """Ask for the text of a hit that the user picked; the first one is current without that."""
        if hit is not None and self.is_picked:
            self.chosen.emit(hit)
