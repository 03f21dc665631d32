"""Back and forward through the queries of this window, and what is remembered of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractScrollArea

if TYPE_CHECKING:
    from core.library import History, HistoryEntry
    from gui.window import MainWindow

SETTLED_MS = 1500  # without typing, after which a query is one to come back to
MAX_VISITS = 100
SHOWN = 5  # recent searches, and documents


@dataclass(slots=True)
class Visit:
    """A query, and the document that was selected in its results ("" for none)."""

    text: str
    selected: str = ""


class Navigation(QObject):
    """Keeps the queries that the search box had; what a click writes into it is one at once, what is typed soon."""

    def __init__(self, window: MainWindow, history: History) -> None:
        super().__init__(window)
        self._window, self._history = window, history
        self._visits = [Visit("")]
        self._place = 0
        self._text = window.search.text()
        self._is_typing = self._is_moving = False
        self._to_select = ""  # a document of the results that are awaited
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._settle)
        box = window.search.box
        box.textEdited.connect(self._edited)
        box.textChanged.connect(self._changed)
        window.search.back.clicked.connect(self.back)
        window.search.forward.clicked.connect(self.forward)
        window.results.clicked.connect(self._keep_selection)
        window.results.current_changed.connect(self._keep_selection)
        window.hint.removed.connect(self._forget)
        window.hint.cleared.connect(self._clear)
        window.pages.currentChanged.connect(self.show_recent)
        window.shortcuts.install("back", self.back)
        window.shortcuts.install("forward", self.forward)
        window.installEventFilter(self)
        for area in window.findChildren(QAbstractScrollArea):
            area.viewport().installEventFilter(self)
        self._update_buttons()

    def stop(self) -> None:
        """Remember nothing more."""
        self._settled.stop()

    @Slot()
    def back(self) -> None:
        """Show the query before this one, with what was selected in its results."""
        if self._window.pages.currentWidget() is self._window.welcome:
            self._window.welcome.go_back()
            return
        if self._text:
            self._visit(self._text)
            self._go(self._place - 1)
        else:  # the box was emptied
            self._go(self._place)

    @Slot()
    def forward(self) -> None:
        """Show the query that `back` came from."""
        if self._window.pages.currentWidget() is self._window.welcome:
            self._window.welcome.go_on()
            return
        self._go(self._place + 1)

    def restore_selection(self) -> None:
        """Select the document that was selected when the query was left, once it is among the results."""
        if self._to_select and self._window.results.pick(self._to_select):
            self._to_select = ""

    @Slot()
    def show_recent(self) -> None:
        """Show the last searches and documents on the page before a query."""
        if self._window.pages.currentWidget() is self._window.hint:
            self._window.hint.show_history(self._history.searches(SHOWN), self._history.documents(SHOWN))

    @Slot(object)
    def _forget(self, entry: HistoryEntry) -> None:
        self._history.remove(entry)
        self.show_recent()

    @Slot()
    def _clear(self) -> None:
        self._history.clear()
        self.show_recent()

    def remember_opened(self, path: str) -> None:
        """Remember a document that was opened, and the query that found it."""
        self._history.add_document(path)
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go back and forward by the buttons of the mouse."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            if event.button() == Qt.MouseButton.BackButton:
                self.back()
                return True
            if event.button() == Qt.MouseButton.ForwardButton:
                self.forward()
                return True
        return super().eventFilter(watched, event)

    @Slot(str)
    def _edited(self, _text: str) -> None:
        self._is_typing = True

    @Slot(str)
    def _changed(self, _text: str) -> None:
        before, self._text = self._text, self._window.search.text()
        typing, self._is_typing = self._is_typing, False
        if self._is_moving or self._text == before:
            return
        self._to_select = ""
        if not typing:
            self._visit(before)
            self._visit(self._text)
        self._settled.start()
        self._update_buttons()

    @Slot()
    def _settle(self) -> None:
        """Remember the query that is shown, if it found something."""
        self._settled.stop()
        self._visit(self._text)
        if self._window.pages.currentWidget() is self._window.results_page:
            self._history.add_search(self._text)

    def _visit(self, text: str) -> None:
        if text in {"", self._visits[self._place].text}:
            return
        del self._visits[self._place + 1 :]
        self._visits.append(Visit(text))
        self._visits = self._visits[-MAX_VISITS:]
        self._place = len(self._visits) - 1
        self._update_buttons()

    def _go(self, place: int) -> None:
        if not 0 <= place < len(self._visits):
            return
        self._settled.stop()
        self._place = place
        visit = self._visits[place]
        self._to_select = visit.selected
        self._is_moving = True
        self._window.search.box.setText(visit.text)
        self._is_moving = False
        self._text = self._window.search.text()
        self._update_buttons()

    @Slot()
    def _keep_selection(self) -> None:
        """Keep which document the user selected: that makes the query one to come back to."""
        results = self._window.results
        hit = results.current()
        if hit is not None and results.is_picked:
            self._to_select = ""
            self._visit(self._text)
            self._visits[self._place].selected = hit.path

    def _update_buttons(self) -> None:
        unvisited = self._text != self._visits[self._place].text
        self._window.search.back.setEnabled(self._place > 0 or unvisited)
        self._window.search.forward.setEnabled(self._place < len(self._visits) - 1)
