"""From what is typed to what is shown: questions, answers, the preview, and what is done with a hit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut

from core.document import Document, Hit
from core.errors import FindlingError
from core.events import Progress
from gui.controllers.hit_actions import HitActions
from gui.preview.text import SIMILAR
from gui.runtime.latest_task import LatestTask
from gui.status import progress_text
from gui.text import messages

if TYPE_CHECKING:
    from core.library import FilterEffect, Library, Query, Relaxed
    from gui.window import MainWindow

LIMIT = 40
REFRESH_MS = 1500
NUMBERED = 9
READY = {"ready", "busy"}


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query to run; `again` when the same one is run anew because the library grew."""

    query: Query
    again: bool = False


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What was found so far; `wider` is told when it is nothing, `narrowing` at last where there are conditions."""

    hits: list[Hit]
    wider: Sequence[Relaxed] = ()
    narrowing: FilterEffect | None = None


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """What a question found, to be read again."""

    question: SearchRequest
    hits: list[Hit]


class SearchController(QObject):
    """Joins the window's search box, list and preview with an open library; `trouble(sentence, remedy)` for banners."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library, doing: HitActions) -> None:
        super().__init__(window)
        self._window, self._library, self._doing = window, library, doing
        self._any_folders = False
        self._started = False
        self._progress = Progress()
        self._hits: list[Hit] = []
        self._wider: Sequence[Relaxed] = ()
        self._likes: Sequence[str] = ()
        self._query: Query | None = None  # of the text parsed last
        self._searching = LatestTask(self._search, "question", self)
        self._reranking = LatestTask(self._better, "better", self)
        self._reading = LatestTask(self._read, "preview", self)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MS)
        self._connect()

    def start(self) -> None:
        """Answer what was typed before the library was open."""
        self._show_reading(self._window.search.box.text())
        self.ask(self._window.search.text())

    def stop(self) -> None:
        """Answer nothing more; the threads have ended, or are left to the library's close."""
        self._refresh.stop()
        self._searching.stop()
        self._reranking.stop()
        self._reading.stop()

    def show_folders_known(self, *, any_folders: bool) -> None:
        """Tell whether there is anything to search in."""
        if any_folders != self._any_folders:
            self._any_folders = any_folders
            self._choose_page()

    def show_progress(self, progress: Progress) -> None:
        """Keep what the pages say about the search's reach up to date; ask again when meaning has joined."""
        joined = self._progress.engine.state not in READY and progress.engine.state in READY
        self._progress = progress
        self._start_engine_once(progress)
        self._window.hint.show_progress(progress)
        self._window.no_results.show_progress(progress)
        self._show_found()
        if joined:
            self.refresh()

    def _start_engine_once(self, progress: Progress) -> None:
        """A library that needs no indexing leaves the engine off; the first question should not wait for it."""
        if not self._started and progress.meaning.done and progress.handover is None:
            self._started = True
            if progress.engine.state == "stopped":
                self._library.start_engine()

    @Slot()
    def refresh(self) -> None:
        """Ask the same again soon, as another answer is possible now."""
        if self._window.search.text() and not self._refresh.isActive():
            self._refresh.start()

    @Slot(str)
    def ask(self, text: str) -> None:
        """Ask a new question; an empty one goes back to the start."""
        self._refresh.stop()
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
        window.search.asked.connect(self.ask)
        window.search.box.keyed.connect(self._keyed)
        window.results.wanted.connect(self._doing.do)
        window.results.chosen.connect(window.preview.show_hit)
        window.results.left_upwards.connect(window.search.take_focus)
        window.preview.wanted.connect(self._doing.do)
        window.preview.needs.connect(self._reading.submit)
        window.hint.asked.connect(window.search.box.setText)
        window.no_results.chosen.connect(window.search.box.setText)
        window.search.box.textChanged.connect(self._show_reading)
        window.chips.rewritten.connect(window.search.box.setText)
        window.chips.left.connect(window.search.box.setFocus)
        self._refresh.timeout.connect(self._ask_again)
        self._searching.result_ready.connect(self._answered)
        self._searching.finished.connect(self._finished)
        self._searching.failed.connect(self._failed)
        self._reranking.result_ready.connect(self._improved)
        self._reranking.failed.connect(self._failed)
        self._reading.result_ready.connect(self._read_done)
        self._reading.failed.connect(self._failed)
        self._add_shortcuts()

    def _add_shortcuts(self) -> None:
        window = self._window
        for keys, slot in (
            ("Ctrl+F", window.search.take_focus),
            ("Ctrl+L", window.search.take_focus),
            ("Ctrl+Return", self._open_current_folder),
            ("Ctrl+Shift+C", self._copy_current_path),
            ("Alt+Down", window.preview.next_passage),
            ("Alt+Up", window.preview.previous_passage),
            (SIMILAR, window.preview.text.find_similar),
            ("Escape", self._escape),
        ):
            QShortcut(QKeySequence(keys), window, slot)
        for number in range(1, NUMBERED + 1):
            shortcut = QShortcut(QKeySequence(f"Ctrl+{number}"), window)
            shortcut.setProperty("row", number - 1)
            shortcut.activated.connect(self._open_numbered)

    # On the question threads

    def _search(self, question: object) -> Iterator[SearchAnswer]:
        """First by names and words; by meaning too unless the engine is not there yet: nobody waits for its start.

        The model used before, which answers until the new one has read everything, has an engine of its own.
        When nothing is found, last what a wider query would find. What is asked again has one answer.
        """
        asked = cast(SearchRequest, question)
        query, steps = asked.query, self._library.found_steps(asked.query, limit=LIMIT)
        hits = next(steps)
        if not asked.again:
            yield SearchAnswer(hits)
        progress = self._library.progress()
        if progress.engine.state in READY or progress_text.previous_model_answers(progress):
            for hits in steps:
                if not asked.again:
                    yield SearchAnswer(hits)
        if not hits:
            yield SearchAnswer([], self._library.relaxed(query, LIMIT))
        elif (narrowing := self._library.filter_effect(query)) or asked.again:
            yield SearchAnswer(hits, narrowing=narrowing)

    def _better(self, found: object) -> Iterator[list[Hit]]:
        """The hits in a better order, step by step; at once where they are in the list already, in that of before."""
        asked = cast(ShownAnswer, found)
        steps = self._library.better_steps(asked.question.query, asked.hits)
        yield from [[asked.hits, *steps][-1]] if asked.question.again else steps

    def _read(self, path: object) -> Iterator[Document | None]:
        yield self._library.document(cast(str, path))

    # On the main thread

    @Slot(object, object)
    def _answered(self, question: SearchRequest, answer: SearchAnswer) -> None:
        self._likes = question.query.likes
        if answer.hits and not (question.again and self._hits):
            self._show_hits(answer.hits)
            self._window.show_page(self._window.results_page)
        self._hits = answer.hits
        self._wider = answer.wider
        self._doing.narrowing = answer.narrowing

    @Slot(object)
    def _finished(self, question: SearchRequest) -> None:
        if not self._hits:
            self._show_hits([])
            self._window.no_results.show_question(question.query.text, self._wider, self._likes)
            self._choose_page()
            self._reranking.cancel()
        else:
            self._reranking.submit(ShownAnswer(question, self._hits))
        self._show_found()

    @Slot(object, object)
    def _failed(self, _question: object, error: FindlingError) -> None:
        self.trouble.emit(*messages.trouble(error))

    @Slot(object, object)
    def _improved(self, found: ShownAnswer, hits: list[Hit]) -> None:
        self._show_hits(hits)
        if found.question.again:
            self._window.preview.refresh()

    @Slot(object, object)
    def _read_done(self, path: str, document: Document | None) -> None:
        self._window.preview.show_document(path, document)

    def _show_hits(self, hits: list[Hit]) -> None:
        self._hits = hits
        self._window.results.show_hits(hits)
        self._show_found()

    def _choose_page(self) -> None:
        window = self._window
        if not self._any_folders:
            window.show_page(window.welcome)
        elif not window.search.text():
            window.show_page(window.hint)
        elif not self._hits and not self._searching.busy:
            window.show_page(window.no_results)
        elif self._hits:
            window.show_page(window.results_page)

    def _show_found(self) -> None:
        if self._hits:
            self._window.result_summary.setText(
                progress_text.found(self._hits, LIMIT, self._progress, by_example=bool(self._likes))
            )

    @Slot()
    def _ask_again(self) -> None:
        text = self._window.search.text()
        if text and not self._searching.busy:
            self._searching.submit(SearchRequest(self._parsed(text), again=True))

    @Slot(str)
    def _show_reading(self, text: str) -> None:
        self._window.chips.show_query(self._parsed(text.strip()))

    def _parsed(self, text: str) -> Query:
        """The query of a text. It is parsed once a keystroke, for the chips and for the search."""
        if self._query is None or self._query.text != text:
            self._query = self._library.parse(text)
        return self._query

    @Slot(str)
    def _keyed(self, what: str) -> None:
        """A key in the search box that is meant for the list."""
        results = self._window.results
        if what == "escape":
            self._escape()
        elif what == "down":
            if self._hits:
                results.enter()
        elif hit := results.current():
            self._doing.do(what, hit)

    @Slot()
    def _escape(self) -> None:
        """Clear the question; with nothing to clear, put the window away."""
        if self._window.search.box.text():
            self._window.search.box.clear()
            self._window.search.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._window.showMinimized()

    @Slot()
    def _open_current_folder(self) -> None:
        if hit := self._window.results.current():
            self._doing.do("folder", hit)

    @Slot()
    def _copy_current_path(self) -> None:
        if hit := self._window.results.current():
            self._doing.do("copy_path", hit)

    @Slot()
    def _open_numbered(self) -> None:
        row = self.sender().property("row")
        if hit := self._window.results.rows.hit(row):
            self._doing.do("open", hit)
