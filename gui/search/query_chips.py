"""Chips under the search box: one for each operator of the query, removed by a click."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.messages import tr
from gui.search import query_text
from gui.widgets.elided_button import ElidedButton

if TYPE_CHECKING:
    from core.library import Query

MAX_CHIP_LENGTH = 40  # characters
MAX_CHIPS = 8


class QueryChips(QWidget):
    """A row of chips, hidden for queries without operators; emits `rewritten(text)` when one is removed."""

    rewritten = Signal(str)
    focus_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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
        parts = [(query_text.part(part), query.without(part)) for part in query.operators[:MAX_CHIPS]]
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
        self.setVisible(bool(self._chips))

    def _add(self, number: int, text: str) -> None:
        chip = ElidedButton("", "operator", parent=self)
        shown = text if len(text) <= MAX_CHIP_LENGTH else text[: MAX_CHIP_LENGTH - 1] + "…"
        chip.setText(shown + "\u2005")  # a gap before the cross
        chip.set_symbol("close")
        chip.setToolTip(tr("Remove: {part}", part=text))
        chip.setAccessibleName(tr("{part}, remove", part=text))
        chip.setProperty("number", number)
        chip.setLayoutDirection(_opposite(self.layoutDirection()))  # the cross stands after the text
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


def _opposite(direction: Qt.LayoutDirection) -> Qt.LayoutDirection:
    right = Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight if direction == right else right
