"""The quick search: one box, eight rows, and what its keys do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from core.document import Hit
from core.messages import tr
from gui.quick.box import QuickBox
from gui.quick.footer import QuickFooter
from gui.quick.frame import PopupFrame
from gui.quick.recent_model import RecentModel, RecentRow
from gui.quick.row_delegates import ROWS, QuickDelegate, RecentDelegate
from gui.quick.row_list import LIST_PADDING, RowList
from gui.results.model import ResultsModel
from gui.results.sections import in_one
from gui.widgets.basic import Symbol, label, rule

LINE_HEIGHT = 72
DEBOUNCE_MS = 30

Look = Literal["rows", "recent", "line"]


class QuickSearch(PopupFrame):
    """Emits what is typed and chosen; it knows nothing of the library.

    `query_changed(text)` a moment after the last key; `hit_chosen(hit, folder)`, `recent_chosen(row, folder)`;
    `handed_over(text)` for the window.
    """

    query_changed = Signal(str)
    hit_chosen = Signal(object, bool)
    recent_chosen = Signal(object, bool)
    handed_over = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("quick")
        self.setWindowTitle(tr("Findling quick search"))
        self.setAccessibleName(tr("Quick search"))
        self._look: Look = "recent"
        self._is_untouched = True  # whether nothing was typed since it appeared
        self._picked = False  # whether the current row was moved to
        self._is_stale = False  # whether what is shown belongs to another text than the box's
        self._requested_row: tuple[int, bool] | None = None  # what was chosen before its row was there
        self.box = QuickBox()
        self.hits = ResultsModel(self, in_one)
        self.recent = RecentModel(self)
        self.results = RowList(self.hits, QuickDelegate(self, "compact"), tr("Results"))
        self.recents = RowList(self.recent, RecentDelegate(self), tr("Recent documents and searches"))
        self.line = label("", dim=True, wrap=True)
        self.line.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.footer = QuickFooter()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE_MS)
        self._arrange()
        self._connect()
        self.show_recent(())

    def appear(self) -> None:
        """Show the pop-up with the last query selected."""
        self.box.selectAll()
        self._is_untouched = True
        super().appear()
        self.box.setFocus(Qt.FocusReason.PopupFocusReason)

    def text(self) -> str:
        """The query without surrounding white space."""
        return self.box.text().strip()

    @property
    def hits_are_shown(self) -> bool:
        return self._look == "rows"

    @property
    def is_pending(self) -> bool:
        """Whether what is shown belongs to another text than the box's."""
        return self._is_stale

    def show_hits(self, hits: Sequence[Hit]) -> None:
        """Show the best hits; the row that was moved to stays current."""
        current = self.hits.hit(self.results.currentIndex().row()) if self._picked else None
        self.hits.replace(hits[:ROWS])
        row = self.hits.row_of(current.path) if current is not None else -1
        self.results.setCurrentIndex(self.hits.index(max(0, row)))
        self._show("rows", self.results)
        if self._requested_row is not None:
            row, folder = self._requested_row
            self._choose(row, folder)

    def show_recent(self, rows: Sequence[RecentRow]) -> None:
        """Show recent documents and searches, or how to begin if there are none."""
        self.recent.show(rows[:ROWS])
        if rows:
            self.recents.setCurrentIndex(self.recent.index(0))
            self._show("recent", self.recents)
        else:
            self.show_line(tr("Type what you remember: a name, some words, or what the document says."))

    def show_line(self, text: str) -> None:
        """Show a sentence in the place of the rows."""
        self.line.setText(text)
        self._show("line", self.line)

    def height_for(self, width: int) -> int:
        view = self._view()
        content = self.line.heightForWidth(width) if view is None else view.content_height()
        lines = 4  # of one pixel: the frame's and the two rules
        return self.box.sizeHint().height() + self.footer.sizeHint().height() + max(LINE_HEIGHT, content) + lines

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(18, 0, 18, 0)
        top.setSpacing(12)
        top.addWidget(Symbol("search", 20, "dim"))
        top.addWidget(self.box, 1)
        self._pages = QStackedWidget()
        self.line.setContentsMargins(24, 2 * LIST_PADDING, 24, 2 * LIST_PADDING)
        for page in (self.results, self.recents, self.line):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(rule())
        column.addWidget(self._pages, 1)
        column.addWidget(rule())
        column.addWidget(self.footer)

    def _connect(self) -> None:
        self._timer.timeout.connect(self._emit_query)
        self.box.textChanged.connect(self._typed)
        self.box.moved.connect(self._move)
        self.box.chosen.connect(self._choose)
        self.box.dismissed.connect(self.hide)
        self.box.handed_over.connect(self._hand_over)
        for view in (self.results, self.recents):
            view.clicked.connect(self._clicked)

    def _show(self, look: Look, page: QWidget) -> None:
        self._look = look
        self._is_stale = self._timer.isActive()  # what was typed since has not been asked for yet
        self._pages.setCurrentWidget(page)
        self.footer.show_keys(has_rows=look != "line")
        if self.isVisible():
            self.fit(self.screen())

    @Slot(str)
    def _typed(self, _text: str) -> None:
        self._is_untouched, self._picked, self._is_stale, self._requested_row = False, False, True, None
        if self.text():
            self._timer.start()
        else:
            self._timer.stop()
            self._emit_query()

    @Slot()
    def _emit_query(self) -> None:
        self.query_changed.emit(self.text())

    @Slot(int)
    def _move(self, rows: int) -> None:
        view = self._view()
        if view is not None:
            self._picked = True
            view.move_current(rows)

    @Slot(int, bool)
    def _choose(self, row: int, folder: bool) -> None:  # noqa: FBT001  Qt's signal
        """Open a row; if what was typed last is still searched for, once it has been found."""
        self._requested_row = (row, folder) if self._is_stale else None
        view = self._view()
        if view is None or self._is_stale:
            return
        number = view.currentIndex().row() if row < 0 else row
        if view is self.results and (hit := self.hits.hit(number)) is not None:
            self.hide()
            self.hit_chosen.emit(hit, folder)
        elif view is self.recents and (recent := self.recent.row(number)) is not None:
            if recent.is_document:
                self.hide()
            self.recent_chosen.emit(recent, folder)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._choose(index.row(), False)  # noqa: FBT003

    @Slot()
    def _hand_over(self) -> None:
        self.hide()
        self.handed_over.emit(self.text())

    def _view(self) -> RowList | None:
        return {"rows": self.results, "recent": self.recents}.get(self._look)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        is_back = event.type() == QEvent.Type.ActivationChange and self.isActiveWindow()
        if is_back and self._is_untouched:
            self.box.selectAll()  # the focus that came and went took the selection along

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._requested_row = None
