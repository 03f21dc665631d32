"""Shows what a search found: the list with a line above it, or the page for what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from core.document import Hit
from core.events import Progress
from gui.controllers import search_tasks
from gui.controllers.search_tasks import SearchResult
from gui.status import progress_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Query, Relaxed
    from gui.window import MainWindow


class SearchPages(QObject):
    """Chooses the page; `is_searching()` says whether an answer is still on its way."""

    def __init__(self, window: MainWindow, is_searching: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._is_searching = window, is_searching
        self._has_folders = False
        self._progress = Progress()
        self._limit = search_tasks.LIMIT
        self._relaxed: Sequence[Relaxed] = ()
        self._by_example: Sequence[str] = ()  # documents that the query compares with
        self.broad_wildcards: Sequence[tuple[str, int]] = ()
        self.hits: list[Hit] = []

    def take(self, query: Query, result: SearchResult, *, keep_list: bool) -> bool:
        """Take the answer to a query; returns whether there are hits to show, unless those shown are kept."""
        self._by_example, self._limit = query.likes, search_tasks.limit_of(query)
        self._relaxed, self.broad_wildcards = result.relaxed, result.broad_wildcards
        shows = bool(result.hits) and not (keep_list and self.hits)
        self.hits = result.hits
        return shows

    def show_list(self, hits: list[Hit]) -> None:
        """Show hits in the list."""
        self.hits = hits
        self._window.results.show_hits(hits)

    def show_nothing(self, query: Query, outside: str) -> None:
        """Say that nothing was found, and what would help; `outside` is a folder that is not searched yet."""
        self._window.no_results.show_outside(outside)
        self._window.no_results.show_query(query.text, self._relaxed, self._by_example)
        self.choose()

    def show_has_folders(self, *, has_folders: bool) -> None:
        """Choose the page, as there are folders to search now, or none any more."""
        if has_folders != self._has_folders:
            self._has_folders = has_folders
            self.choose()

    def show_progress(self, progress: Progress) -> None:
        """Update what the pages say about progress."""
        self._progress = progress
        self._window.hint.show_progress(progress)
        self._window.no_results.show_progress(progress)
        self.show_summary()

    @Slot()
    def choose(self) -> None:
        """Show the page for what is known: the welcome, no folders, no query, no results or results."""
        window = self._window
        if window.welcome.is_open and not (self._has_folders and window.search.text()):
            window.show_page(window.welcome)
        elif not self._has_folders:
            window.show_page(window.no_folders)
        elif not window.search.text():
            window.show_page(window.hint)
        elif not self.hits and not self._is_searching():
            window.show_page(window.no_results)
        elif self.hits:
            window.show_page(window.results_page)

    def show_summary(self) -> None:
        """Say above the list how much was found, and what was left out."""
        if self.hits:
            by_example = bool(self._by_example)
            summary = progress_text.result_count(self.hits, self._limit, self._progress, by_example=by_example)
            self._window.result_summary.setText(summary)
            self._window.list_header.show_note(messages.broad_wildcards(self.broad_wildcards))
