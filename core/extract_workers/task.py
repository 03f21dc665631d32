"""One job's conversation with a child, and what is done when the child hangs or dies of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from core.document import Document
from core.errors import ProblemCode
from core.extract.base import SEPARATOR
from core.extract_workers import protocol
from core.extract_workers.deadline import Deadline
from core.extract_workers.jobs import ReadJob, ReadResult
from core.extract_workers.process import WorkerDied, WorkerProcess, WorkerTimedOut

ATTEMPTS = 2


@dataclass(slots=True)
class ExtractionTask:
    """Has one file read within `seconds` an attempt, by the children that `child` hands out.

    After a death or a time-out the pages so far are kept; without any, a format's second reader is tried.
    """

    job: ReadJob
    child: Callable[[], WorkerProcess]
    is_known: Callable[[bytes], bool]
    seconds: float
    result: ReadResult = field(init=False)
    facts: dict[str, Any] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    parts: list[list[Any]] = field(default_factory=list)
    failure: tuple[ProblemCode, str] | None = None
    unseen: tuple[ProblemCode, str] | None = None

    def __post_init__(self) -> None:
        self.result = ReadResult(self.job.token, self.job.path)

    def run(self) -> ReadResult:
        """The job's result, whatever happens to the children."""
        for _ in range(ATTEMPTS):
            if self._attempt():
                return self.result
            if (document := self._so_far()) is not None:
                return self._chunked(document)
            if not self._worth_another():
                break
        return self._failed()

    def _attempt(self) -> bool:
        """Whether the child came to an end of its own with the job."""
        try:
            process = self.child()
        except WorkerDied as error:
            self._note("crashed", f"the reader does not start: {error}")
            return False
        try:
            self._converse(process, Deadline(process, self.seconds))
        except (WorkerDied, WorkerTimedOut, KeyError, TypeError, ValueError) as error:
            process.kill()
            self._note_end(error)
            return False
        return True

    def _worth_another(self) -> bool:
        """With another reader; or if it died before it could know the file: then it is not the file's doing."""
        if self.result.hash is None and self.failure is not None and self.failure[0] == "crashed":
            self.unseen = self.unseen or self.failure
            self.failure = None
            return True
        return bool(self.facts.get("second"))

    def _note_end(self, error: Exception) -> None:
        late = isinstance(error, WorkerTimedOut)
        self._note("timed_out" if late else "crashed", f"over {self.seconds:.0f} s" if late else str(error))

    def _note(self, code: ProblemCode, detail: str) -> None:
        self.failure = self.failure or (code, detail[:300])

    def _failed(self) -> ReadResult:
        return replace(self.result, problem=self.failure or self.unseen or ("crashed", ""))

    def _converse(self, process: WorkerProcess, patience: Deadline) -> None:
        attempt = 2 if self.facts.get("second") else 1
        question = {"do": "read", "attempt": attempt, "hash_only": self.job.known_hash_only}
        process.files += 1
        process.ask(question, self.job.path)
        while True:
            header, payload = patience.answer()
            match header["is"]:
                case "hash":
                    self._hashed(process, header)
                case "reading":
                    self.facts = header
                case "partial":
                    self.pieces.append(payload.decode())
                    self.parts += header["parts"]
                case "problem":
                    self._problem(header)
                    return
                case "done":
                    self._done(header, payload)
                    return
                case "known":
                    return

    def _hashed(self, process: WorkerProcess, header: dict[str, Any]) -> None:
        content = bytes.fromhex(header["hash"])
        facts = {name: header[name] for name in ("size", "mtime_ns", "inode")}
        if self.result.hash != content:
            self.pieces, self.parts = [], []
        self.result = replace(self.result, hash=content, **facts)
        if not self.job.known_hash_only:
            process.ask({"do": "go", "wanted": not self.is_known(content)})

    def _problem(self, header: dict[str, Any]) -> None:
        if header["code"] == "crashed":
            raise WorkerDied(header["detail"])
        self.result = replace(self.result, problem=self.failure or (header["code"], header["detail"]))

    def _done(self, header: dict[str, Any], payload: bytes) -> None:
        document = protocol.unpack_document(header["document"], payload)
        passages, signature = protocol.unpack_passages(header["passages"]), bytes.fromhex(header["signature"])
        self.result = replace(self.result, document=document, passages=passages, signature=signature)

    def _so_far(self) -> Document | None:
        text = "".join(self.pieces).removesuffix(SEPARATOR)
        if not text:
            return None
        parts = protocol.unpack_parts(self.parts)
        return Document(text, self.facts["kind"], parts=parts, notes=("partial",), extractor=self.facts["extractor"])

    def _chunked(self, document: Document) -> ReadResult:
        """The result of a text that is known already: only its passages are made, by a new child."""
        facts, text = protocol.pack_document(document)
        try:
            process = self.child()
        except WorkerDied:
            return self._failed()
        try:
            process.ask({"do": "chunk", "document": facts}, text)
            header, payload = Deadline(process, self.seconds).answer()
            if header["is"] != "done":
                return self._failed()
            self._done(header, payload)
        except (WorkerDied, WorkerTimedOut, KeyError, TypeError, ValueError):
            process.kill()
            return self._failed()
        return self.result
