"""The replies of a worker to one request, in the only order that they may have."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.document import Document, Passage
from core.extract.base import SEPARATOR, Limits
from core.extract_workers import messages
from core.extract_workers.checks import InvalidMessageError, check_document, check_passages
from core.extract_workers.deadline import JobDeadline

MAX_PARTIALS = 2_000  # readers send one each second, and one each 16 of at most 5,000 pages

Extracted = tuple[Document, tuple[Passage, ...], bytes]


@dataclass(slots=True)
class Exchange:
    """Receives the replies of up to two attempts at one file: opened, format, partial..., then done or problem.

    `run` raises InvalidMessageError for anything else, and forgets what was said before that.
    """

    limits: Limits
    is_opened: bool = False
    format: messages.FormatFound | None = None
    pieces: list[str] = field(default_factory=list)
    parts: list[messages.PackedPart] = field(default_factory=list)

    @property
    def has_other_reader(self) -> bool:
        return self.format is not None and self.format.other_reader

    def run(self, deadline: JobDeadline) -> Extracted | messages.ProblemFound:
        """What became of the file; raises WorkerTimedOut, WorkerDied and InvalidMessageError."""
        self.pieces, self.parts = [], []
        try:
            outcome = self._receive(deadline)
            _expect(not deadline.process.has_more(), "it goes on after the end")
        except InvalidMessageError:
            self.pieces, self.parts = [], []
            self.format = None
            raise
        return outcome

    def partial_document(self) -> Document | None:
        """The pages that were received, if there are any that make sense."""
        text = "".join(self.pieces).removesuffix(SEPARATOR)
        if not text or self.format is None:
            return None
        parts = messages.parts_of(self.parts)
        document = Document(text, self.format.kind, parts=parts, notes=("partial",), extractor=self.format.extractor)
        try:
            check_document(document, self.limits.max_chars)
        except InvalidMessageError:
            return None
        return document

    def _receive(self, deadline: JobDeadline) -> Extracted | messages.ProblemFound:
        reply, _ = deadline.receive()
        _expect(isinstance(reply, messages.FileOpened), "it says something before it has opened the file")
        self.is_opened = True
        reply, _ = deadline.receive()
        if isinstance(reply, messages.ProblemFound):
            return reply
        _expect(isinstance(reply, messages.FormatFound), "it says something before the format")
        assert isinstance(reply, messages.FormatFound)
        self.format = reply
        length = 0
        is_read = False
        for _ in range(MAX_PARTIALS):
            reply, payload = deadline.receive()
            match reply:
                case messages.Partial(parts=parts):
                    self.pieces.append(_text(payload))
                    self.parts += parts
                    length += len(self.pieces[-1])
                    _expect(length <= self.limits.max_chars, "pages without end")
                    _expect(len(self.parts) <= messages.MAX_PARTS, "pages without end")
                case messages.ProblemFound():
                    return reply
                case messages.TextRead() if not is_read:
                    is_read = True
                    deadline.restart()  # a file that is slow to read leaves chunking all of its time
                case messages.Done():
                    return self._document(reply, payload)
                case _:
                    raise InvalidMessageError("it says something out of order")
        raise InvalidMessageError("pages without end")

    def _document(self, reply: messages.Done, payload: bytes) -> Extracted:
        document = messages.document_of(reply.document, _text(payload))
        check_document(document, self.limits.max_chars)
        passages = messages.passages_of(reply.passages)
        check_passages(passages, document)
        return document, passages, bytes.fromhex(reply.sketch)


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as error:
        raise InvalidMessageError("text that is not UTF-8") from error


def _expect(condition: bool, otherwise: str) -> None:  # noqa: FBT001
    if not condition:
        raise InvalidMessageError(otherwise)
