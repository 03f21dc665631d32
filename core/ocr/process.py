"""The recognising process as Findling sees it: one page at a time, within limits, believed nothing unchecked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import NoReturn

import psutil

from core.errors import FileProblem, OcrError
from core.extract.read import open_regular
from core.extract_workers.member_copy import member_bytes
from core.extract_workers.source_file import SourceFile
from core.ocr import messages
from core.ocr.base import Word
from core.ocr.messages import OcrAnswer, OpenPages, PageSource, Recognise
from core.ocr.words import RecognisedText, text_of
from core.preview.process import environment
from core.processes.answering import AnsweringProcess, ProcessFailed, ProcessNotStarted, ProcessTimedOut
from core.processes.isolated import module_command
from core.store.catalogue.members_table import MemberLocation

OCR_WORKER = tuple(module_command("core.ocr.worker"))
OPEN_SECONDS = 60.0
PAGE_CPU_SECONDS = 120.0  # of the processor that a page may take; a machine that is busy is no reason to give it up
PAGE_SECONDS = 8 * PAGE_CPU_SECONDS  # of the clock
MAX_FILE_BYTES = 1_000_000_000
PAGES_PER_PROCESS = 500

FileState = tuple[bytes, PageSource, int, int, int]  # path, source, inode, size, mtime in ns


class RecognisingProcess:
    """Reads pages with one engine and some of its languages; used by one thread, but `close` by any.

    `is_cancelled` is asked several times a second.
    """

    def __init__(
        self,
        engine: str,
        languages: Sequence[str],
        is_cancelled: Callable[[], bool],
        *,
        command: Sequence[str] = OCR_WORKER,
        page_cpu_seconds: float = PAGE_CPU_SECONDS,
    ) -> None:
        self._command = (*command, engine, "+".join(languages))
        self._is_cancelled = is_cancelled
        self._page_cpu_seconds = page_cpu_seconds
        self._process: AnsweringProcess[OcrAnswer] | None = None
        self._open: FileState | None = None
        self._pages = 0

    @property
    def pid(self) -> int | None:
        """The number of the process; None while none runs."""
        return self._process.pid if self._process is not None else None

    def read_page(
        self, path: bytes, source: PageSource, page: int, member: MemberLocation | None = None
    ) -> RecognisedText:
        """The text of a page, counted from 1. Raises FileProblem, or OcrError if no page can be read at all.

        `member` is where the document is if it is inside another file.
        """
        self._open_file(path, source, member)
        answer = self._ask(Recognise(page - 1), PAGE_SECONDS)
        self._pages += 1
        if not isinstance(answer, messages.Recognised):
            self._fail("an answer to another question")
        words = (
            Word(w.text, w.confidence, w.paragraph, w.line, w.left, w.top, w.right, w.bottom) for w in answer.words
        )
        return text_of(words, answer.scale)

    def close(self) -> None:
        """End the process; a page that is being read fails. The next page starts another one."""
        process, self._process, self._open = self._process, None, None
        if process is not None:
            process.close()

    def _open_file(self, path: bytes, source: PageSource, member: MemberLocation | None) -> None:
        descriptor = open_regular(path if member is None else member.container)
        try:
            facts = os.fstat(descriptor)
            state = path, source, facts.st_ino, facts.st_size, facts.st_mtime_ns
            if self._pages >= PAGES_PER_PROCESS:
                self.close()
            if state == self._open and self._process is not None:
                return
            if member is not None:
                os.close(descriptor)
                descriptor = -1
                descriptor = SourceFile.of_bytes(member_bytes(member), 0).descriptor
            if (size := os.fstat(descriptor).st_size) > MAX_FILE_BYTES:
                raise FileProblem("too_large", f"{size} bytes")
            self._open = None
            if not isinstance(self._ask(OpenPages(source), OPEN_SECONDS, descriptor), messages.PagesOpened):
                self._fail("an answer to another question")
            self._open = state
        finally:
            if descriptor >= 0:
                os.close(descriptor)

    def _ask(self, request: OpenPages | Recognise, seconds: float, descriptor: int | None = None) -> OcrAnswer:
        try:
            process = self._running()
            limit = _cpu_seconds(process.pid) + self._page_cpu_seconds
            answer, _ = process.ask(
                request,
                seconds=seconds,
                descriptor=descriptor,
                is_stale=lambda: self._is_cancelled() or _cpu_seconds(process.pid) > limit,
            )
        except ProcessTimedOut as error:
            self.close()
            raise FileProblem("timed_out", f"over {self._page_cpu_seconds:.0f} s") from error
        except ProcessNotStarted as error:
            self.close()
            raise OcrError("ocr.not_starting", detail=str(error)) from error
        except ProcessFailed as error:
            self._fail(str(error))
        if isinstance(answer, messages.OcrFailed):
            raise FileProblem(answer.code, answer.detail[:300])
        return answer

    def _fail(self, detail: str) -> NoReturn:
        self.close()
        raise FileProblem("crashed", detail)

    def _running(self) -> AnsweringProcess[OcrAnswer]:
        if self._process is None:
            self._pages = 0
            self._process = AnsweringProcess(
                self._command,
                environment("TESSDATA_PREFIX") | {"OMP_THREAD_LIMIT": "1"},
                messages.answer,
                lambda _: 0,
                max_head=messages.MAX_HEAD,
                max_payload=0,
            )
        return self._process


def _cpu_seconds(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.Error:
        return 0.0
    return float(times.user + times.system)
