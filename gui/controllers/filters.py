"""Connects the filter buttons with the query and with the counts of the library."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import FindlingError
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import FacetField, FacetValue, Library
    from gui.window import MainWindow


class FilterController(QObject):
    """Writes what is chosen into the search box; emits `trouble(sentence, remedy)` when counting fails."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._counting = LatestTask(self._count, "facets", self)
        self._counting.result_ready.connect(self._show)
        self._counting.failed.connect(self._failed)
        window.filters.rewritten.connect(self._rewrite)
        window.filters.counts_requested.connect(self._request)
        window.folders.filter_requested.connect(self._toggle_folder)
        window.filters.query_shown.connect(self._mark_folders)
        window.filters.focus_left.connect(window.search.box.setFocus)

    def stop(self) -> None:
        """Deliver no more counts, and wait a little for the thread."""
        self._counting.stop()

    @Slot(str)
    def _rewrite(self, text: str) -> None:
        self._window.search.box.setText(text)

    @Slot(str)
    def _toggle_folder(self, path: str) -> None:
        """Search in a folder only, or in all again if it is the one that is searched."""
        from core.library import parse, with_values

        values = [] if self._folders() == [path] else [messages.typed_path(path)]
        self._rewrite(with_values(parse(self._window.search.text()), "in", values))

    @Slot()
    def _mark_folders(self) -> None:
        self._window.folders.show_filter(self._folders())

    def _folders(self) -> list[str]:
        """The folders that the query searches in."""
        from core.library import values_of

        query = self._window.filters.query
        values = () if query is None else values_of(query, "in")
        return [os.path.realpath(os.path.expanduser(value)) for value in values if value[:1] in "/~"]

    @Slot(str)
    def _request(self, field: str) -> None:
        self._counting.submit((self._window.search.text(), field))

    def _count(self, request: object) -> Iterator[tuple[FacetValue, ...]]:
        text, field = cast("tuple[str, FacetField]", request)
        yield self._library.queries.facets(text, field)

    @Slot(object, object)
    def _show(self, request: tuple[str, str], facets: tuple[FacetValue, ...]) -> None:
        self._window.filters.show_facets(request[1], facets)

    @Slot(object, object)
    def _failed(self, request: tuple[str, str], error: FindlingError) -> None:
        self._window.filters.show_facets(request[1], ())
        self.trouble.emit(*messages.error_text(error))
