"""Completes filters in the search box: their values while they are typed, all of them by a shortcut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, Qt, Slot

from gui.runtime.latest_task import LatestTask
from gui.search import suggestions
from gui.search.completion import CompletionList
from gui.search.suggestions import Suggestion
from gui.text import messages

if TYPE_CHECKING:
    from core.library import FacetField, Library
    from gui.window import MainWindow


class CompletionController(QObject):
    """Shows suggestions under the box; folders, extensions, languages and tags are those that the library has."""

    def __init__(self, window: MainWindow, library: Library) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._known: dict[str, Sequence[str]] = {}
        self._suggestions: list[Suggestion] = []
        self._with_fields = False
        self._is_accepting = False
        self.list = CompletionList(window)  # type: ignore[arg-type]
        self._reading = LatestTask(self._read, "completion", self)
        self._reading.result_ready.connect(self._show_values)
        box = window.search.box
        box.completion = self.list
        box.textEdited.connect(self._edited)
        box.cursorPositionChanged.connect(self._moved)
        box.focus_left.connect(self.list.hide)
        self.list.accepted.connect(self._accept)
        window.shortcuts.install("complete", self._show_all, box, Qt.ShortcutContext.WidgetShortcut)

    def stop(self) -> None:
        """Show nothing more, and wait a little for the thread."""
        self.list.hide()
        self._reading.stop()

    @Slot()
    def _show_all(self) -> None:
        self._with_fields = True
        self._suggest()

    @Slot(str)
    def _edited(self, _text: str) -> None:
        self._suggest()

    @Slot()
    def _moved(self) -> None:
        if self.list.isVisible() and not self._is_accepting:
            self._suggest()

    def _suggest(self) -> None:
        box = self._window.search.box
        field = suggestions.typed_field(box.text(), box.cursorPosition())
        if field in suggestions.FROM_LIBRARY and not self._reading.busy:
            self._reading.submit(field)
        found = suggestions.suggest(box.text(), box.cursorPosition(), self._known, with_fields=self._with_fields)
        self._suggestions = found
        if not found:
            self._with_fields = False
        under = box.mapTo(self._window, QPoint(box.cursorRect().left(), box.height() + 2))
        self.list.show_suggestions(found, under)

    def _read(self, field: object) -> Iterator[list[str]]:
        """The values of a field that the library has, most frequent first."""
        values = [one.value for one in self._library.queries.facets("", cast("FacetField", field))]
        yield [messages.typed_path(value) if field == "in" else value for value in values]

    @Slot(object, object)
    def _show_values(self, field: str, values: list[str]) -> None:
        if self._known.get(field) != values:
            self._known[field] = values
            box = self._window.search.box
            if box.hasFocus() and suggestions.typed_field(box.text(), box.cursorPosition()) == field:
                self._suggest()

    @Slot(int)
    def _accept(self, row: int) -> None:
        if not 0 <= row < len(self._suggestions):
            return
        box, chosen = self._window.search.box, self._suggestions[row]
        text, cursor = box.text(), box.cursorPosition()
        after = text[cursor:]
        gap = "" if chosen.goes_on or after[:1].isspace() else " "
        self._is_accepting = True
        box.setText(f"{text[: chosen.start]}{chosen.text}{gap}{after}")
        box.setCursorPosition(chosen.start + len(chosen.text) + len(gap))
        self._is_accepting = False
        self._with_fields = False
        self._suggest()
        box.setFocus()
