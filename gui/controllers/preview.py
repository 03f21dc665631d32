"""Connects the preview with the library: the text of a document, its pages, and what is found in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.document import Document, Span
from core.errors import FindlingError
from gui.controllers import preview_tasks
from gui.controllers.preview_tasks import (
    DrawRequest,
    FindRequest,
    OpenPagesRequest,
    PageCharacters,
    PageFailed,
    ReadBlocks,
    ReadRequest,
    ReadText,
    ReadTokens,
)
from gui.controllers.recognition import RecognitionController
from gui.preview.kinds import Source
from gui.preview.note import page_failure
from gui.runtime.latest_task import LatestTask
from gui.text import messages

if TYPE_CHECKING:
    from core.library import Library, PageDocument, PagePicture, Query
    from gui.window import MainWindow

IDLE_MS = 180_000  # after which the drawing process is ended until it is needed


class PreviewController(QObject):
    """Reads and draws what the preview shows; emits `trouble(sentence, remedy)` when reading fails."""

    trouble = Signal(str, str)

    def __init__(self, window: MainWindow, library: Library) -> None:
        super().__init__(window)
        self._window, self._library = window, library
        self._query: Query | None = None
        self._read_last: tuple[str, Query | None] = "", None
        self._pages: PageDocument | None = None
        self._drawn: object = None  # the request whose pictures are waited for
        self._reading = LatestTask(lambda request: preview_tasks.read(library, request), "preview", self)
        self._drawing = LatestTask(self._draw, "pages", self)
        self._finding = LatestTask(preview_tasks.find, "find", self)
        self._tending = LatestTask(lambda action: preview_tasks.tend(library, action), "drawing-process", self)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_MS)
        self._idle.timeout.connect(self._release)
        self._recognition = RecognitionController(window, library)
        self._recognition.trouble.connect(self.trouble)
        self._connect()

    def _connect(self) -> None:
        preview = self._window.preview
        preview.document_requested.connect(self._request_document)
        preview.pages_requested.connect(self._request_pages)
        preview.asked.connect(self._request_pictures)
        preview.sought.connect(self._request_finding)
        preview.hit_stepped.connect(self._step_hit)
        self._reading.result_ready.connect(self._show_read)
        self._reading.failed.connect(self._failed)
        self._drawing.result_ready.connect(self._show_drawn)
        self._drawing.finished.connect(self._draw_more)
        self._finding.result_ready.connect(self._show_found)

    @Slot()
    def _mark_again(self) -> None:
        """Mark the words of the query in a document that stays in the preview when the query changes."""
        path = self._window.preview.path
        if path and (path, self._query) != self._read_last:
            self._request_document(path)

    def stop(self) -> None:
        """Deliver nothing more and wait a little for the threads."""
        self._drawn = None
        self._idle.stop()
        self._recognition.stop()
        for task in (self._reading, self._drawing, self._finding, self._tending):
            task.stop()

    def use_query(self, query: Query | None) -> None:
        """Mark the words of another query from now on."""
        if query == self._query:
            return
        self._query = query
        self._tending.submit("warm")
        self._idle.start()  # a process that has nothing to draw is released too
        QTimer.singleShot(0, self, self._mark_again)  # the next hits come first

    def _draw(self, request: object) -> Iterator[object]:
        return preview_tasks.draw(self._library, request, lambda: self._drawn is not request)

    @Slot()
    def _release(self) -> None:
        if not self._drawing.busy:
            self._tending.submit("release")

    @Slot(str)
    def _request_document(self, path: str) -> None:
        self._read_last = path, self._query
        self._reading.submit(ReadRequest(path, self._query))

    @Slot(str, str, str)
    def _request_pages(self, path: str, source: Source, password: str) -> None:
        self._pages = None
        self._submit(OpenPagesRequest(path, source, password))

    @Slot()
    def _request_pictures(self) -> None:
        parts, measured = self._window.preview.body.missing_pages()
        if self._pages is not None and self._pages.path == self._window.preview.path and (parts or measured):
            self._submit(DrawRequest(self._pages, tuple(parts), tuple(measured)))

    def _submit(self, request: OpenPagesRequest | DrawRequest) -> None:
        if isinstance(request, OpenPagesRequest) or request != self._drawn:
            self._drawn = request
            self._idle.start()
            self._drawing.submit(request)

    @Slot(str, object)
    def _request_finding(self, text: str, document: Document) -> None:
        self._finding.submit(FindRequest(self._window.preview.path, text, document))

    @Slot(int)
    def _step_hit(self, step: int) -> None:
        """Go on to the next hit of the list, or back to the one before."""
        self._window.results.step_hit(step)

    @Slot(object, object)
    def _show_read(self, request: ReadRequest, result: object) -> None:
        preview = self._window.preview
        match result:
            case ReadText():
                preview.show_document(request.path, result.document, result.words if request.query else None)
            case ReadBlocks():
                preview.show_blocks(request.path, result.blocks)
            case ReadTokens():
                preview.show_tokens(request.path, result.tokens)

    @Slot(object, object)
    def _show_drawn(self, request: OpenPagesRequest | DrawRequest, result: object) -> None:
        preview = self._window.preview
        path = request.path if isinstance(request, OpenPagesRequest) else request.document.path
        if path != preview.path:
            return
        match result:
            case PageFailed(page=None):
                preview.show_page_problem(path, result.problem.code)
            case PageFailed(page=int(page)):
                preview.body.pages.take_failure(page, page_failure(result.problem.code))
            case PageCharacters():
                preview.body.pages.take_text(result.page, result.text)
            case _ if isinstance(request, OpenPagesRequest):
                self._pages = cast("PageDocument", result)
                preview.show_pages(path, self._pages)
            case _:
                preview.body.take_picture(cast("PagePicture", result))

    @Slot(object)
    def _draw_more(self, request: object) -> None:
        """Draw what came into view meanwhile."""
        if request is self._drawn:
            self._drawn = None
        self._request_pictures()

    @Slot(object, object)
    def _show_found(self, request: FindRequest, words: list[Span]) -> None:
        self._window.preview.show_found(request.path, request.text, words)

    @Slot(object, object)
    def _failed(self, _request: object, error: FindlingError) -> None:
        self.trouble.emit(*messages.error_text(error))
