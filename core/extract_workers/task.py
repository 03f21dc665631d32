"""One job's exchange of messages with a worker, and what is done when the worker hangs or dies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from core.document import Document
from core.errors import ProblemCode
from core.extract.base import SEPARATOR
from core.extract_workers import protocol
from core.extract_workers.deadline import JobDeadline
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.process import WorkerDied, WorkerProcess, WorkerTimedOut

ATTEMPTS = 2
_WORKER_FAILURES = (WorkerDied, WorkerTimedOut, KeyError, TypeError, ValueError)


@dataclass(slots=True)
class ExtractionTask:
    """Extracts one file with `limit` seconds for each attempt, by the processes that `worker` returns.

    After a crash or a time-out the pages received so far are kept; without any, the format's next reader is tried.
    """

    job: ExtractionJob
    worker: Callable[[], WorkerProcess]
    is_known: Callable[[bytes], bool]
    limit: float
    result: ExtractionResult = field(init=False)
    format_info: dict[str, Any] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    parts: list[list[Any]] = field(default_factory=list)
    failure: tuple[ProblemCode, str] | None = None
    early_failure: tuple[ProblemCode, str] | None = None

    def __post_init__(self) -> None:
        self.result = ExtractionResult(self.job.token, self.job.path)

    def run(self) -> ExtractionResult:
        """The job's result, whatever happens to the workers."""
        for _ in range(ATTEMPTS):
            if self._attempt():
                return self.result
            if (document := self._partial_document()) is not None:
                return self._chunked(document)
            if not self._should_retry():
                break
        return self._failed()

    def _attempt(self) -> bool:
        """Whether the worker finished the job, with or without a problem."""
        try:
            process = self.worker()
        except WorkerDied as error:
            self._record_failure("crashed", f"the reader does not start: {error}")
            return False
        try:
            self._exchange(process, JobDeadline(process, self.limit))
        except _WORKER_FAILURES as error:
            _end(process)
            self._record_error(error)
            return False
        return True

    def _should_retry(self) -> bool:
        """With another reader; or where the worker died before it opened the file, which then was not the cause."""
        if self.result.hash is None and self.failure is not None and self.failure[0] == "crashed":
            self.early_failure = self.early_failure or self.failure
            self.failure = None
            return True
        return self._has_other_reader()

    def _has_other_reader(self) -> bool:
        return bool(self.format_info.get("other_reader"))

    def _record_error(self, error: Exception) -> None:
        if isinstance(error, WorkerTimedOut):
            self._record_failure("timed_out", f"over {self.limit:.0f} s")
        else:
            self._record_failure("crashed", str(error))

    def _record_failure(self, code: ProblemCode, detail: str) -> None:
        self.failure = self.failure or (code, detail[:300])

    def _failed(self) -> ExtractionResult:
        return replace(self.result, problem=self.failure or self.early_failure or ("crashed", ""))

    def _exchange(self, process: WorkerProcess, deadline: JobDeadline) -> None:
        attempt = 2 if self._has_other_reader() else 1
        process.files += 1
        process.send({"request": "extract", "attempt": attempt, "hash_only": self.job.hash_only}, self.job.path)
        while True:
            header, payload = deadline.receive()
            match header["type"]:
                case "hash":
                    self._receive_hash(process, header)
                case "format":
                    self.format_info = header
                case "partial":
                    self.pieces.append(payload.decode())
                    self.parts += header["parts"]
                case "problem":
                    self._receive_problem(header)
                    return
                case "done":
                    self._receive_document(header, payload)
                    return
                case "skipped":
                    return

    def _receive_hash(self, process: WorkerProcess, header: dict[str, Any]) -> None:
        content = bytes.fromhex(header["hash"])
        stat = {name: header[name] for name in ("size", "mtime_ns", "inode")}
        if self.result.hash != content:
            self.pieces, self.parts = [], []
        self.result = replace(self.result, hash=content, **stat)
        if not self.job.hash_only:
            process.send({"request": "continue", "extract": not self.is_known(content)})

    def _receive_problem(self, header: dict[str, Any]) -> None:
        if header["code"] == "crashed":
            raise WorkerDied(header["detail"])
        self.result = replace(self.result, problem=self.failure or (header["code"], header["detail"]))

    def _receive_document(self, header: dict[str, Any], payload: bytes) -> None:
        document = protocol.unpack_document(header["document"], payload)
        passages, sketch = protocol.unpack_passages(header["passages"]), bytes.fromhex(header["sketch"])
        self.result = replace(self.result, document=document, passages=passages, sketch=sketch)

    def _partial_document(self) -> Document | None:
        text = "".join(self.pieces).removesuffix(SEPARATOR)
        if not text:
            return None
        kind, extractor = self.format_info["kind"], self.format_info["extractor"]
        return Document(text, kind, parts=protocol.unpack_parts(self.parts), notes=("partial",), extractor=extractor)

    def _chunked(self, document: Document) -> ExtractionResult:
        """The result of a partial document: a new worker chunks it."""
        facts, text = protocol.pack_document(document)
        try:
            process = self.worker()
        except WorkerDied:
            return self._failed()
        try:
            process.send({"request": "chunk", "document": facts}, text)
            header, payload = JobDeadline(process, self.limit).receive()
            if header["type"] != "done":
                return self._failed()
            self._receive_document(header, payload)
        except _WORKER_FAILURES:
            _end(process)
            return self._failed()
        return self.result


def _end(process: WorkerProcess) -> None:
    process.kill()
    process.close()
