"""The result list: its keys, its context menu and dragging; the delegate paints the rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QMenu, QStyleOptionViewItem, QWidget

from core.document import Hit
from core.messages import ntr, tr
from gui.results.delegate import ResultDelegate
from gui.results.model import HitRoles, ResultsModel
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
    """Emits `action_requested(name, hit)` for an action on a hit, and `current_changed(hit)`."""

    action_requested = Signal(str, object)
    current_changed = Signal(object)
    left_upwards = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ResultsModel(self)
        self.setModel(self.rows)
        self._delegate = ResultDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("Results"))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # rows keep their width
        self.verticalScrollBar().rangeChanged.connect(self._range_changed)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self._picked = False
        self._pointer: QPoint | None = None
        self.activated.connect(self._open)
        self.selectionModel().currentChanged.connect(self._emit_current)
        self.clicked.connect(self._mark_picked)

    def current(self) -> Hit | None:
        """The hit that keys and menus act on."""
        return self.rows.hit(self.currentIndex().row())

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Replace the results; a row picked by the user stays current and in place, else the first becomes current."""
        before, pointed = self.current(), self._hovered()
        picked = before if self._picked else None
        anchor = pointed or picked
        top = self._top_of(anchor)
        for seen in (picked, pointed):
            if seen is not None and not self._is_version(seen):
                hits = [hit.led_by(seen.path) for hit in hits]
        self.rows.replace(self._with_position_kept(hits, pointed))
        row = self.rows.row_containing(picked.path) if picked else -1
        self._picked = row >= 0
        self.setCurrentIndex(self.rows.index(max(0, row)))
        if anchor is None or self.rows.row_containing(anchor.path) < 0:
            self.scrollToTop()
        else:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + self._top_of(anchor) - top)
        if self.current() != before:
            self.current_changed.emit(self.current())

    def forget_pick(self) -> None:
        """Forget the picked row after a change of the query, so that the next results make their first row current."""
        self._picked = False
        self._pointer = None

    def set_expanded(self, *, on: bool) -> None:
        """Show or hide the versions of the current result."""
        row = self.rows.result_row(self.currentIndex().row())
        self._picked = True
        if not on:
            self.setCurrentIndex(self.rows.index(row))
        self.rows.set_expanded(row, on=on)

    def _hovered(self) -> Hit | None:
        """The hit under the pointer, if it was moved over the list since the last query."""
        return None if self._pointer is None else self.rows.hit(self.indexAt(self._pointer).row())

    def _is_version(self, hit: Hit) -> bool:
        return bool(self.rows.index(self.rows.row_of(hit.path)).data(HitRoles.IS_VERSION))

    def _top_of(self, hit: Hit | None) -> int:
        return self.visualRect(self.rows.index(self.rows.row_containing(hit.path))).top() if hit else 0

    def _with_position_kept(self, hits: Sequence[Hit], pointed: Hit | None) -> list[Hit]:
        """The hits in their order, except that the one under the pointer keeps its position so that a click hits it."""
        kept = next((hit for hit in hits if pointed and pointed.path in hit.paths), None)
        others = [hit for hit in hits if hit is not kept]
        if kept is not None and pointed is not None:
            place = next(at for at, hit in enumerate(self.rows.results()) if pointed.path in hit.paths)
            others.insert(place, kept)
        return others

    def enter(self) -> None:
        """Take the keyboard focus, with the current row or the first."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(0))
        self._picked = True
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._request("copy_file")
        elif key == Qt.Key.Key_Space and not event.modifiers():
            self._request("preview")
        elif key == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upwards.emit()
        elif key in {Qt.Key.Key_Right, Qt.Key.Key_Left} and not _has_modifier(event):
            from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.set_expanded(on=(key == Qt.Key.Key_Right) != from_right)
        elif event.text().isprintable() and event.text() and not _has_modifier(event):
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
        if not self._toggle_versions(event):
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._toggle_versions(event):
            super().mouseDoubleClickEvent(event)

    def _toggle_versions(self, event: QMouseEvent) -> bool:
        """Show or hide the versions of the row whose version count was clicked; whether it was."""
        at = event.position().toPoint()
        index, option = self.indexAt(at), QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = self.visualRect(index)
        if event.button() != Qt.MouseButton.LeftButton or not self._delegate.versions_rect(option, index).contains(at):
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
        self.menu_for(hit).popup(self.viewport().mapToGlobal(QPoint(here)))

    def menu_for(self, hit: Hit) -> QMenu:
        """The context menu of a hit; deletes itself when closed."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        palette = colours()
        titles = {
            "open": tr("Open"),
            "folder": tr("Open containing folder"),
            "preview": tr("Preview"),
            "copy_file": tr("Copy file"),
            "copy_path": tr("Copy path"),
            "copy_passage": tr("Copy passage"),
            "similar": tr("Find similar documents"),
            "why": tr("Why this result?"),
        }
        for name, icon, keys in _MENU:
            if not name:
                menu.addSeparator()
                continue
            action = menu.addAction(titles[name])
            action.setData((name, hit))
            if keys:
                action.setShortcut(QKeySequence(keys))
                action.setShortcutVisibleInContextMenu(True)
            if icon:
                action.setIcon(symbol_icon(icon, palette.dim, palette.edge, 16))
        if hit.versions:
            self._add_versions(menu, hit)
        menu.triggered.connect(self._menu_chosen)
        return menu

    def _add_versions(self, menu: QMenu, hit: Hit) -> None:
        on, count = not self.rows.is_expanded(hit), len(hit.versions)
        show = ntr("Show {count} more version", "Show {count} more versions", count)
        hide = ntr("Hide {count} version", "Hide {count} versions", count)
        menu.addSeparator()
        action = menu.addAction(show if on else hide)
        action.setData(("expand" if on else "collapse", hit))
        from_right = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        action.setShortcut(QKeySequence("Right" if on != from_right else "Left"))
        action.setShortcutVisibleInContextMenu(True)

    @Slot(object)
    def _menu_chosen(self, action: object) -> None:
        name, hit = action.data()  # type: ignore[attr-defined]
        if name in {"expand", "collapse"}:
            self.rows.set_expanded(self.rows.row_of(hit.path), on=name == "expand")
        else:
            self.action_requested.emit(name, hit)

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        hit = self.rows.hit(index.row())
        if hit is not None:
            self.action_requested.emit("open", hit)

    @Slot(int, int)
    def _range_changed(self, _minimum: int, maximum: int) -> None:
        self.verticalScrollBar().setEnabled(maximum > 0)

    @Slot(QModelIndex)
    def _mark_picked(self, _index: QModelIndex) -> None:
        self._picked = True

    @Slot(QModelIndex, QModelIndex)
    def _emit_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.current_changed.emit(self.rows.hit(now.row()))

    def _request(self, action: str) -> None:
        hit = self.current()
        if hit is not None:
            self.action_requested.emit(action, hit)


def _has_modifier(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier))
