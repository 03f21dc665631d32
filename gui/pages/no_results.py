"""The page for a query without results, with suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.events import Progress
from core.messages import terms, tr
from gui.pages.page import Page, heading
from gui.search import query_text
from gui.status import progress_text
from gui.text import messages
from gui.widgets.basic import ELIDE_MIDDLE, Symbol, TextButton, label
from gui.widgets.elided_button import ElidedButton
from gui.widgets.tab_order import keep_place

if TYPE_CHECKING:
    from core.library import Relaxed

MAX_QUERY_LENGTH = 80  # characters of a query in the heading


class NoResultsPage(Page):
    """Shows a query without results and suggestions; emits `query_chosen(text)` for a relaxed query.

    Emits `add_requested([path])` for a folder that is asked for but not searched.
    """

    query_chosen = Signal(str)
    add_requested = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._query: tuple[str, bool, tuple[str, ...]] = ("", False, ())  # text, has suggestions, examples
        self._is_indexing = False
        self.title = heading("")
        self.advice = label("", wrap=True, dim=True)
        self.coverage = label("", wrap=True, dim=True)
        self.suggestions = QVBoxLayout()
        self.suggestions.setSpacing(8)
        self.add_folder = ElidedButton("", "main")
        self.add_folder.clicked.connect(self._add_outside)
        self.add_folder.hide()
        self.why = TextButton(tr("Why isn’t a file found?"), "quiet")
        self.add(
            Symbol("search", 40, "edge"),
            12,
            self.title,
            self.advice,
            8,
            self.suggestions,
            self.add_folder,
            16,
            self.coverage,
            8,
            self.why,
        )

    def show_query(self, text: str, relaxed: Sequence[Relaxed] = (), examples: Sequence[str] = ()) -> None:
        """Show a query without results, with a button for each `relaxed` query that finds something.

        `examples` are the documents to which the query asks for similar ones.
        """
        self._query = (text, bool(relaxed), tuple(examples))
        self._update_text()
        while (item := self.suggestions.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        buttons: list[ElidedButton] = []
        for suggestion in relaxed:
            made = self._button(suggestion)
            self.suggestions.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
            buttons.append(made)
        keep_place(self.advice, *buttons)

    def show_outside(self, folder: str) -> None:
        """Offer to add a folder that the query asks for but that is not searched; "" for none."""
        self.add_folder.setVisible(bool(folder))
        self.add_folder.setProperty("folder", folder)
        self.add_folder.setText(
            tr("Add “{folder}” to the search…", folder=messages.shown_name(folder)) if folder else ""
        )

    @Slot()
    def _add_outside(self) -> None:
        self.add_requested.emit([self.add_folder.property("folder")])

    def _update_text(self) -> None:
        text, is_too_narrow, examples = self._query
        if is_too_narrow:
            title = tr("No documents match all filters")
            advice = tr("Remove a filter:")
        elif examples:
            title = tr("Nothing similar to “{name}” found", name=terms.listed(list(map(messages.shown_name, examples))))
            advice = tr("Documents can be compared as soon as they are searchable by meaning.")
        elif self._is_indexing:
            title = tr("Nothing found for “{query}” so far", query=_shortened(text))
            advice = tr("Findling is still indexing. New results appear here.")
        else:
            title = tr("Nothing found for “{query}”", query=_shortened(text))
            advice = tr("Try fewer or other words, or describe what the document is about.")
        self.title.setText(title)
        self.advice.setText(advice)

    def _button(self, suggestion: Relaxed) -> ElidedButton:
        dropped = terms.listed(list(map(query_text.part, suggestion.dropped)))
        button = ElidedButton(terms.without(dropped, suggestion.hits), "chip", mode=ELIDE_MIDDLE)
        button.setProperty("query", suggestion.text)
        button.clicked.connect(self._emit_chosen)
        return button

    @Slot()
    def _emit_chosen(self) -> None:
        self.query_chosen.emit(self.sender().property("query"))

    def show_progress(self, progress: Progress) -> None:
        """Show the part of the library that is searchable so far."""
        self.coverage.setText(progress_text.coverage(progress))
        if self._is_indexing != (progress.words.waiting > 0):
            self._is_indexing = not self._is_indexing
            self._update_text()


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_QUERY_LENGTH else text[: MAX_QUERY_LENGTH - 1] + "…"
