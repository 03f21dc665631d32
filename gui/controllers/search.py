"""Connects the search box, results and preview with the library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.document import Document, Hit
from core.errors import FindlingError
from core.events import Progress
from gui.controllers import search_tasks
from gui.controllers.hit_actions import HitActions
from gui.controllers.keyboard import SearchKeys
from gui.controllers.search_tasks import LIMIT, READY_STATES, RerankRequest, SearchRequest, SearchResult
from gui.runtime.latest_task import LatestTask
from gui.status import progress_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library, Query, Relaxed
    from gui.window import MainWindow

REFRESH_MS = 1500  # between a change of the library and the next search


class SearchController(QObject):
    """Runs the query that is typed; emits `trouble(sentence, remedy)` when it fails."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library, hit_actions: HitActions) -> None:
        super().__init__(window)
        self._window, self._library, self._hit_actions = window, library, hit_actions
        self._has_folders = False
        self._engine_started = False
        self._progress = Progress()
        self._query: Query | None = None  # parsed last
        self._hits: list[Hit] = []
        self._relaxed: Sequence[Relaxed] = ()
        self._by_example: Sequence[str] = ()  # documents that the query compares with
        self._searching = LatestTask(self._search, "search", self)
        self._reranking = LatestTask(self._rerank, "rerank", self)  # never delays a search
        self._reading = LatestTask(self._read, "preview", self)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(REFRESH_MS)
        self._keys = SearchKeys(window, hit_actions)
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
        self._reading.stop()

    def show_has_folders(self, *, has_folders: bool) -> None:
        """Choose the page, as there are folders to search now, or none any more."""
        if has_folders != self._has_folders:
            self._has_folders = has_folders
            self._choose_page()

    def show_progress(self, progress: Progress) -> None:
        """Update what the pages say about progress; search again once the engine is ready."""
        became_ready = self._progress.engine.state not in READY_STATES and progress.engine.state in READY_STATES
        self._progress = progress
        self._start_engine_once(progress)
        self._window.hint.show_progress(progress)
        self._window.no_results.show_progress(progress)
        self._show_summary()
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
        self._choose_page()

    def _connect(self) -> None:
        window = self._window
        window.search.query_changed.connect(self.search)
        window.results.action_requested.connect(self._hit_actions.do)
        window.results.current_changed.connect(window.preview.show_hit)
        window.results.left_upwards.connect(window.search.take_focus)
        window.preview.action_requested.connect(self._hit_actions.do)
        window.preview.document_requested.connect(self._reading.submit)
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
        self._reading.result_ready.connect(self._show_document)
        self._reading.failed.connect(self._failed)

    # On background threads

    def _search(self, request: object) -> Iterator[SearchResult]:
        return search_tasks.search(self._library, cast(SearchRequest, request))

    def _rerank(self, request: object) -> Iterator[list[Hit]]:
        return search_tasks.rerank(self._library, cast(RerankRequest, request))

    def _read(self, path: object) -> Iterator[Document | None]:
        yield self._library.queries.document(cast(str, path))

    # On the main thread

    @Slot(object, object)
    def _show_result(self, request: SearchRequest, result: SearchResult) -> None:
        self._by_example = request.query.likes
        if result.hits and not (request.refresh and self._hits):
            self._show_hits(result.hits)
            self._window.show_page(self._window.results_page)
        self._hits = result.hits
        self._relaxed = result.relaxed
        self._hit_actions.filter_effect = result.filter_effect

    @Slot(object)
    def _search_finished(self, request: SearchRequest) -> None:
        if not self._hits:
            self._show_hits([])
            self._window.no_results.show_query(request.query.text, self._relaxed, self._by_example)
            self._choose_page()
            self._reranking.cancel()
        else:
            self._reranking.submit(RerankRequest(request, self._hits))
        self._show_summary()

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self.trouble.emit(*messages.trouble(error))

    @Slot(object, object)
    def _show_reranked(self, request: RerankRequest, hits: list[Hit]) -> None:
        self._show_hits(hits)
        if request.search.refresh:
            self._window.preview.refresh()

    @Slot(object, object)
    def _show_document(self, path: str, document: Document | None) -> None:
        self._window.preview.show_document(path, document)

    def _show_hits(self, hits: list[Hit]) -> None:
        self._hits = hits
        self._window.results.show_hits(hits)
        self._show_summary()

    def _choose_page(self) -> None:
        window = self._window
        if not self._has_folders:
            window.show_page(window.welcome)
        elif not window.search.text():
            window.show_page(window.hint)
        elif not self._hits and not self._searching.busy:
            window.show_page(window.no_results)
        elif self._hits:
            window.show_page(window.results_page)

    def _show_summary(self) -> None:
        if self._hits:
            by_example = bool(self._by_example)
            summary = progress_text.found(self._hits, LIMIT, self._progress, by_example=by_example)
            self._window.result_summary.setText(summary)

    @Slot()
    def _search_again(self) -> None:
        text = self._window.search.text()
        if text and not self._searching.busy:
            self._searching.submit(SearchRequest(self._parsed(text), refresh=True))

    @Slot(str)
    def _show_query(self, text: str) -> None:
        self._window.chips.show_query(self._parsed(text.strip()))

    def _parsed(self, text: str) -> Query:
        """The query of a text, parsed once per keystroke for the chips and for the search."""
        if self._query is None or self._query.text != text:
            self._query = self._library.queries.parse(text)
        return self._query
