"""One job: opens and hashes its file, and makes the best of a worker that hangs, dies or says what it should not."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from core.document import Document
from core.errors import FileProblem, ProblemCode
from core.extract.base import EXTRACTOR_VERSION, Limits
from core.extract.clean import clean
from core.extract.members import MAILBOX, is_mailbox
from core.extract.registry import readable_kind
from core.extract.unknown_names import is_worth_a_look, may_be_document, says_little, says_nothing
from core.extract_workers import messages
from core.extract_workers.checks import InvalidMessageError, check_passages
from core.extract_workers.deadline import JobDeadline
from core.extract_workers.exchange import Exchange
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.process import WorkerDied, WorkerProcess, WorkerTimedOut
from core.extract_workers.source_file import SourceFile
from core.extract_workers.unpacking import MarkAt, MemberReader, has_members, mark_of
from core.store.near_duplicates.sketch import sketch

ATTEMPTS = 2
_WORKER_FAILURES = (WorkerDied, WorkerTimedOut, InvalidMessageError)
Problem = tuple[ProblemCode, str]


class KnownDocuments(Protocol):
    """What the catalogue has, on any thread; none of it raises."""

    def format_of(self, content: bytes) -> str | None:
        """The format of a content that need not be read again, by its hash; "" for a blank one, None if unknown."""

    def is_current(self, path: bytes, content: bytes) -> bool:
        """Whether the member at a path has this content, and all that is in it is stored, too."""


@dataclass(slots=True)
class ExtractionTask:
    """Extracts one file, and the documents inside it, by the processes that `worker` returns.

    Each attempt has `limit` seconds of processor time; `depth` is 0 for a file on disk, 1 for a document inside it.

    After a crash or a time-out the pages received so far are kept; without any, the format's next reader is tried. What
    a worker said before it said something invalid is discarded. `between` is called often and may raise to end the job.
    """

    job: ExtractionJob
    worker: Callable[[], WorkerProcess]
    known: KnownDocuments
    limits: Limits
    limit: float
    between: Callable[[], None]
    result: ExtractionResult = field(init=False)
    failure: Problem | None = None
    early_failure: Problem | None = None
    depth: int = 0

    def __post_init__(self) -> None:
        self.result = ExtractionResult(self.job.token, self.job.path)

    def run(self) -> ExtractionResult:
        """The job's result, whatever happens to the workers."""
        try:
            with SourceFile.open(self.job.path) as file:
                return self._run(file)
        except FileProblem as problem:
            return replace(self.result, problem=(problem.code, problem.detail))

    def _run(self, file: SourceFile) -> ExtractionResult:
        """The result for an open file, which may be in memory; raises FileProblem."""
        if self.depth == 0 and is_mailbox(self.job.path, file.head()):
            return self._mailbox(file)
        if self._is_unrecognised(file):
            return replace(self.result, is_unrecognised=True)
        if file.size > self.limits.max_file_bytes and is_worth_a_look(self.job.path):
            return replace(self.result, is_unrecognised=True)
        file.check_size(self.limits)
        result = self._read(file)
        is_broken = result.problem is not None and result.problem[0] == "broken"
        is_unrecognised = (is_broken and says_little(self.job.path)) or says_nothing(result.document)
        return replace(result, is_unrecognised=is_unrecognised)

    def _is_unrecognised(self, file: SourceFile) -> bool:
        """Whether the file's name belongs to no format, and its first bytes to no document; it is not hashed then.

        Nor is a member read whose format has no reader: of files on disk such ones do not come here.
        """
        if self.job.hash_only:
            return False
        if is_worth_a_look(self.job.path):
            return not may_be_document(file.head())
        return self.depth > 0 and readable_kind(self.job.path) is None

    def _mailbox(self, file: SourceFile) -> ExtractionResult:
        """Some messages of a mailbox, which is never read as a whole: what was appended, if that is all."""
        content = file.ends_hash(file.size)
        result = ExtractionResult(self.job.token, self.job.path, content, file.size, file.mtime_ns, file.inode)
        if self.job.hash_only:
            return result
        document = Document("", "mail", extractor=f"{MAILBOX}/{EXTRACTOR_VERSION}")
        result = replace(result, document=document, sketch=sketch(""))
        return self._with_members(file, result, MAILBOX, file.ends_hash)

    def _read(self, file: SourceFile) -> ExtractionResult:
        first = self._extracted(file, file.hash(self.between))
        if file.is_sampled or self.depth or not file.has_changed():
            return first
        with SourceFile.open(self.job.path) as changed:
            changed.check_size(self.limits)
            copy, content = changed.copy(self.between)
            with copy:
                return self._extracted(copy, content)

    def _extracted(self, file: SourceFile, content: bytes) -> ExtractionResult:
        """The text of a file, unless it is known, and the documents inside it."""
        self.between()
        self.failure = self.early_failure = None
        self.result = ExtractionResult(self.job.token, self.job.path, content, file.size, file.mtime_ns, file.inode)
        if self.job.hash_only:
            return self.result
        format_name = self.known.format_of(content)
        result = self.result
        if format_name is None:
            result, format_name = self._document_of(file)
        if result.problem is not None or not has_members(format_name, self.depth, self.limits):
            return result
        return self._with_members(file, result, format_name, mark_of(content))

    def _with_members(
        self, file: SourceFile, result: ExtractionResult, format_name: str, mark_at: MarkAt
    ) -> ExtractionResult:
        reader = MemberReader(self.job, file, format_name, self.limit, self.worker, self._read_member)
        known = self.job.known_members
        try:
            if self.depth:
                members, unpacking = reader.read_all(mark_at)
            else:
                is_same = known is not None and known.read_to <= file.size and known.mark == mark_at(known.read_to)
                members, unpacking = reader.read(known.read_to if known is not None and is_same else 0, mark_at)
        except WorkerDied as error:
            return replace(result, problem=("crashed", clean(str(error))[:300]), document=None)
        return replace(result, members=members, unpacking=unpacking)

    def _read_member(self, job: ExtractionJob, file: SourceFile) -> ExtractionResult | None:
        if self.known.is_current(job.path, file.hash(self.between)):
            return None
        task = ExtractionTask(
            job, self.worker, self.known, self.limits, self.limit, self.between, depth=self.depth + 1
        )  # fmt: skip
        return task._run(file)

    def _document_of(self, file: SourceFile) -> tuple[ExtractionResult, str]:
        """The result without members, and the name of the format."""
        exchange = Exchange(self.limits)
        result = self._exchanged(exchange, file)
        return result, exchange.format.extractor.partition("/")[0] if exchange.format is not None else ""

    def _exchanged(self, exchange: Exchange, file: SourceFile) -> ExtractionResult:
        for _ in range(ATTEMPTS):
            if self._attempt(exchange, file):
                return self.result
            if (document := exchange.partial_document()) is not None:
                return self._chunked(document)
            if not self._should_retry(exchange):
                break
        return self._failed()

    def _attempt(self, exchange: Exchange, file: SourceFile) -> bool:
        """Whether the worker finished the job, with or without a problem."""
        try:
            process = self.worker()
        except WorkerDied as error:
            self._record_failure("crashed", f"the reader does not start: {error}")
            return False
        attempt = 2 if exchange.has_other_reader else 1
        process.files += 1
        try:
            os.lseek(file.descriptor, 0, os.SEEK_SET)
            process.send(messages.Extract(attempt), os.path.basename(self.job.path), file.descriptor)
            outcome = exchange.run(JobDeadline(process, self.limit))
        except _WORKER_FAILURES as error:
            _end(process)
            self._record_error(error)
            return False
        if isinstance(outcome, messages.ProblemFound):
            if outcome.code == "crashed":
                _end(process)
                self._record_failure("crashed", outcome.detail)
                return False
            self.result = replace(self.result, problem=self.failure or (outcome.code, clean(outcome.detail)[:300]))
        else:
            document, passages, sketch = outcome
            self.result = replace(self.result, document=document, passages=passages, sketch=sketch)
        return True

    def _should_retry(self, exchange: Exchange) -> bool:
        """With another reader; or where the worker died before it opened the file, which then was not the cause."""
        if not exchange.is_opened and self.failure is not None and self.failure[0] == "crashed":
            self.early_failure = self.early_failure or self.failure
            self.failure = None
            return True
        return exchange.has_other_reader

    def _record_error(self, error: Exception) -> None:
        if isinstance(error, WorkerTimedOut):
            self._record_failure("timed_out", f"over {self.limit:.0f} s")
        else:
            self._record_failure("crashed", str(error))

    def _record_failure(self, code: ProblemCode, detail: str) -> None:
        self.failure = self.failure or (code, clean(detail)[:300])

    def _failed(self) -> ExtractionResult:
        return replace(self.result, problem=self.failure or self.early_failure or ("crashed", ""))

    def _chunked(self, document: Document) -> ExtractionResult:
        """The result of a partial document: a new worker chunks it."""
        try:
            process = self.worker()
        except WorkerDied:
            return self._failed()
        try:
            process.send(messages.Chunk(messages.facts_of(document)), document.text.encode())
            reply, _ = JobDeadline(process, self.limit).receive()
            if not isinstance(reply, messages.Chunked):
                raise InvalidMessageError("not the passages")
            passages = messages.passages_of(reply.passages)
            check_passages(passages, document)
        except _WORKER_FAILURES:
            _end(process)
            return self._failed()
        sketch = bytes.fromhex(reply.sketch)
        return replace(self.result, document=document, passages=passages, sketch=sketch)


def _end(process: WorkerProcess) -> None:
    process.kill()
    process.close()
