"""The thread that reads pages one after another, by a process that is started when there is a page to read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from core.errors import FileProblem, OcrError, ProblemCode
from core.ocr.messages import PageSource
from core.ocr.process import RecognisingProcess
from core.ocr.words import RecognisedText
from core.store.catalogue.members_table import MemberLocation

IDLE_SECONDS = 60.0  # after which the process is ended


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page to read, counted from 1; `member` is where a document inside another file is."""

    content_id: int
    path: bytes
    source: PageSource
    page: int
    member: MemberLocation | None = None


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of a page: its text, or a problem; or `error`, if no page can be read at all."""

    job: PageJob
    text: RecognisedText | None = None
    problem: ProblemCode | None = None
    error: OcrError | None = None


class ScanReader:
    """Reads one page at a time; `deliver` is called with each result, on the thread of the reader.

    Use it from one thread. The result of a cancelled page is delivered with neither text nor problem.
    """

    def __init__(self, engine: str, languages: tuple[str, ...], deliver: Callable[[PageResult], None]) -> None:
        self._deliver = deliver
        self._cancelled = threading.Event()
        self._closing = False
        self._jobs: SimpleQueue[PageJob | None] = SimpleQueue()
        self._process = RecognisingProcess(engine, languages, self._cancelled.is_set)
        self._thread: threading.Thread | None = None

    def submit(self, job: PageJob) -> None:
        """Read a page; returns at once."""
        self._cancelled.clear()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="ocr", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def cancel(self) -> None:
        """Stop reading the page that is being read."""
        self._cancelled.set()

    def close(self) -> None:
        """End the process and the thread; nothing is delivered any more."""
        self._closing = True
        self._cancelled.set()
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()
        self._process.close()

    def _run(self) -> None:
        while (job := self._next_job()) is not None:
            result = self._read(job)
            if not self._closing:
                self._deliver(result)

    def _next_job(self) -> PageJob | None:
        try:
            return self._jobs.get(timeout=IDLE_SECONDS)
        except Empty:
            self._process.close()
            return self._jobs.get()

    def _read(self, job: PageJob) -> PageResult:
        try:
            return PageResult(job, text=self._process.read_page(job.path, job.source, job.page, job.member))
        except FileProblem as problem:
            return PageResult(job) if self._cancelled.is_set() else PageResult(job, problem=problem.code)
        except OcrError as error:
            return PageResult(job, error=error)
