"""The list of hits on screen: its keys, its menu and its dragging; the rows are painted by the delegate."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QWidget

from core.document import Hit
from gui.assets import symbol_icon
from gui.result_delegate import ResultDelegate
from gui.results_list import ResultsList
from gui.theme import colours

_MENU: tuple[tuple[str, str, str], ...] = (
    ("open", "open", "Enter"),
    ("folder", "folder-open", "Ctrl+Enter"),
    ("preview", "eye", "Space"),
    ("", "", ""),
    ("copy_file", "copy", "Ctrl+C"),
    ("copy_path", "", "Ctrl+Shift+C"),
    ("copy_passage", "", ""),
    ("", "", ""),
    ("similar", "search", ""),
    ("why", "info", ""),
)


class ResultsView(QListView):
    """Asks for things to be done with a hit by `wanted(what, hit)`; `chosen` tells which hit is the current one."""

    wanted = Signal(str, object)
    chosen = Signal(object)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ResultsList(self)
        self.setModel(self.rows)
        self.setItemDelegate(ResultDelegate(self))
        self.setAccessibleName(self.tr("Documents found"))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its room is kept: no row gets narrower
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self._picked = False
        self.activated.connect(self._open)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.clicked.connect(self._mark_picked)

    def current(self) -> Hit | None:
        """The hit that keys and menus act on."""
        return self.rows.hit(self.currentIndex().row())

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show another answer: a row that a person picked stays picked and in its place, else the first is current."""
        before = self.current()
        offset = self.visualRect(self.currentIndex()).top() if before else 0
        self.rows.replace(hits)
        row = self.rows.row_of(before.path) if before and self._picked else -1
        if row < 0:
            self._picked = False
            self.setCurrentIndex(self.rows.index(0))
            self.scrollToTop()
        else:
            self.setCurrentIndex(self.rows.index(row))
            moved = self.visualRect(self.currentIndex()).top() - offset
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)
        if self.current() != before:
            self.chosen.emit(self.current())

    def forget_pick(self) -> None:
        """From now on the first row is the current one again: a new question was asked."""
        self._picked = False

    def enter(self) -> None:
        """Take the keys, with the current row or the first."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(0))
        self._picked = True
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._want("copy_file")
        elif key == Qt.Key.Key_Space and not event.modifiers():
            self._want("preview")
        elif key == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upwards.emit()
        elif event.text().isprintable() and event.text() and not _commanding(event):
            event.ignore()  # typing goes to the search box, not to Qt's own jump-to-row
        else:
            self._picked = True
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        hit = self.rows.hit(index.row())
        if hit is None:
            return
        here = self.visualRect(index).center() if by_key else event.pos()
        self.menu_for(hit).popup(self.viewport().mapToGlobal(QPoint(here)))

    def menu_for(self, hit: Hit) -> QMenu:
        """The menu of what can be done with a hit; it is deleted when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        these = colours()
        titles = {
            "open": self.tr("Open"),
            "folder": self.tr("Open folder"),
            "preview": self.tr("Preview"),
            "copy_file": self.tr("Copy file"),
            "copy_path": self.tr("Copy path"),
            "copy_passage": self.tr("Copy passage"),
            "similar": self.tr("Find similar"),
            "why": self.tr("Why found"),
        }
        for what, icon, keys in _MENU:
            if not what:
                menu.addSeparator()
                continue
            action = menu.addAction(titles[what])
            action.setData((what, hit))
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutVisibleInContextMenu(True)
            if icon:
                action.setIcon(symbol_icon(icon, these.dim, these.edge, 16))
        menu.triggered.connect(self._menu_chosen)
        return menu

    @Slot(object)
    def _menu_chosen(self, action: object) -> None:
        what, hit = action.data()  # type: ignore[attr-defined]
        self.wanted.emit(what, hit)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        hit = self.rows.hit(index.row())
        if hit is not None:
            self.wanted.emit("open", hit)

    @Slot(int, int)
    def _range_changed(self, _least: int, most: int) -> None:
        self.verticalScrollBar().setEnabled(most > 0)

    @Slot(QModelIndex)
    def _mark_picked(self, _index: QModelIndex) -> None:
        self._picked = True

    @Slot(QModelIndex, QModelIndex)
    def _current_changed(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(self.rows.hit(now.row()))

    def _want(self, what: str) -> None:
        hit = self.current()
        if hit is not None:
            self.wanted.emit(what, hit)


def _commanding(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
