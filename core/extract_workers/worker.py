"""The child: reads one file after another, and tells of each its hash, its text and its passages."""

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
class Worker:
    """Answers the parent's questions until it has no more."""

    questions: IO[bytes]
    answers: IO[bytes]
    chunking: ChunkingConfig
    limits: Limits

    def serve(self) -> None:
        """Answer until the parent closes its end."""
        protocol.send(self.answers, {"is": "ready"})
        while (question := protocol.receive(self.questions)) is not None:
            header, payload = question
            try:
                if header["do"] == "chunk":
                    self._finish(protocol.unpack_document(header["document"], payload))
                else:
                    self._read(payload, header)
            except FileProblem as problem:
                self._tell({"is": "problem", "code": problem.code, "detail": problem.detail})
            except MemoryError:
                self._tell({"is": "problem", "code": "crashed", "detail": "out of memory"})

    def _read(self, path: bytes, header: dict[str, Any]) -> None:
        data, facts = _opened(path, self.limits)
        self._tell({"is": "hash", "hash": blake3.blake3(data).hexdigest(), **facts})
        if header["hash_only"]:
            self._tell({"is": "known"})
            return
        go = protocol.receive(self.questions)
        if go is None or not go[0]["wanted"]:
            self._tell({"is": "known"})
            return
        name = os.path.basename(path)
        format_ = detect(data, name)
        extractor = f"{format_.name}/{EXTRACTOR_VERSION}"
        self._tell({"is": "reading", "second": len(format_.readers) > 1, "kind": format_.kind, "extractor": extractor})
        self._finish(read_bytes(data, name, limits=self.limits, keep=self._keep, attempt=header["attempt"]))

    def _keep(self, text: str, parts: tuple[Part, ...]) -> None:
        self._tell({"is": "partial", "parts": protocol.pack_parts(parts)}, text.encode())

    def _finish(self, document: Document) -> None:
        passages = protocol.pack_passages(chunk(document, self.chunking))
        facts, text = protocol.pack_document(document)
        signed = sketch(document.text).hex()
        self._tell({"is": "done", "document": facts, "passages": passages, "signature": signed}, text)

    def _tell(self, header: dict[str, Any], payload: bytes = b"") -> None:
        ends = header["is"] in {"done", "known", "problem"}
        protocol.send(self.answers, header | ({"memory": psutil.Process().memory_info().rss} if ends else {}), payload)


def _opened(path: bytes, limits: Limits) -> tuple[bytes, dict[str, int]]:
    with os.fdopen(open_regular(path), "rb") as file:
        size = check_size(file.fileno(), limits)
        facts = os.fstat(file.fileno())
        try:
            data = file.read(size + 1)
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error
    return data, {"size": facts.st_size, "mtime_ns": facts.st_mtime_ns, "inode": facts.st_ino}


def _own_streams() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes of the parent, moved away from where libraries write their noise."""
    questions, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(questions, "rb"), os.fdopen(answers, "wb")


def main() -> None:
    """Be a child of a ReaderPool."""
    questions, answers = _own_streams()
    first = protocol.receive(questions)
    if first is None:
        sys.exit(1)
    from core.extract import html, pdf, plain  # noqa: F401 - loaded before there is less memory and no writing

    enter_sandbox()
    Worker(questions, answers, ChunkingConfig(**first[0]["recipe"]), Limits(**first[0]["limits"])).serve()


if __name__ == "__main__":
    main()
