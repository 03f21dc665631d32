"""The menu of a filter button: values with their counts; several can be ticked while it stays open."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QWidget

from core.messages import tr
from core.messages.visible import cut
from gui.search import filter_text
from gui.widgets.plain_text import action_text, tool_tip

if TYPE_CHECKING:
    from core.library import FacetValue

MULTIPLE = frozenset({"type", "in", "lang"})  # fields of which several values can be chosen
MAX_TEXT = 40  # characters of an entry


class FilterMenu(QMenu):
    """Emits `chosen(values)` for the values that are ticked now, and `dates_requested` for a range of dates."""

    chosen = Signal(list)
    dates_requested = Signal()

    def __init__(self, field: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._field = field
        self._group: QActionGroup | None = None
        self.setAccessibleName(filter_text.title(field))
        self.setToolTipsVisible(True)

    def show_counting(self, values: Sequence[str]) -> None:
        """Show what is chosen while the documents are counted."""
        self.show_values([(value, None) for value in values], values, tr("Counting…"))

    def show_facets(self, facets: Sequence[FacetValue], values: Sequence[str]) -> None:
        """Show the values that documents have, with the chosen ones ticked, even those that no document has."""
        known = [one.value for one in facets]
        missing = [value for value in values if not any(_same(value, other) for other in known)]
        entries: list[tuple[str, int | None]] = [(one.value, one.count) for one in facets]
        entries += [(value, 0 if self._field in {"type", "lang"} else None) for value in missing]
        self.show_values(entries, values, "" if entries else tr("No documents"))

    def show_values(self, entries: Sequence[tuple[str, int | None]], values: Sequence[str], note: str = "") -> None:
        """Show (value, count) entries, with the chosen `values` ticked, and a note in place of what is missing."""
        focused = self.activeAction().data() if self.activeAction() is not None else None
        self.clear()
        self._group = None if self._field in MULTIPLE else QActionGroup(self)
        if self._field in filter_text.FACETS:
            self._add(filter_text.everything(self._field), "", None, ticked=not values)
            self.addSeparator()
        for value, count in entries:
            text = filter_text.value_text(self._field, value)
            inside = self._field == "in" and any(value.startswith(f"{other}/") for other, _ in entries)
            action = self._add(text, value, count, ticked=any(_same(value, one) for one in values), inside=inside)
            if self._field == "in":
                action.setToolTip(tool_tip(value))
        if note:
            self.addAction(note).setEnabled(False)
        if self._field == "date":
            self.addSeparator()
            self.addAction(tr("Choose dates…")).triggered.connect(self.dates_requested)
        for action in self.actions():
            if focused is not None and action.data() == focused:
                self.setActiveAction(action)

    def _add(self, text: str, value: str, count: int | None, *, ticked: bool, inside: bool = False) -> QAction:
        shown = ("\u2003" if inside else "") + action_text(cut(text, MAX_TEXT))
        action = self.addAction(shown if count is None else f"{shown}\t{filter_text.count(count)}")
        action.setCheckable(True)
        action.setChecked(ticked)
        action.setData(value)
        if self._group is not None:
            self._group.addAction(action)
        action.triggered.connect(self._triggered)
        return action

    @Slot()
    def _triggered(self) -> None:
        action = cast(QAction, self.sender())
        if not action.data() or self._group is not None:
            self.chosen.emit([action.data()] if action.data() else [])
            return
        values = [other.data() for other in self.actions() if other.isChecked() and other.data()]
        for other in self.actions():
            if other.isCheckable() and not other.data():
                other.setChecked(not values)
        self.chosen.emit(values)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._toggle(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Space tick and go on; Enter chooses and closes."""
        if event.key() != Qt.Key.Key_Space or not self._toggle(self.activeAction()):
            super().keyPressEvent(event)

    def _toggle(self, action: QAction | None) -> bool:
        """Tick one of several values without closing the menu; whether this was such a value."""
        if action is None or self._group is not None or not action.data() or not action.isEnabled():
            return False
        action.trigger()
        return True


def _same(value: str, other: str) -> bool:
    """Whether two values of a query say the same."""
    if value[:1] in "/~":
        return os.path.expanduser(value) == os.path.expanduser(other)
    return value.lower().replace("-", " ") == other.lower().replace("-", " ")
