"""The child process: reads one file after another, and sends the text and passages of each."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, field
from typing import IO, BinaryIO, cast

from core import paths
from core.chunk import ChunkingConfig, chunk
from core.document import Document, Part
from core.errors import FileProblem
from core.extract.base import EXTRACTOR_VERSION, ExtractionInput, Limits
from core.extract.detect import detect, may_end_anywhere, seeks
from core.extract.read import read_source
from core.extract.registry import is_read_by_seeking
from core.extract.signatures import HEAD, TEXT_HEAD
from core.extract_workers import kept_container, messages, protocol
from core.extract_workers.kept_container import KeptContainer
from core.extract_workers.requests import RequestChannel
from core.processes.limits import limit_resources
from core.processes.sandbox import confine
from core.store.near_duplicates.sketch import sketch

# Of the members of a file that are sent at a time; their texts and passages are stored before more are found.
UNPACK_COUNT, UNPACK_BYTES, UNPACK_SECONDS = 200, 16_000_000, 5.0
MEMORY = 1536 * 1024 * 1024  # bytes
OPEN_FILES = 64


@dataclass(slots=True)
class ExtractWorker:
    """Answers the requests of a WorkerPool."""

    requests: RequestChannel
    replies: IO[bytes]
    chunking: ChunkingConfig
    limits: Limits
    container: KeptContainer = field(init=False)

    def __post_init__(self) -> None:
        self.container = KeptContainer(self.limits)

    def serve(self) -> None:
        """Answer until the parent closes its end of the channel."""
        while (received := self._next_request()) is not None:
            request, payload, descriptor = received
            try:
                match request:
                    case messages.Chunk(document=facts):
                        document = messages.document_of(facts, payload.decode())
                        self._send(messages.Chunked(*self._passages(document)))
                    case messages.Unpack() if descriptor is not None:
                        self._unpack(descriptor, payload, request)
                    case messages.Extract(attempt=attempt) if descriptor is not None:
                        self._extract(descriptor, payload, attempt)
            except FileProblem as problem:
                self._send(
                    messages.ProblemFound(
                        code=cast("messages.ReaderProblem", problem.code), detail=problem.detail[:300]
                    )
                )
            except MemoryError:
                self._send(messages.ProblemFound(code="crashed", detail="out of memory"))
            except Exception as error:  # of an unpacker: those of readers are FileProblem
                if not isinstance(request, messages.Unpack):
                    raise
                self._send(messages.ProblemFound(code="broken", detail=type(error).__name__))

    def _next_request(self) -> tuple[messages.Request, bytes, int | None] | None:
        if self.container.is_open and not self.requests.is_ready_within(kept_container.SECONDS):
            self.container.close()
        return self.requests.receive()

    def _extract(self, descriptor: int, name: bytes, attempt: int) -> None:
        self._send(messages.FileOpened())
        with os.fdopen(descriptor, "rb") as file:
            source = self._source(file, name)
            format_ = detect(source.data, name)
            extractor = f"{format_.name}/{EXTRACTOR_VERSION}"
            self._send(messages.FormatFound(format_.kind, extractor, len(format_.readers) > 1))
            document = read_source(source, attempt=attempt)
        self._send(messages.TextRead())
        done = messages.Done(messages.facts_of(document), *self._passages(document))
        self._send(done, document.text.encode())

    def _source(self, file: BinaryIO, name: bytes) -> ExtractionInput:
        """The whole file; only the beginning of one that is read by seeking, or of a very long text."""
        try:
            if is_read_by_seeking(name):
                head = file.read(HEAD)
                if seeks(head, name):
                    return ExtractionInput(name, head, self.limits, self._send_partial, file=file)
                file.seek(0)
            size = os.fstat(file.fileno()).st_size
            if size > self.limits.max_text_bytes:
                head = file.read(TEXT_HEAD)
                if may_end_anywhere(head, name):
                    data = head + file.read(max(self.limits.max_text_bytes - len(head), 0))
                    return ExtractionInput(name, data, self.limits, self._send_partial, size=size)
                file.seek(0)
            data = file.read(size + 1)
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error
        return ExtractionInput(name, data, self.limits, self._send_partial)

    def _unpack(self, descriptor: int, name: bytes, request: messages.Unpack) -> None:
        """Send the members from a place on, at most as many as the pool holds in memory at a time."""
        count = size = 0
        most = 1 if request.only_first else UNPACK_COUNT
        ends = time.monotonic() + UNPACK_SECONDS
        for member in self.container.members(descriptor, name, request):
            self._send(
                messages.MemberFound(
                    member.name[: messages.MAX_MEMBER_NAME], member.place, member.following, member.modified,
                    member.problem, member.size,
                ),
                member.data,
            )  # fmt: skip
            count, size = count + 1, size + len(member.data)
            if count >= most or size >= UNPACK_BYTES or time.monotonic() > ends:
                self.container.keep()
                self._send(messages.Unpacked(member.following))
                return
        self._send(messages.Unpacked(None))

    def _send_partial(self, text: str, parts: tuple[Part, ...]) -> None:
        self._send(messages.Partial(messages.pack_parts(parts)), text.encode())

    def _passages(self, document: Document) -> tuple[list[messages.PackedPassage], str]:
        return messages.pack_passages(chunk(document, self.chunking)), sketch(document.text).hex()

    def _send(self, message: messages.Reply, payload: bytes = b"") -> None:
        protocol.reply(self.replies, message, payload)


def _take_over_stdout() -> IO[bytes]:
    """The pipe to the parent on a descriptor of its own; stdout goes to stderr, as libraries print to it."""
    replies = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(replies, "wb")


def main() -> None:
    """Run as a process of a WorkerPool."""
    requests, replies = RequestChannel.of_stdin(), _take_over_stdout()
    configuration = requests.configuration()
    if configuration is None:
        sys.exit(1)
    from core.extract import html, pdf, plain  # noqa: F401 - imported before memory and writing are limited

    limit_resources(memory=MEMORY, open_files=OPEN_FILES)
    support = confine([*paths.resource_folders(), *filter(None, [configuration.chunking.vocabulary])])
    protocol.reply(replies, messages.ReaderReady(support.is_complete))
    ExtractWorker(requests, replies, configuration.chunking, configuration.limits).serve()


if __name__ == "__main__":
    main()
