"""Chips under the search box: one for each operator of the query, removed by a click."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.messages import tr
from core.messages.visible import cut
from gui.search import query_text
from gui.widgets.basic import ELIDE_MIDDLE
from gui.widgets.elided_button import ElidedButton
from gui.widgets.plain_text import shortened, tool_tip
from gui.widgets.tab_order import keep_place
from gui.widgets.theme import opposite

if TYPE_CHECKING:
    from core.library import Node, Query

MAX_CHIP_LENGTH = 40  # characters
MAX_CHIPS = 8


class QueryChips(QWidget):
    """A row of chips, hidden for queries without operators; emits `rewritten(text)` when one is removed."""

    rewritten = Signal(str)
    focus_left = Signal()

    def __init__(self, shown_elsewhere: Collection[str] = (), parent: QWidget | None = None) -> None:
        """`shown_elsewhere` are the fields whose filters have a button of their own."""
        super().__init__(parent)
        self._shown_elsewhere = shown_elsewhere
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Filters and operators in your query"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(20, 0, 20, 10)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._chips: list[ElidedButton] = []
        self._queries_without: list[str] = []  # the query without each chip's operator
        self.hide()

    def chips(self) -> list[ElidedButton]:
        return list(self._chips)

    def show_query(self, query: Query) -> None:
        """Show a chip for each operator of a query, up to `MAX_CHIPS`."""
        shown = [part for part in query.operators if not self._has_button(part)]
        parts = [(query_text.part(part), query.without(part)) for part in shown[:MAX_CHIPS]]
        if query.is_pasted:
            parts.append((query_text.pasted_text(query), ""))
        self._queries_without = [text for _, text in parts]
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.removeEventFilter(self)
            chip.deleteLater()
        self._chips = []
        for number, (text, _) in enumerate(parts):
            self._add(number, text)
        keep_place(self, *self._chips)
        self.setVisible(bool(self._chips))

    def _has_button(self, part: Node) -> bool:
        """Whether a button shows a part."""
        from core.library import is_filter_of

        return any(is_filter_of(part, field) for field in self._shown_elsewhere)

    def _add(self, number: int, text: str) -> None:
        chip = ElidedButton("", "operator", parent=self, mode=ELIDE_MIDDLE)
        chip.setText(cut(text, MAX_CHIP_LENGTH) + "\u2005")  # a gap before the cross
        chip.set_symbol("close")
        chip.setToolTip(tool_tip(tr("Remove: {part}", part=text)))
        chip.setAccessibleName(tr("{part}, remove", part=shortened(text)))
        chip.setProperty("number", number)
        chip.setLayoutDirection(opposite(self.layoutDirection()))  # the cross stands after the text
        chip.clicked.connect(self._clicked)
        chip.installEventFilter(self)
        self._chips.append(chip)
        self._row.insertWidget(number, chip)
        chip.show()  # at once, so that it can take the focus

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle a chip's keys: arrows move the focus, Delete removes the operator."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        number = int(watched.property("number"))
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._remove(number)
            case Qt.Key.Key_Left:
                self._focus_chip(number - self._step)
            case Qt.Key.Key_Right:
                self._focus_chip(number + self._step)
            case Qt.Key.Key_Up | Qt.Key.Key_Escape:
                self.focus_left.emit()
            case _:
                return super().eventFilter(watched, event)
        return True

    @property
    def _step(self) -> int:
        """How many chips on the one to the right is."""
        return -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1

    def _focus_chip(self, number: int) -> None:
        if 0 <= number < len(self._chips):
            self._chips[number].setFocus(Qt.FocusReason.TabFocusReason)
        elif number < 0:
            self.focus_left.emit()

    @Slot()
    def _clicked(self) -> None:
        self._remove(int(self.sender().property("number")))

    def _remove(self, number: int) -> None:
        had_focus = any(chip.hasFocus() for chip in self._chips)
        self.rewritten.emit(self._queries_without[number])
        if had_focus and self._chips:
            self._focus_chip(min(number, len(self._chips) - 1))
        else:
            self.focus_left.emit()
