"""A button of the filter bar: opens its menu, and removes its filter by its cross; compact, it is a symbol."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from core.messages import tr
from gui.widgets.elided_button import SHORTEST, ElidedButton
from gui.widgets.plain_text import tool_tip
from gui.widgets.theme import opposite

CROSS_WIDTH = 26  # pixels at the end of a button, in which a click removes the filter
LEAST = 13  # characters of its text that stay


class FilterButton(ElidedButton):
    """Shows the values that are chosen; emits `menu_requested` and `cleared`."""

    menu_requested = Signal()
    cleared = Signal()

    def __init__(self, field: str, parent: QWidget | None = None) -> None:
        super().__init__("", "filter", "chevron-down", parent)
        self.field = field
        self.compact_symbol = ""
        self._is_set = self._is_compact = False
        self._label = ""
        self._widths: dict[bool, int] = {}
        self.setLayoutDirection(opposite(self.layoutDirection()))  # the symbol stands after the text
        self.clicked.connect(self.menu_requested)

    @property
    def is_set(self) -> bool:
        """Whether a filter is set, which the cross removes."""
        return self._is_set

    def show_values(self, text: str, *, is_set: bool) -> None:
        """Show a text; `is_set` if it is that of a filter which can be removed."""
        self._label, changes = text, is_set != self._is_set
        self._is_set = is_set
        self._widths.clear()
        self._show(restyle=changes)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tr("Opens a menu. Delete removes the filter.") if is_set else tr("Opens a menu."))

    def set_compact(self, *, on: bool) -> None:
        """Show the `compact_symbol` alone, with the text as tool tip, or the text."""
        if on != self._is_compact:
            self._is_compact = on
            self._show(restyle=True)

    def width_when(self, *, compact: bool) -> int:
        """The width in one of both forms."""
        if compact not in self._widths:
            before = self._is_compact
            self.set_compact(on=compact)
            self._widths[compact] = self.sizeHint().width()
            self.set_compact(on=before)
        return self._widths[compact]

    def minimumSizeHint(self) -> QSize:
        """The width of a text that still says which filter it is, and a part of its values."""
        size, smallest = self.sizeHint(), super().minimumSizeHint()
        more = (LEAST - SHORTEST) * self.fontMetrics().averageCharWidth()
        return QSize(min(size.width(), smallest.width() + more), smallest.height())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self._widths.clear()
        super().changeEvent(event)

    def _show(self, *, restyle: bool) -> None:
        self.setText("" if self._is_compact else self._label + "\u2005")  # a gap before the symbol
        self._whole = ""
        self.setToolTip(tool_tip(self._label) if self._is_compact else "")
        if restyle:
            self.setObjectName("filter-set" if self._is_set else "filter")
            self.setProperty("compact", self._is_compact)
            self.set_symbol(self.compact_symbol if self._is_compact else "close" if self._is_set else "chevron-down")
            self.style().unpolish(self)
            self.style().polish(self)
        self.updateGeometry()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self._is_set:
            self.cleared.emit()
        elif event.key() == Qt.Key.Key_Down and not event.modifiers():
            self.menu_requested.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._is_set and event.button() == Qt.MouseButton.LeftButton and self._is_on_cross(event):
            self.cleared.emit()
        else:
            super().mousePressEvent(event)

    def _is_on_cross(self, event: QMouseEvent) -> bool:
        if self._is_compact:
            return False
        x = event.position().toPoint().x()
        from_left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft  # mirrored: the symbol is on the right
        return x > self.width() - CROSS_WIDTH if from_left else x < CROSS_WIDTH
