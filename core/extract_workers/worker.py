"""The child process: reads one file after another, and sends the hash, text and passages of each."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import IO, Any

import blake3
import psutil

from core.chunk import ChunkingConfig, chunk
from core.document import Document, Part
from core.errors import FileProblem
from core.extract.base import EXTRACTOR_VERSION, Limits
from core.extract.detect import detect
from core.extract.read import check_size, open_regular, read_bytes
from core.extract_workers import protocol
from core.extract_workers.sandbox import enter_sandbox
from core.store.near_duplicates.sketch import sketch


@dataclass(slots=True)
class ExtractWorker:
    """Answers the requests of a WorkerPool."""

    requests: IO[bytes]
    responses: IO[bytes]
    chunking: ChunkingConfig
    limits: Limits

    def serve(self) -> None:
        """Answer until the parent closes its end of the pipe."""
        protocol.send(self.responses, {"type": "ready"})
        while (request := protocol.receive(self.requests)) is not None:
            header, payload = request
            try:
                if header["request"] == "chunk":
                    self._finish(protocol.unpack_document(header["document"], payload))
                else:
                    self._extract(payload, header)
            except FileProblem as problem:
                self._send({"type": "problem", "code": problem.code, "detail": problem.detail})
            except MemoryError:
                self._send({"type": "problem", "code": "crashed", "detail": "out of memory"})

    def _extract(self, path: bytes, header: dict[str, Any]) -> None:
        data, stat = _read_file(path, self.limits)
        self._send({"type": "hash", "hash": blake3.blake3(data).hexdigest(), **stat})
        if header["hash_only"]:
            self._send({"type": "skipped"})
            return
        answer = protocol.receive(self.requests)
        if answer is None or not answer[0]["extract"]:
            self._send({"type": "skipped"})
            return
        name = os.path.basename(path)
        format_ = detect(data, name)
        extractor = f"{format_.name}/{EXTRACTOR_VERSION}"
        other_reader = len(format_.readers) > 1
        self._send({"type": "format", "other_reader": other_reader, "kind": format_.kind, "extractor": extractor})
        self._finish(
            read_bytes(data, name, limits=self.limits, on_partial=self._send_partial, attempt=header["attempt"])
        )

    def _send_partial(self, text: str, parts: tuple[Part, ...]) -> None:
        self._send({"type": "partial", "parts": protocol.pack_parts(parts)}, text.encode())

    def _finish(self, document: Document) -> None:
        passages = protocol.pack_passages(chunk(document, self.chunking))
        facts, text = protocol.pack_document(document)
        digest = sketch(document.text).hex()
        self._send({"type": "done", "document": facts, "passages": passages, "sketch": digest}, text)

    def _send(self, header: dict[str, Any], payload: bytes = b"") -> None:
        if header["type"] in {"done", "skipped", "problem"}:
            header = header | {"memory": psutil.Process().memory_info().rss}
        protocol.send(self.responses, header, payload)


def _read_file(path: bytes, limits: Limits) -> tuple[bytes, dict[str, int]]:
    with os.fdopen(open_regular(path), "rb") as file:
        size = check_size(file.fileno(), limits)
        facts = os.fstat(file.fileno())
        try:
            data = file.read(size + 1)
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error
    return data, {"size": facts.st_size, "mtime_ns": facts.st_mtime_ns, "inode": facts.st_ino}


def _take_over_streams() -> tuple[IO[bytes], IO[bytes]]:
    """The parent's pipes on descriptors of their own; stdout goes to stderr, as libraries print to it."""
    requests, responses = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(responses, "wb")


def main() -> None:
    """Run as a process of a WorkerPool."""
    requests, responses = _take_over_streams()
    configuration = protocol.receive(requests)
    if configuration is None:
        sys.exit(1)
    from core.extract import html, pdf, plain  # noqa: F401 - imported before memory and writing are limited

    enter_sandbox()
    chunking, limits = ChunkingConfig(**configuration[0]["chunking"]), Limits(**configuration[0]["limits"])
    ExtractWorker(requests, responses, chunking, limits).serve()


if __name__ == "__main__":
    main()
