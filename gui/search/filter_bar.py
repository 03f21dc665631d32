"""The filters by mouse: a row of buttons under the search box, which write into the query what is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from core.messages import tr
from gui.search import filter_text
from gui.search.date_range import DateRangeDialog
from gui.search.filter_button import FilterButton
from gui.search.filter_menu import FilterMenu
from gui.search.filter_row import FilterRow
from gui.widgets.basic import IconButton

if TYPE_CHECKING:
    from core.library import FacetValue, Query

COUNTING_MS = 120  # before a menu opens without its counts


class FilterBar(QWidget):
    """A button for each filter; emits `rewritten(text)` for a query with another filter.

    Emits `counts_requested(field)` when a menu is about to open; `show_facets` answers it.
    """

    rewritten = Signal(str)
    counts_requested = Signal(str)
    save_requested = Signal()
    query_shown = Signal()
    focus_left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Filters"))
        self._query: Query | None = None
        self._menu: FilterMenu | None = None
        self._dates: DateRangeDialog | None = None
        self.buttons = {field: self._button(field) for field in filter_text.FIELDS}
        self.save = IconButton("bookmark", tr("Save this search"), size=16)
        self.save.setFixedHeight(self.buttons["sort"].sizeHint().height())  # else it moves the others down
        self.save.setEnabled(False)
        self.save.clicked.connect(self.save_requested)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = FilterRow(self, self.buttons, self.save)
        self.more = self._row.more
        self.more.menu_requested.connect(self.open_more)
        self.more.installEventFilter(self)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(COUNTING_MS)
        self._delay.timeout.connect(self._open_counting)

    def show_query(self, query: Query) -> None:
        """Show the filters of a query on their buttons."""
        from core.library import values_of

        self._query = query
        for field, button in self.buttons.items():
            values = values_of(query, field)
            default = filter_text.DEFAULTS.get(field)
            is_set = bool(values) and [value.lower() for value in values] != [default]
            button.show_values(filter_text.button(field, values if is_set else ()), is_set=is_set)
        self._row.fit(self.width())
        self.query_shown.emit()

    @property
    def query(self) -> Query | None:
        """The query that the buttons show."""
        return self._query

    def show_facets(self, field: str, facets: Sequence[FacetValue]) -> None:
        """Show the counts in the menu of a field, and open it if it waits for them."""
        if self._menu is None or self._menu.property("field") != field:
            return
        if field in filter_text.FACETS:
            self._menu.show_facets(facets, self._values(field))
            self._open_menu()
        else:
            self._show_arrangement(self._menu, field, {one.value: one.count for one in facets})

    def open_menu(self, field: str) -> None:
        """Open the menu of a field as its button does."""
        self._close_menu()
        menu = FilterMenu(field, self)
        menu.setProperty("field", field)
        menu.chosen.connect(partial(self._set, field))
        menu.dates_requested.connect(self._choose_dates)
        self._menu = menu
        if field in filter_text.FACETS:
            self._delay.start()
            self.counts_requested.emit(field)
        else:
            self._show_arrangement(menu, field, {})
            if field == "group":
                self.counts_requested.emit(field)

    @Slot()
    def open_more(self) -> None:
        """Open the menu of the filters whose buttons do not fit."""
        self._close_menu()
        menu = self._row.menu(self, self.open_menu)
        menu.aboutToHide.connect(menu.deleteLater)
        self._popup(menu, self.more)

    def menu(self) -> FilterMenu | None:
        """The menu that is open, or about to open."""
        return self._menu

    def minimumSizeHint(self) -> QSize:
        return self._row.minimum_size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._row.fit(event.size().width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._row.fit(self.width())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lead the arrow keys from button to button."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            right = -1 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 1
            step = {Qt.Key.Key_Right: right, Qt.Key.Key_Left: -right}.get(Qt.Key(event.key()), 0)
            if step:
                shown = self._row.shown()
                place = shown.index(cast(FilterButton, watched)) + step
                if 0 <= place < len(shown):
                    shown[place].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Escape}:
                self.focus_left.emit()
                return True
        return super().eventFilter(watched, event)

    def _button(self, field: str) -> FilterButton:
        button = FilterButton(field)
        button.setProperty("field", field)
        button.show_values(filter_text.button(field, ()), is_set=False)
        button.menu_requested.connect(partial(self.open_menu, field))
        button.cleared.connect(partial(self._set, field, []))
        button.installEventFilter(self)
        return button

    @Slot()
    def _open_counting(self) -> None:
        if self._menu is not None and not self._menu.isVisible():
            self._menu.show_counting(self._values(str(self._menu.property("field"))))
            self._open_menu()

    def _open_menu(self) -> None:
        self._delay.stop()
        menu = self._menu
        if menu is None or menu.isVisible():
            return
        button = self.buttons[str(menu.property("field"))]
        self._popup(menu, self.more if button.isHidden() else button)

    def _popup(self, menu: QMenu, button: FilterButton) -> None:
        """Open a menu below a button, with the entry that is chosen as the current one."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = button.width() - menu.sizeHint().width() if mirrored else 0
        menu.popup(button.mapToGlobal(QPoint(left, button.height() + 2)))
        first = next((action for action in menu.actions() if action.isChecked()), None)
        menu.setActiveAction(first or next(iter(menu.actions())))

    def _close_menu(self) -> None:
        self._delay.stop()
        if self._menu is not None:
            self._menu.close()
            self._menu.deleteLater()
            self._menu = None

    def _values(self, field: str) -> list[str]:
        from core.library import values_of

        return [] if self._query is None else list(values_of(self._query, field))

    def _show_arrangement(self, menu: FilterMenu, field: str, counts: Mapping[str, int]) -> None:
        """Show the orders or groupings, these with the number of groups once it is known."""
        values = {"sort": filter_text.ORDERS, "group": filter_text.GROUPINGS}[field]
        chosen = [value.lower() for value in self._values(field)] or [filter_text.DEFAULTS[field]]
        menu.show_values([(value, counts.get(value)) for value in values], chosen)
        self._open_menu()

    def _set(self, field: str, values: list[str]) -> None:
        """Require one of some values of a field, or nothing."""
        from core.library import parse, with_values

        if [value.lower() for value in values] == [filter_text.DEFAULTS.get(field)]:
            values = []
        query = self._query if self._query is not None else parse("")
        typed = [_typed(field, value) for value in values]
        self.rewritten.emit(with_values(query, field, typed))

    @Slot()
    def _choose_dates(self) -> None:
        self._dates = DateRangeDialog(self.window())
        self._dates.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dates.chosen.connect(partial(self._set, "date"))
        self._dates.open()


def _typed(field: str, value: str) -> str:
    """A value as a user types it."""
    from gui.text import messages

    return messages.typed_path(value) if field == "in" else value
