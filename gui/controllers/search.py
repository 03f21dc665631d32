"""Connects the search box, results and preview with the library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.document import Hit
from core.errors import FindlingError
from core.events import Progress
from core.settings import Exclusions
from gui.controllers import search_tasks
from gui.controllers.completion import CompletionController
from gui.controllers.file_actions import FileActions
from gui.controllers.filters import FilterController
from gui.controllers.hit_actions import HitActions
from gui.controllers.keyboard import SearchKeys
from gui.controllers.linked_place import LinkedPlace
from gui.controllers.navigation import Navigation
from gui.controllers.preview import PreviewController
from gui.controllers.search_pages import SearchPages
from gui.controllers.search_tasks import READY_STATES, RerankRequest, SearchRequest, SearchResult
from gui.results.grouping import sections_for
from gui.runtime.latest_task import LatestTask, NothingYet
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library, Query
    from gui.window import MainWindow

REFRESH_MS = 1500  # between a change of the library and the next search


class SearchController(QObject):
    """Runs the query that is typed; emits `trouble(sentence, remedy)` when it fails."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library, hit_actions: HitActions) -> None:
        super().__init__(window)
        self._window, self._library, self._hit_actions = window, library, hit_actions
        self._engine_started = False
        self._progress = Progress()
        self._query: Query | None = None  # parsed last
        self._searching = LatestTask(self._search, "search", self, rest_apart=True)
        self._reranking = LatestTask(self._rerank, "rerank", self)  # never delays a search
        self.pages = SearchPages(window, lambda: self._searching.busy)
        self.preview = PreviewController(window, library)
        self.linked = LinkedPlace(window, library)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(REFRESH_MS)
        self._keys = SearchKeys(window, hit_actions)
        self._filters = FilterController(window, library)
        self._completion = CompletionController(window, library)
        self.navigation = Navigation(window, library.history)
        hit_actions.opened.connect(library.measure.judgements.add)
        self._file_actions = FileActions(window, library)
        hit_actions.files = self._file_actions
        self._connect()

    def start(self) -> None:
        """Run the query that was typed before the library was open."""
        self._show_query(self._window.search.box.text())
        self.search(self._window.search.text())

    def stop(self) -> None:
        """Deliver nothing more and wait a little for the threads; the library's close ends the others."""
        self._refresh_timer.stop()
        self._searching.stop()
        self._reranking.stop()
        self._filters.stop()
        self._completion.stop()
        self.navigation.stop()
        self.preview.stop()
        self.linked.stop()
        self._file_actions.stop()

    def show_progress(self, progress: Progress) -> None:
        """Update what the pages say about progress; search again once the engine is ready."""
        became_ready = self._progress.engine.state not in READY_STATES and progress.engine.state in READY_STATES
        self._progress = progress
        self._start_engine_once(progress)
        self.pages.show_progress(progress)
        if became_ready:
            self.refresh()

    def _start_engine_once(self, progress: Progress) -> None:
        """Start the engine of a library that needs no indexing, so that the first query does not wait for it."""
        if not self._engine_started and progress.meaning.done and progress.handover is None:
            self._engine_started = True
            if progress.engine.state == "stopped":
                self._library.engines.start()

    @Slot()
    def refresh(self) -> None:
        """Run the same query again soon, as the library has changed."""
        if self._window.search.text() and not self._refresh_timer.isActive():
            self._refresh_timer.start()

    @Slot(str, object)
    def drop_excluded(self, folder: str, exclusions: Exclusions) -> None:
        """Take what was just excluded from a folder out of the list, before the index has heard of it."""
        paths = [path for hit in self.pages.hits for path in hit.paths]
        gone = self._library.exclusions.excluded(folder, exclusions, paths)
        if gone:
            self._show_hits([hit for hit in self.pages.hits if hit.path not in gone])
            self.pages.choose()
        self.refresh()

    @Slot(str)
    def search(self, text: str) -> None:
        """Run a new query; an empty one shows the hint page."""
        self._refresh_timer.stop()
        self._window.results.forget_pick()
        self._reranking.cancel()
        if text:
            self._searching.submit(SearchRequest(self._parsed(text)))
            return
        self._searching.cancel()
        self._show_hits([])
        self.pages.choose()

    def _connect(self) -> None:
        window = self._window
        self._filters.trouble.connect(self.trouble)
        self._file_actions.trouble.connect(self.trouble)
        window.search.query_changed.connect(self.search)
        window.results.action_requested.connect(self._hit_actions.do)
        window.results.left_upwards.connect(window.search.take_focus)
        window.preview.action_requested.connect(self._hit_actions.do)
        window.hint.example_chosen.connect(window.search.box.setText)
        window.no_results.query_chosen.connect(window.search.box.setText)
        window.search.box.textChanged.connect(self._show_query)
        window.chips.rewritten.connect(window.search.box.setText)
        window.chips.focus_left.connect(window.search.box.setFocus)
        self._refresh_timer.timeout.connect(self._search_again)
        self._searching.result_ready.connect(self._show_result)
        self._searching.finished.connect(self._search_finished)
        self._searching.failed.connect(self._failed)
        self._reranking.result_ready.connect(self._show_reranked)
        self._reranking.failed.connect(self._failed)
        self.preview.trouble.connect(self.trouble)

    # On background threads

    def _search(self, request: object) -> Iterator[SearchResult | NothingYet]:
        return search_tasks.search(self._library, cast(SearchRequest, request))

    def _rerank(self, request: object) -> Iterator[list[Hit]]:
        return search_tasks.rerank(self._library, cast(RerankRequest, request))

    # On the main thread

    @Slot(object, object)
    def _show_result(self, request: SearchRequest, result: SearchResult) -> None:
        self._show_meant(request.query, result.meant)
        self.preview.use_query(request.query)
        self._window.results.rows.set_sections(sections_for(request.query.order, request.query.grouping))
        if self.pages.take(request.query, result, keep_list=request.refresh):
            self._show_hits(result.hits)
            self._window.show_page(self._window.results_page)
        self._hit_actions.filter_effect = result.filter_effect

    @Slot(object)
    def _search_finished(self, request: SearchRequest) -> None:
        if not self.pages.hits:
            self._show_hits([])
            self.pages.show_nothing(request.query, search_tasks.outside_folder(self._library, request.query))
            self._reranking.cancel()
        else:
            self._reranking.submit(RerankRequest(request, self.pages.hits))
        self.pages.show_summary()

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self.trouble.emit(*messages.error_text(error))

    @Slot(object, object)
    def _show_reranked(self, request: RerankRequest, hits: list[Hit]) -> None:
        self._show_hits(hits)
        if request.search.refresh:
            self._window.preview.refresh()

    def _show_hits(self, hits: list[Hit]) -> None:
        self.pages.show_list(hits)
        self.navigation.restore_selection()
        self.pages.show_summary()

    @Slot()
    def _search_again(self) -> None:
        text = self._window.search.text()
        if text and not self._searching.busy:
            self._searching.submit(SearchRequest(self._parsed(text), refresh=True))

    @Slot(str)
    def _show_query(self, text: str) -> None:
        query = self._parsed(text.strip())
        self._window.chips.show_query(query)
        self._window.filters.show_query(query)

    def _show_meant(self, query: Query, meant: Query) -> None:
        """Show what is searched for, where that is not what was parsed and nothing else was typed since."""
        if query is self._query and meant.parts != query.parts:
            self._window.chips.show_query(meant)

    def _parsed(self, text: str) -> Query:
        """The query of a text, parsed once per keystroke for the chips and for the search."""
        if self._query is None or self._query.text != text:
            self._query = self._library.queries.parse(text)
        return self._query
