"""The pages of documents as pictures: one drawing process, kept warm, replaced when a page makes it hang or crash."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.errors import FileProblem, ProblemCode
from core.extract.read import open_regular
from core.preview import messages
from core.preview.messages import Answer, Block, Request, Source, Token
from core.preview.page_text import PageText, page_text
from core.preview.process import WORKER, DrawingProcess
from core.processes.answering import ProcessFailed, ProcessTimedOut, never_stale

OPEN_SECONDS, PAGE_SECONDS = 15.0, 10.0
MAX_FILE_BYTES = 2_000_000_000
REQUESTS_PER_PROCESS = 3_000
MAX_FAILURES = 500
FIRST_PAGE = 0


@dataclass(frozen=True, slots=True)
class PageDocument:
    """An open document: its number of pages, the sizes of the first of them, and facts such as a picture's EXIF.

    Sizes are in points (PDF) or pixels (pictures). `file` is the size, mtime in ns and inode of what was opened.
    """

    path: str
    source: Source
    pages: int
    sizes: tuple[tuple[float, float], ...]
    facts: tuple[tuple[str, str], ...] = ()
    file: tuple[int, int, int] = (0, 0, 0)

    def size(self, page: int) -> tuple[float, float]:
        """The size of a page, counted from 0, as far as it is known: else that of the last known one."""
        return self.sizes[min(page, len(self.sizes) - 1)]


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a page to draw: `width` x `height` pixels from (`left`, `top`), at `scale` pixels a point.

    Pages are counted from 0.
    """

    page: int
    scale: float
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A drawn part of a page: rows of four bytes a pixel (blue, green, red, alpha); `size` is the whole page's.

    `file` is the size, mtime in ns and inode of the file that it was drawn from.
    """

    part: PagePart
    pixels: bytes
    size: tuple[float, float]
    file: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class _FileKey:
    """A file in the state in which it was opened."""

    path: str
    source: Source
    inode: int
    size: int
    modified: int
    password: str

    @property
    def facts(self) -> tuple[int, int, int]:
        return self.size, self.modified, self.inode


class PageRenderer:
    """Draws pages in a process of its own, one request at a time; any thread may call it. Raises FileProblem.

    `is_stale` may be passed to give up an answer that is late when nobody waits for it any more.
    """

    def __init__(self, command: Sequence[str] = WORKER, *, page_seconds: float = PAGE_SECONDS) -> None:
        self._command = command
        self._page_seconds = page_seconds
        self._lock = threading.Lock()
        self._process: DrawingProcess | None = None
        self._requests = 0
        self._open: tuple[_FileKey, messages.DocumentOpened] | None = None
        self._passwords: dict[str, str] = {}
        self._failures: dict[tuple[_FileKey, int, str], ProblemCode] = {}
        self._closed = False

    def warm(self) -> None:
        """Start the process, so that the first page does not wait for it; returns at once."""
        with self._lock:
            self._running()

    def release(self) -> None:
        """End the process until a page is asked for again."""
        with self._lock:
            self._discard()

    def close(self) -> None:
        """End the process for good; a request that is running fails. May be called again."""
        self._closed = True
        process = self._process
        if process is not None:
            process.close()
        with self._lock:
            self._discard()

    def open(
        self, path: str, source: Source, password: str = "", is_stale: Callable[[], bool] = never_stale
    ) -> PageDocument:
        """Open a document, and remember the password that opened it."""
        with self._lock:
            opened = self._opened(path, source, password, is_stale)
            if password:
                self._passwords[path] = password
            assert self._open is not None
            facts = tuple(opened.facts)
            return PageDocument(path, source, opened.pages, tuple(opened.sizes), facts, self._open[0].facts)

    def draw(self, document: PageDocument, part: PagePart, is_stale: Callable[[], bool] = never_stale) -> PagePicture:
        """Draw a part of a page."""
        request = messages.Draw(part.page, part.scale, part.left, part.top, part.width, part.height)

        def is_answer(answer: Answer) -> bool:
            return isinstance(answer, messages.Drawn) and (answer.width, answer.height) == (part.width, part.height)

        drawn, pixels, file = self._ask(document, request, part.page, is_answer, is_stale)
        assert isinstance(drawn, messages.Drawn)
        return PagePicture(part, pixels, (drawn.page_width, drawn.page_height), file)

    def measure(self, document: PageDocument, page: int, is_stale: Callable[[], bool] = never_stale) -> PageText:
        """The characters of a page with their places."""
        measured, boxes, _ = self._ask(document, messages.Measure(page), page, _is_measured, is_stale)
        assert isinstance(measured, messages.Measured)
        return page_text(measured.text, boxes)

    def structure(self, path: str) -> list[Block]:
        """A web page as blocks of text."""
        document = self.open(path, "html")
        answer, _, _ = self._ask(document, messages.Structure(), FIRST_PAGE, _is_structured, never_stale)
        assert isinstance(answer, messages.Structured)
        return answer.blocks

    def highlight(self, name: str, text: str) -> list[Token]:
        """The keywords, strings and so on of source code, by the name of its file; of its first MAX_CODE_CHARS."""
        key = _FileKey(name, "html", 0, len(text), hash(text), "")
        request = messages.Highlight(name, text[: messages.MAX_CODE_CHARS])
        with self._lock:
            answer, _ = self._answer(key, request, FIRST_PAGE, _is_highlighted)
        assert isinstance(answer, messages.Highlighted)
        return answer.tokens

    def _ask(
        self,
        document: PageDocument,
        request: Request,
        page: int,
        is_answer: Callable[[Answer], bool],
        is_stale: Callable[[], bool],
    ) -> tuple[Answer, bytes, tuple[int, int, int]]:
        """The answer, and the facts of the file that it is about."""
        with self._lock:
            self._opened(document.path, document.source, is_stale=is_stale)
            assert self._open is not None
            key = self._open[0]
            return *self._answer(key, request, page, is_answer, is_stale=is_stale), key.facts

    def _opened(
        self, path: str, source: Source, password: str = "", is_stale: Callable[[], bool] = never_stale
    ) -> messages.DocumentOpened:
        """Have a file open in the process; opens it again if it has changed, or the process is another one."""
        descriptor = open_regular(os.fsencode(path))
        try:
            facts = os.fstat(descriptor)
            password = password or self._passwords.get(path, "")
            key = _FileKey(path, source, facts.st_ino, facts.st_size, facts.st_mtime_ns, password)
            if self._open is not None and self._open[0] == key and self._process is not None and self._process.alive:
                return self._open[1]
            if facts.st_size > MAX_FILE_BYTES:
                raise FileProblem("too_large", f"{facts.st_size} bytes")
            self._open = None
            request = messages.Open(source, password)
            answer, _ = self._answer(key, request, -1, _is_opened, is_stale=is_stale, descriptor=descriptor)
        finally:
            os.close(descriptor)
        assert isinstance(answer, messages.DocumentOpened)
        self._open = key, answer
        return answer

    def _answer(
        self,
        key: _FileKey,
        request: Request,
        page: int,
        is_answer: Callable[[Answer], bool],
        *,
        is_stale: Callable[[], bool] = never_stale,
        descriptor: int | None = None,
    ) -> tuple[Answer, bytes]:
        """The process's answer; what made it hang or crash before is not tried again while the file stays as it is."""
        failure = key, page, type(request).__name__
        if failure in self._failures:
            raise FileProblem(self._failures[failure])
        process = self._running()
        seconds = OPEN_SECONDS if isinstance(request, messages.Open) else self._page_seconds
        try:
            answer, payload = process.ask(request, seconds=seconds, descriptor=descriptor, is_stale=is_stale)
            if not isinstance(answer, messages.Failed) and not is_answer(answer):
                raise ProcessFailed("an answer to another question")  # noqa: TRY301
        except (ProcessTimedOut, ProcessFailed) as error:
            self._discard()
            self._running()
            code: ProblemCode = "timed_out" if isinstance(error, ProcessTimedOut) else "crashed"
            if not (isinstance(error, ProcessTimedOut) and error.stale) and len(self._failures) < MAX_FAILURES:
                self._failures[failure] = code
            raise FileProblem(code, str(error)) from error
        if isinstance(answer, messages.Failed):
            raise FileProblem(answer.code, answer.detail[:300])
        return answer, payload

    def _running(self) -> DrawingProcess:
        if self._closed:
            raise FileProblem("crashed", "closing")
        if self._process is not None and (not self._process.alive or self._requests >= REQUESTS_PER_PROCESS):
            self._discard()
        if self._process is None:
            try:
                self._process = DrawingProcess(self._command)
            except ProcessFailed as error:
                raise FileProblem("crashed", str(error)) from error
        self._requests += 1
        return self._process

    def _discard(self) -> None:
        if self._process is not None:
            self._process.close()
        self._process, self._open, self._requests = None, None, 0


def _is_opened(answer: Answer) -> bool:
    return isinstance(answer, messages.DocumentOpened)


def _is_measured(answer: Answer) -> bool:
    return isinstance(answer, messages.Measured)


def _is_structured(answer: Answer) -> bool:
    return isinstance(answer, messages.Structured)


def _is_highlighted(answer: Answer) -> bool:
    return isinstance(answer, messages.Highlighted)
