"""The file of a job, which the pool opens and hashes, so that a reader never sees its path nor says its hash."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import blake3

from core.errors import FileProblem
from core.extract.base import EXTRACTOR_VERSION, Limits
from core.extract.read import check_size, open_regular
from core.extract.registry import is_read_by_seeking
from core.extract.unknown_names import HEAD
from core.store.catalogue.files import MEMBER_INODE

PIECE = 1 << 20  # bytes read at a time
SAMPLE = 256 * 1024  # bytes hashed at the beginning and at the end of a file that is read by seeking
END = 65_536  # bytes at either end of a file that tell it from others


@dataclass(slots=True)
class SourceFile:
    """An open regular file; `size`, `mtime_ns` and `inode` are those of the file when it was opened.

    A picture, audio or video is not read as a whole for its few words: `is_sampled`, its hash is that of its size, its
    beginning and its end.
    """

    descriptor: int
    size: int
    mtime_ns: int
    inode: int
    is_sampled: bool = False

    @classmethod
    def open(cls, path: bytes) -> SourceFile:
        """Open a file, however large; raises FileProblem."""
        descriptor = open_regular(path)
        try:
            facts = os.fstat(descriptor)
            is_sampled = is_read_by_seeking(path) and facts.st_size > 2 * SAMPLE
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor, facts.st_size, facts.st_mtime_ns, facts.st_ino, is_sampled)

    @classmethod
    def of_bytes(cls, data: bytes, mtime_ns: int) -> SourceFile:
        """A file in memory that nobody can change: a document inside another file."""
        descriptor = os.memfd_create("findling-document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            _seal(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return cls(descriptor, len(data), mtime_ns, MEMBER_INODE)

    def check_size(self, limits: Limits) -> None:
        """Raises FileProblem if a reader may not read so large a file."""
        if not self.is_sampled:
            check_size(self.descriptor, limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.descriptor)

    def head(self) -> bytes:
        """Its first bytes, of which its format may be recognised; raises FileProblem."""
        try:
            return os.pread(self.descriptor, HEAD, 0)
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error

    def hash(self, between: Callable[[], None]) -> bytes:
        """blake3 of its bytes, or of its sample, calling `between` after each piece; raises FileProblem."""
        digest = blake3.blake3()
        for piece in self._sample() if self.is_sampled else self._pieces(between):
            digest.update(piece)
        return digest.digest()

    def ends_hash(self, end: int) -> bytes:
        """blake3 of the first and of the last bytes before `end`, which tell a file that has only grown since."""
        digest = blake3.blake3(EXTRACTOR_VERSION.encode())
        try:
            digest.update(os.pread(self.descriptor, min(END, end), 0))
            digest.update(os.pread(self.descriptor, min(END, end), max(0, end - END)))
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error
        return digest.digest()

    def copy(self, between: Callable[[], None]) -> tuple[SourceFile, bytes]:
        """A copy in memory that nobody can change, and its hash: for a file that changes while it is read."""
        digest = blake3.blake3()
        descriptor = os.memfd_create("findling-document", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            for piece in self._pieces(between):
                digest.update(piece)
                os.write(descriptor, piece)
            _seal(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return replace(self, descriptor=descriptor), digest.digest()

    def has_changed(self) -> bool:
        """Whether its size or time is another one than when it was opened."""
        facts = os.fstat(self.descriptor)
        return (facts.st_size, facts.st_mtime_ns) != (self.size, self.mtime_ns)

    def _sample(self) -> Iterator[bytes]:
        yield b"sample %d " % self.size
        try:
            yield os.pread(self.descriptor, SAMPLE, 0)
            yield os.pread(self.descriptor, SAMPLE, self.size - SAMPLE)
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error

    def _pieces(self, between: Callable[[], None]) -> Iterator[bytes]:
        at = 0
        try:
            while at < self.size and (piece := os.pread(self.descriptor, min(PIECE, self.size - at), at)):
                yield piece
                at += len(piece)
                between()
        except OSError as error:
            raise FileProblem("unreadable", error.strerror or "") from error


def _seal(descriptor: int) -> None:
    fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
