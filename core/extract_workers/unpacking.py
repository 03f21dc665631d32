"""The members of a file: found by a worker, hashed here, and read as files of their own in memory.

A worker says what is inside a file, and never what the hash of that is: so it cannot say what is in another document.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import blake3

from core.document import Extent
from core.errors import FileProblem, ProblemCode
from core.extract.base import EXTRACTOR_VERSION, Limits
from core.extract.members import path_of
from core.extract.registry import format_by_name
from core.extract_workers import messages
from core.extract_workers.checks import InvalidMessageError
from core.extract_workers.deadline import JobDeadline
from core.extract_workers.jobs import ExtractionJob, ExtractionResult, MemberResult, Unpacking
from core.extract_workers.process import WorkerDied, WorkerProcess, WorkerTimedOut
from core.extract_workers.source_file import SourceFile

MAX_FOUND = 10_000  # members that a worker may say at a time
MAX_FOUND_BYTES = 250_000_000

MarkAt = Callable[[int], bytes]  # the mark (see `ContainerState`) of what is before a place
ReadMember = Callable[[ExtractionJob, SourceFile], ExtractionResult | None]


def has_members(format_name: str, depth: int, limits: Limits) -> bool:
    """Whether documents inside a file of this format are read; `depth` is 0 for a file on disk."""
    try:
        format_ = format_by_name(format_name)
    except KeyError:
        return False
    if format_.kind == "archive" and not limits.reads_archives:
        return False
    return bool(format_.members) and depth <= format_.members_within


def mark_of(content: bytes) -> MarkAt:
    """The mark of a file that is read whole, by its hash: the same at every place."""
    mark = blake3.blake3(EXTRACTOR_VERSION.encode() + content).digest()
    return lambda _: mark


@dataclass(slots=True)
class MemberReader:
    """Reads the members of one open file, some at a time.

    `read_member` reads one of them, and returns None for one that the catalogue has; it may use the same worker.
    """

    job: ExtractionJob
    file: SourceFile
    format_name: str
    limit: float
    worker: Callable[[], WorkerProcess]
    read_member: ReadMember
    failure: tuple[ProblemCode, str] | None = field(default=None, init=False)

    def read(self, start: int, mark_at: MarkAt) -> tuple[tuple[MemberResult, ...], Unpacking]:
        """Some members from a place on; a worker that fails ends it.

        The end is at the last member, not after it: where members are appended, that one may not have been complete.
        """
        found: list[tuple[messages.MemberFound, bytes]] = []
        go_on: int | None = None
        process = self.worker()
        try:
            for reply, payload in self._replies(process, start):
                if isinstance(reply, messages.Unpacked):
                    go_on = reply.go_on
                else:
                    found.append((reply, payload))
        except (WorkerDied, WorkerTimedOut, InvalidMessageError):
            process.kill()
            process.close()
            self.failure = ("partial", "")
        last = found[-1][0].place if found else start
        read_to = last if go_on is None else go_on
        results = tuple(self._member(*found.pop(0)) for _ in range(len(found)))
        is_finished = go_on is None
        return results, Unpacking(start, read_to, mark_at(read_to), is_finished=is_finished, failure=self.failure)

    def read_all(self, mark_at: MarkAt) -> tuple[tuple[MemberResult, ...], Unpacking]:
        """All members of a file that is small enough to hold them in memory."""
        results, unpacking = self.read(0, mark_at)
        while not unpacking.is_finished:
            more, unpacking = self.read(unpacking.read_to, mark_at)
            results += more
        return results, unpacking

    def _replies(
        self, process: WorkerProcess, start: int
    ) -> Iterator[tuple[messages.MemberFound | messages.Unpacked, bytes]]:
        os.lseek(self.file.descriptor, 0, os.SEEK_SET)
        name = os.path.basename(self.job.path)
        process.send(messages.Unpack(self.format_name, start), name, self.file.descriptor)
        deadline = JobDeadline(process, self.limit)
        place, size = start, 0
        for _ in range(MAX_FOUND):
            reply, payload = deadline.receive()
            size += len(payload)
            match reply:
                case messages.MemberFound() if place <= reply.place < reply.following and size <= MAX_FOUND_BYTES:
                    place = reply.following
                    yield reply, payload
                case messages.Unpacked() if reply.go_on is None or reply.go_on > start:
                    if process.has_more():
                        raise InvalidMessageError("it goes on after the end")
                    yield reply, payload
                    return
                case messages.ProblemFound():
                    self.failure = _failure(reply)
                    return
                case _:
                    raise InvalidMessageError("it says something out of order")
        raise InvalidMessageError("members without end")

    def _member(self, found: messages.MemberFound, data: bytes) -> MemberResult:
        path = path_of(found.name)
        mtime_ns = self.file.mtime_ns if found.modified is None else int(found.modified * 1e9)
        size = len(data) or found.size
        job = ExtractionJob(0, self.job.path + b"/" + path, size)
        if found.problem is not None:
            result: ExtractionResult | None = ExtractionResult(0, job.path, problem=(found.problem, ""))
        else:
            try:
                with SourceFile.of_bytes(data, mtime_ns) as file:
                    result = self.read_member(job, file)
            except FileProblem as problem:
                result = ExtractionResult(0, job.path, problem=(problem.code, problem.detail))
        return MemberResult(path, found.place, mtime_ns, size, result)


def _failure(problem: messages.ProblemFound) -> tuple[ProblemCode, str]:
    match problem.code:
        case "truncated" if Extent.parse(problem.detail):
            return "truncated", problem.detail
        case "protected":
            return "protected", ""
    return "partial", ""
