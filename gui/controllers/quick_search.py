"""Connects the quick search with the library: the same steps of a search as in the window, in a pop-up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.document import Hit
from core.errors import FindlingError
from core.events import Progress
from core.messages import amounts, tr
from gui.controllers import search_tasks
from gui.controllers.search_tasks import READY_STATES, RerankRequest, SearchRequest, SearchResult
from gui.engine import engine_text
from gui.quick.recent_model import RecentRow
from gui.runtime.latest_task import LatestTask, NothingYet
from gui.status import progress_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library
    from gui.controllers.document_opener import DocumentOpener
    from gui.quick.popup import QuickSearch

CANDIDATES = 16  # hits that are reranked for the eight rows; the passages of more would take longer
RECENT_DOCUMENTS, RECENT_SEARCHES = 5, 3
REFRESH_MS = 1500  # between a change of the library and the next search
SLOW_MS = 400  # after which it is said that the search is still going on


class QuickSearchController(QObject):
    """Searches for what is typed into the pop-up; emits `handed_over(text)` for the window."""

    handed_over = Signal(str)

    def __init__(self, popup: QuickSearch, library: Library, opener: DocumentOpener, parent: QObject) -> None:
        super().__init__(parent)
        self._popup, self._library, self._opener = popup, library, opener
        self._progress = Progress()
        self._hits: list[Hit] = []
        self._searched = ""
        self._opened_here = ""  # the path that was chosen in the pop-up last
        self._opening_hit = ("", "")  # the query and the path of the hit that was chosen last
        self._searching = LatestTask(self._search, "quick search", self, rest_apart=True)
        self._reranking = LatestTask(self._rerank, "quick rerank", self)
        self._remembering = LatestTask(self._recent_rows, "recent documents", self)
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(SLOW_MS)
        self._slow.timeout.connect(self._show_searching)
        self._refresh_timer = QTimer(self)
        self._refresh_timer.setSingleShot(True)
        self._refresh_timer.setInterval(REFRESH_MS)
        self._refresh_timer.timeout.connect(self._search_again)
        self._remembering.result_ready.connect(self._show_recent)
        self._searching.result_ready.connect(self._show_result)
        self._searching.finished.connect(self._search_finished)
        self._searching.failed.connect(self._failed)
        self._reranking.result_ready.connect(self._show_reranked)
        popup.query_changed.connect(self.search)
        popup.shown.connect(self._prepare)
        popup.hidden.connect(self._rest)
        popup.hit_chosen.connect(self._open_hit)
        popup.recent_chosen.connect(self._open_recent)
        popup.handed_over.connect(self.handed_over)
        opener.trouble.connect(self._show_trouble)
        opener.opened.connect(self._learn)
        self.show_progress(library.progress())
        if popup.isVisible():
            self._prepare()

    def stop(self) -> None:
        """Deliver nothing more and wait a little for the threads."""
        self._searching.stop()
        self._reranking.stop()
        self._remembering.stop()

    @Slot(object)
    def show_progress(self, progress: Progress) -> None:
        """Update the note on coverage; search again once the engine is ready."""
        became_ready = self._progress.engine.state not in READY_STATES and progress.engine.state in READY_STATES
        self._progress = progress
        self._popup.footer.show_note(coverage_note(progress))
        if became_ready and self._popup.isVisible() and self._popup.text():
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Run the same query again soon, as the library has changed."""
        if self._popup.isVisible() and self._popup.text() and not self._refresh_timer.isActive():
            self._refresh_timer.start()

    @Slot()
    def _search_again(self) -> None:
        text = self._popup.text()
        if self._popup.isVisible() and text and not self._searching.busy:
            self._searching.submit(SearchRequest(self._library.queries.parse(text), refresh=True, limit=CANDIDATES))

    @Slot(str)
    def search(self, text: str) -> None:
        """Search for a text; without one show what was used last."""
        self._reranking.cancel()
        self._searched = text
        if text:
            self._remembering.cancel()
            self._searching.submit(SearchRequest(self._library.queries.parse(text), limit=CANDIDATES))
            self._slow.start()
        else:
            self._slow.stop()
            self._searching.cancel()
            self._hits = []
            self._remembering.submit("")

    # On background threads

    def _search(self, request: object) -> Iterator[SearchResult | NothingYet]:
        return search_tasks.search(self._library, cast(SearchRequest, request))

    def _rerank(self, request: object) -> Iterator[list[Hit]]:
        return search_tasks.rerank(self._library, cast(RerankRequest, request))

    def _recent_rows(self, _request: object) -> Iterator[list[RecentRow]]:
        """Documents that are still there, then searches; a disk may not answer."""
        from core.library import kind_of_file

        history = self._library.history
        documents = [entry.text for entry in history.documents() if os.path.lexists(entry.text)][:RECENT_DOCUMENTS]
        rows = [RecentRow(path, kind_of_file(os.fsencode(path))) for path in documents]
        yield rows + [RecentRow(entry.text) for entry in history.searches(RECENT_SEARCHES)]

    # On the main thread

    @Slot()
    def _prepare(self) -> None:
        """Bring the pop-up up to date as it is shown; an engine that was unloaded is loaded while the user types.

        The memory of a graphics card is only taken back for a search.
        """
        uses_gpu = engine_text.kind_of(self._library.settings.engine).uses_gpu
        if self._library.progress().engine.state == "released" and not uses_gpu:
            self._library.engines.start()
        self.search(self._popup.text())

    @Slot()
    def _rest(self) -> None:
        self._slow.stop()
        self._refresh_timer.stop()
        self._searching.cancel()
        self._reranking.cancel()

    @Slot(object, object)
    def _show_recent(self, _request: object, rows: list[RecentRow]) -> None:
        self._popup.show_recent(rows)

    @Slot()
    def _show_searching(self) -> None:
        self._popup.show_line(tr("Searching…"))

    @Slot(object, object)
    def _show_result(self, _request: SearchRequest, result: SearchResult) -> None:
        self._hits = result.hits
        if result.hits:
            self._slow.stop()
            self._popup.show_hits(result.hits)

    @Slot(object)
    def _search_finished(self, request: SearchRequest) -> None:
        self._slow.stop()
        if self._hits:
            self._reranking.submit(RerankRequest(request, self._hits))
        else:
            self._popup.show_line(nothing_found(self._progress))

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self._slow.stop()
        self._popup.show_line(messages.error_text(error)[0])

    @Slot(object, object)
    def _show_reranked(self, _request: object, hits: list[Hit]) -> None:
        self._hits = hits
        self._popup.show_hits(hits)

    @Slot(object, bool)
    def _open_hit(self, hit: Hit, folder: bool) -> None:  # noqa: FBT001  Qt's signal
        self._library.history.add_search(self._searched)
        self._opening_hit = (self._searched, hit.path)
        self._open(hit.path, folder=folder)

    @Slot(object, bool)
    def _open_recent(self, row: RecentRow, folder: bool) -> None:  # noqa: FBT001  Qt's signal
        if row.is_document:
            self._open(row.text, folder=folder)
        else:
            self._popup.box.setText(row.text)

    @Slot(str)
    def _learn(self, path: str) -> None:
        """Remember that a document was opened from the results of a query, if the user agreed to it."""
        query, chosen = self._opening_hit
        if path == chosen:
            self._opening_hit = ("", "")
            self._library.measure.judgements.add(query, path)

    def _open(self, path: str, *, folder: bool) -> None:
        self._opened_here = path
        if folder:
            self._opener.open_folder(path)
        else:
            self._opener.open_document(path)

    @Slot(str, str)
    def _show_trouble(self, sentence: str, _remedy: str) -> None:
        """Show the pop-up again if what was chosen in it cannot be opened."""
        if self._opened_here:
            self._opened_here = ""
            self._popup.appear()
            self._searching.cancel()
            self._popup.show_line(sentence)


def coverage_note(progress: Progress) -> str:
    """What is found so far: nothing to say once everything is."""
    if not progress.names.total:
        return ""
    if progress_text.meaning_unavailable(progress):
        return tr("Names and words only")
    if progress.meaning.waiting or progress.words.waiting:
        return tr(
            "{share} searchable by meaning", share=amounts.share_done(*progress_text.done_of(progress, "meaning"))
        )
    if progress.engine.state == "starting":
        return tr("Search by meaning is starting")
    return ""


def nothing_found(progress: Progress) -> str:
    """The sentence for a query without hits."""
    if not progress.names.total:
        return tr("No documents are searchable yet. Open Findling to add a folder.")
    if progress.meaning.waiting or progress.words.waiting:
        return tr("Nothing found yet. Findling is still reading your documents.")
    return tr("Nothing found. Try other or fewer words.")
