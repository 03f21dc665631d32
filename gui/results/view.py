"""The list of hits on screen: its keys, its menu and its dragging; the rows are painted by the delegate."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QStyleOptionViewItem, QWidget

from core.document import Hit
from gui.results.delegate import ResultDelegate
from gui.results.model import HitRoles, ResultsModel
from gui.text import messages
from gui.widgets.assets import symbol_icon
from gui.widgets.theme import colours

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
        self.rows = ResultsModel(self)
        self.setModel(self.rows)
        self._delegate = ResultDelegate(self)
        self.setItemDelegate(self._delegate)
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
        self._pointer: QPoint | None = None
        self.activated.connect(self._open)
        self.selectionModel().currentChanged.connect(self._current_changed)
        self.clicked.connect(self._mark_picked)

    def current(self) -> Hit | None:
        """The hit that keys and menus act on."""
        return self.rows.hit(self.currentIndex().row())

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show another answer: a row that a person picked stays picked and in its place, else the first is current."""
        before, pointed = self.current(), self._pointed_at()
        picked = before if self._picked else None
        held = pointed or picked
        top = self._top_of(held)
        for seen in (picked, pointed):
            if seen is not None and not self._is_version(seen):
                hits = [hit.led_by(seen.path) for hit in hits]
        self.rows.replace(self._with_place_kept(hits, pointed))
        row = self.rows.place_of(picked.path) if picked else -1
        self._picked = row >= 0
        self.setCurrentIndex(self.rows.index(max(0, row)))
        if held is None or self.rows.place_of(held.path) < 0:
            self.scrollToTop()
        else:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + self._top_of(held) - top)
        if self.current() != before:
            self.chosen.emit(self.current())

    def forget_pick(self) -> None:
        """From now on the first row is the current one again: a new question was asked."""
        self._picked = False
        self._pointer = None

    def unfold(self, *, on: bool) -> None:
        """Show the versions of the current row below it, or fold them away."""
        row = self.rows.first_of(self.currentIndex().row())
        self._picked = True
        if not on:
            self.setCurrentIndex(self.rows.index(row))
        self.rows.unfold(row, on=on)

    def _pointed_at(self) -> Hit | None:
        """The hit under a pointer that was moved over the list since the question."""
        return None if self._pointer is None else self.rows.hit(self.indexAt(self._pointer).row())

    def _is_version(self, hit: Hit) -> bool:
        return bool(self.rows.index(self.rows.row_of(hit.path)).data(HitRoles.IS_VERSION))

    def _top_of(self, hit: Hit | None) -> int:
        return self.visualRect(self.rows.index(self.rows.place_of(hit.path))).top() if hit else 0

    def _with_place_kept(self, hits: Sequence[Hit], pointed: Hit | None) -> list[Hit]:
        """The hits in their order, but for the one that a person points at: it stays where it is to be clicked."""
        kept = next((hit for hit in hits if pointed and pointed.path in hit.paths), None)
        others = [hit for hit in hits if hit is not kept]
        if kept is not None and pointed is not None:
            place = next(at for at, hit in enumerate(self.rows.places()) if pointed.path in hit.paths)
            others.insert(place, kept)
        return others

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
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Left} and not _commanding(event):
            from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.unfold(on=(key == Qt.Key.Key_Right) != from_right)
        elif event.text().isprintable() and event.text() and not _commanding(event):
            event.ignore()  # typing goes to the search box, not to Qt's own jump-to-row
        else:
            self._picked = True
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._unfolds(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._unfolds(event):
            super().mouseDoubleClickEvent(event)

    def _unfolds(self, event: QMouseEvent) -> bool:
        """Whether a press of a button was meant for a row's versions, and was obeyed."""
        at = event.position().toPoint()
        index, option = self.indexAt(at), QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        if event.button() != Qt.MouseButton.LeftButton or not self._delegate.versions_at(option, index).contains(at):
            return False
        self.setCurrentIndex(index)
        self.unfold(on=not index.data(HitRoles.UNFOLDED))
        return True

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
        if hit.versions:
            self._add_versions(menu, hit)
        menu.triggered.connect(self._menu_chosen)
        return menu

    def _add_versions(self, menu: QMenu, hit: Hit) -> None:
        on = not self.rows.is_unfolded(hit)
        says = self.tr("Show {}") if on else self.tr("Fold {} away")
        menu.addSeparator()
        action = menu.addAction(says.format(messages.versions(len(hit.versions))))
        action.setData(("unfold" if on else "fold", hit))
        action.setShortcut(QKeySequence("Right" if on else "Left"))
        action.setShortcutVisibleInContextMenu(True)

    @Slot(object)
    def _menu_chosen(self, action: object) -> None:
        what, hit = action.data()  # type: ignore[attr-defined]
        if what in {"unfold", "fold"}:
            self.rows.unfold(self.rows.row_of(hit.path), on=what == "unfold")
        else:
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
