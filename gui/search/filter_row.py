"""Keeps the filter buttons in one row: a narrow window shows symbols, then a menu of the filters that do not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QMargins, QSize
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from core.messages import terms, tr
from gui.search import filter_text
from gui.search.filter_button import FilterButton
from gui.widgets.plain_text import action_text

MARGINS = QMargins(20, 0, 16, 10)
GAP = 8
SYMBOLS = {"sort": "sort", "group": "group"}


class FilterRow:
    """Sets the buttons of the fields, one for `more` fields and the widgets at the end into a row of a widget."""

    def __init__(self, parent: QWidget, buttons: Mapping[str, FilterButton], last: QWidget) -> None:
        self._buttons, self._last = buttons, last
        for field, symbol in SYMBOLS.items():
            buttons[field].compact_symbol = symbol
        self.more = FilterButton("more")
        self.more.compact_symbol = "more"
        self.more.set_compact(on=True)
        self.more.hide()
        self._row = QHBoxLayout(parent)
        self._row.setContentsMargins(MARGINS)
        self._row.setSpacing(GAP)
        for field in filter_text.FACETS:
            self._row.addWidget(buttons[field])
        self._row.addWidget(self.more)
        self._row.addStretch(1)
        for field in filter_text.ARRANGEMENTS:  # what concerns the list as a whole
            self._row.addWidget(buttons[field])
        self._row.addWidget(last)

    def hidden(self) -> list[str]:
        """The fields whose buttons do not fit."""
        return [field for field in filter_text.FACETS if self._buttons[field].isHidden()]

    def shown(self) -> list[FilterButton]:
        """The buttons in the row, in their order."""
        facets = [self._buttons[field] for field in filter_text.FACETS]
        arrangements = [self._buttons[field] for field in filter_text.ARRANGEMENTS]
        return [button for button in (*facets, self.more, *arrangements) if not button.isHidden()]

    def minimum_size(self) -> QSize:
        """The size below which not even the symbols fit."""
        height = max(button.sizeHint().height() for button in self._buttons.values())
        return QSize(self._width([], compact=True), height + MARGINS.top() + MARGINS.bottom())

    def fit(self, width: int) -> None:
        """Show as much as fits into a width: the filters that are set stay longest, the first ones before the last."""
        shown = list(filter_text.FACETS)
        compact = self._width(shown, compact=False) > width
        unset = [field for field in shown if not self._buttons[field].is_set]
        while unset and self._width(shown, compact=compact) > width:
            shown.remove(unset.pop())
        while shown and self._width(shown, compact=compact, elided=True) > width:
            shown.pop()
        for field in filter_text.ARRANGEMENTS:
            self._buttons[field].set_compact(on=compact)
        for field in filter_text.FACETS:
            self._buttons[field].setVisible(field in shown)
        self._show_more()
        self._row.activate()  # at once, else what was shown is painted in its old place first

    def menu(self, parent: QWidget, choose: Callable[[str], None]) -> QMenu:
        """A menu of the filters that do not fit; `choose(field)` follows the choice of one."""
        menu = QMenu(parent)
        menu.setAccessibleName(tr("More filters"))
        for field in self.hidden():
            action = menu.addAction(action_text(self._buttons[field].accessibleName()))
            action.setData(field)
        menu.triggered.connect(lambda action: choose(str(action.data())))
        return menu

    def _show_more(self) -> None:
        hidden = [self._buttons[field] for field in self.hidden()]
        chosen = terms.listed([button.accessibleName() for button in hidden if button.is_set])
        text = tr("More filters: {filters}", filters=chosen) if chosen else tr("More filters")
        self.more.show_values(text, is_set=bool(chosen))
        self.more.setAccessibleDescription(tr("Opens a menu."))
        self.more.setVisible(bool(hidden))

    def _width(self, facets: Sequence[str], *, compact: bool, elided: bool = False) -> int:
        """The width of a row with the buttons of some fields; `elided` as far as these can be."""
        buttons = [self._buttons[field] for field in facets]
        widths = [(button.minimumSizeHint() if elided else button.sizeHint()).width() for button in buttons]
        if len(facets) < len(filter_text.FACETS):
            widths.append(self.more.sizeHint().width())
        widths += [self._buttons[field].width_when(compact=compact) for field in filter_text.ARRANGEMENTS]
        widths.append(self._last.sizeHint().width())
        return sum(widths) + GAP * len(widths) + MARGINS.left() + MARGINS.right()
