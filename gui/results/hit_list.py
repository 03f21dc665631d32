"""The hits of a list: which of them is current or selected, and what stays in its place when they are replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QWidget

from core.document import Hit
from core.messages import tr
from gui.results.delegate import ResultDelegate
from gui.results.model import HitRoles, ResultsModel
from gui.results.row_metrics import Density
from gui.results.steady_list import SteadyList
from gui.widgets.theme import colours


class HitList(SteadyList):
    """Emits `current_changed(hit)`. A hit that the user picked, and one under the pointer, do not move away."""

    current_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ResultsModel(self)
        self.setModel(self.rows)
        self._delegate = ResultDelegate(self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("Results"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else scrolling paints every row again
        self._shown: Sequence[Hit] = ()
        self._hidden: frozenset[str] = frozenset()
        self._picked = False
        self._pointer: QPoint | None = None
        self.selectionModel().currentChanged.connect(self._emit_current)
        self.clicked.connect(self._mark_picked)

    def current(self) -> Hit | None:
        """The hit that the preview shows."""
        return self.rows.hit(self.currentIndex().row())

    def selected(self) -> list[Hit]:
        """The hits that keys and menus act on, in the order of the list; the current one if none is selected."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        current = self.current()
        return [hit for row in rows if (hit := self.rows.hit(row))] or ([current] if current else [])

    @property
    def density(self) -> Density:
        return self._delegate.density

    def show_thumbnails(self, pixmap_of: Callable[[Hit], QPixmap | None] | None) -> None:
        """Show pictures in the place of the icons, where there are any; None for icons alone."""
        self._delegate.pixmap_of = pixmap_of
        self.viewport().update()

    def set_density(self, density: Density) -> None:
        """Show comfortable or compact rows; the current one stays visible."""
        self._delegate.density = density
        self.scheduleDelayedItemsLayout()
        self.executeDelayedItemsLayout()
        self.scrollTo(self.currentIndex())
        self.viewport().update()

    def hide_paths(self, paths: Iterable[str]) -> None:
        """Leave files out of the list until the next query, such as ones that are being excluded; none for no paths."""
        self._hidden = frozenset(paths)
        self.show_hits(self._shown)

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Replace the results; a row picked by the user stays current and in place, else the first becomes current."""
        self._shown = hits
        hits = [hit for hit in hits if hit.path not in self._hidden]
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
        chosen = self.rows.index(row if self._picked else self.rows.first_row())
        if chosen != self.currentIndex() or not self._picked:  # else several may be selected
            self.setCurrentIndex(chosen)
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
        self._hidden = frozenset()
        self.rows.fold_sections()

    @property
    def is_picked(self) -> bool:
        """Whether the user picked the current row."""
        return self._picked

    def pick(self, path: str) -> bool:
        """Make the row of a document current as if the user had picked it; whether it is in the list."""
        row = self.rows.row_containing(path)
        if row >= 0:
            self._picked = True
            self.setCurrentIndex(self.rows.index(row))
            self.scrollTo(self.currentIndex())
        return row >= 0

    def set_expanded(self, *, on: bool) -> None:
        """Show or hide the versions of the current result."""
        row = self.rows.result_row(self.currentIndex().row())
        self._picked = True
        if not on:
            self.setCurrentIndex(self.rows.index(row))
        self.rows.set_expanded(row, on=on)

    def step_hit(self, step: int) -> bool:
        """Make the next hit current (1) or the one before (-1); False if there is none."""
        row = self.currentIndex().row() + step
        while 0 <= row < self.rows.rowCount() and self.rows.hit(row) is None:
            row += step
        if not 0 <= row < self.rows.rowCount():
            return False
        self._picked = True
        self.setCurrentIndex(self.rows.index(row))
        return True

    def enter(self) -> None:
        """Take the keyboard focus, with the current row or the first."""
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.rows.index(self.rows.first_row()))
        self._picked = True
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _hovered(self) -> Hit | None:
        """The hit under the pointer, if it was moved over the list since the last query."""
        return None if self._pointer is None else self.rows.hit(self.indexAt(self._pointer).row())

    def _is_version(self, hit: Hit) -> bool:
        return bool(self.rows.index(self.rows.row_of(hit.path)).data(HitRoles.ROW_KIND) == "version")

    def _top_of(self, hit: Hit | None) -> int:
        return self.visualRect(self.rows.index(self.rows.row_containing(hit.path))).top() if hit else 0

    def _with_position_kept(self, hits: Sequence[Hit], pointed: Hit | None) -> list[Hit]:
        """The hits in their order, except that the one under the pointer keeps its position so that a click hits it."""
        kept = next((hit for hit in hits if pointed and pointed.path in hit.paths), None)
        others = [hit for hit in hits if hit is not kept]
        if kept is not None and pointed is not None:
            before = self.rows.results()
            place = next((at for at, hit in enumerate(before) if pointed.path in hit.paths), len(others))
            others.insert(place, kept)
        return others

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), colours().base)
        painter.end()
        super().paintEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position().toPoint()
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        super().leaveEvent(event)

    @Slot(QModelIndex)
    def _mark_picked(self, _index: QModelIndex) -> None:
        self._picked = True

    @Slot(QModelIndex, QModelIndex)
    def _emit_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        self.current_changed.emit(self.rows.hit(now.row()))
