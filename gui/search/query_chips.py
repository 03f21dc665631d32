"""How the query was read: a chip for each operator under the search box, that takes it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.search import query_text
from gui.widgets.basic import TextButton

if TYPE_CHECKING:
    from core.library import Query

LONGEST = 40  # characters of a chip
MOST = 8  # chips; whoever types more reads the text


class QueryChips(QWidget):
    """One line, hidden while a query is only words; `rewritten(text)` is the query without what was taken away."""

    rewritten = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("How the query was read"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(20, 0, 20, 10)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._chips: list[TextButton] = []
        self._left: list[str] = []  # the query without what each chip stands for
        self.hide()

    def chips(self) -> list[TextButton]:
        return list(self._chips)

    def show_query(self, query: Query) -> None:
        """Show the operators of a query, as many as there is room for."""
        offers = [(query_text.part(part), query.without(part)) for part in query.operators[:MOST]]
        if query.is_pasted:
            offers.append((query_text.idea(query), ""))
        self._left = [text for _, text in offers]
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.removeEventFilter(self)
            chip.deleteLater()
        self._chips = []
        for number, (says, _) in enumerate(offers):
            self._add(number, says)
        self.setVisible(bool(self._chips))

    def _add(self, number: int, says: str) -> None:
        chip = TextButton("", "operator", parent=self)
        chip.setText((says if len(says) <= LONGEST else says[: LONGEST - 1] + "…") + "\u2005")  # air before the cross
        chip.set_symbol("close")
        chip.setToolTip(self.tr("Take away: {}").format(says))
        chip.setAccessibleName(self.tr("{}, take away").format(says))
        chip.setProperty("number", number)
        chip.setLayoutDirection(_turned(self.layoutDirection()))  # the cross stands behind the words
        chip.clicked.connect(self._clicked)
        chip.installEventFilter(self)
        self._chips.append(chip)
        self._row.insertWidget(number, chip)
        chip.show()  # at once, so that it can have the focus

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of a chip: arrows lead to its neighbours and back to the box, Delete takes it away."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        number = int(watched.property("number"))
        match event.key():
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._drop(number)
            case Qt.Key.Key_Left:
                self._go(number - 1)
            case Qt.Key.Key_Right:
                self._go(number + 1)
            case Qt.Key.Key_Up | Qt.Key.Key_Escape:
                self.left.emit()
            case _:
                return super().eventFilter(watched, event)
        return True

    def _go(self, number: int) -> None:
        if 0 <= number < len(self._chips):
            self._chips[number].setFocus(Qt.FocusReason.TabFocusReason)
        elif number < 0:
            self.left.emit()

    @Slot()
    def _clicked(self) -> None:
        self._drop(int(self.sender().property("number")))

    def _drop(self, number: int) -> None:
        had_focus = any(chip.hasFocus() for chip in self._chips)
        self.rewritten.emit(self._left[number])
        if had_focus and self._chips:
            self._go(min(number, len(self._chips) - 1))
        else:
            self.left.emit()


def _turned(direction: Qt.LayoutDirection) -> Qt.LayoutDirection:
    right = Qt.LayoutDirection.RightToLeft
    return Qt.LayoutDirection.LeftToRight if direction == right else right
