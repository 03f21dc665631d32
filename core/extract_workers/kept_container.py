"""The file whose members are asked for some at a time: an archive stays open, so that its list is read once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from core.extract.base import Limits
from core.extract.detect import detect
from core.extract.members import ContainerInput, Member, unpacker_of
from core.extract.registry import format_by_name
from core.extract_workers.messages import Unpack

MAX_PASSED = 500  # members that are passed over to go on behind those that another worker has read
SECONDS = 5.0  # without a request, after which an archive is closed: an open one keeps its disk from being unmounted

_Identity = tuple[int, int, int, int, str]


@dataclass(slots=True)
class KeptContainer:
    """Gives the members of files, and goes on where it was in an archive that it has kept.

    It goes on only in the same file with the same size and time; as long as it has it open, no other one can have its
    inode.
    """

    limits: Limits
    _file: BinaryIO | None = field(default=None, init=False)
    _identity: _Identity | None = field(default=None, init=False)
    _members: Iterator[Member] = field(default_factory=lambda: iter(()), init=False)
    _following: int = field(default=0, init=False)
    _is_archive: bool = field(default=False, init=False)

    @property
    def is_open(self) -> bool:
        return self._file is not None

    def members(self, descriptor: int, name: bytes, request: Unpack) -> Iterator[Member]:
        """The members from the place of a request on; takes over the descriptor. Raises what unpackers raise."""
        identity = _identity_of(descriptor, request.format)
        if identity == self._identity and 0 <= request.start - self._following <= MAX_PASSED:
            os.close(descriptor)
        else:
            self.close()
            self._open(descriptor, name, request)
            self._identity = identity
        while (member := self._next()) is not None:
            self._following = member.following
            if member.place >= request.start:
                yield member

    def keep(self) -> None:
        """Keep an archive for the next request; other files are closed, as their members are found without the list."""
        if not self._is_archive:
            self.close()

    def close(self) -> None:
        """Close the file, if one is open. May be called again."""
        self._members = iter(())
        if self._file is not None:
            self._file.close()
        self._file = self._identity = None

    def _open(self, descriptor: int, name: bytes, request: Unpack) -> None:
        self._file = file = os.fdopen(descriptor, "rb")
        format_ = format_by_name(request.format) if request.format else detect(file.read(), name)
        file.seek(0)
        unpacker = unpacker_of(format_)
        source = ContainerInput(name, file, os.fstat(descriptor).st_size, request.start, self.limits)
        self._members = unpacker(source) if unpacker else iter(())
        self._following, self._is_archive = request.start, format_.kind == "archive"

    def _next(self) -> Member | None:
        try:
            member = next(self._members, None)
        except BaseException:
            self.close()
            raise
        if member is None:
            self.close()
        return member


def _identity_of(descriptor: int, format_name: str) -> _Identity:
    facts = os.fstat(descriptor)
    return (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, format_name)
