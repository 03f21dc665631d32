"""Archives (ZIP, tar, 7z, RAR): the documents in them, one level deep, unpacked in memory within limits.

ZIP and tar are read by the standard library, the others by the system's libarchive where there is one.
"""

from __future__ import annotations

import os
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from lzma import LZMAError
from typing import Any, BinaryIO

from core.errors import FileProblem
from core.extract.base import Limits, broken, protected
from core.extract.decode import decode_or_replace
from core.extract.unpack import opened

MAX_MEMBERS = 20_000  # of an archive that are looked at
PIECE = 1 << 20  # bytes unpacked at a time
LATEST = 9e9  # seconds since 1970, in the year 2255: a file's time in nanoseconds has room for it
_LIBRARIES = {"linux": "libarchive.so.13", "darwin": "/usr/lib/libarchive.2.dylib", "win32": "archiveint.dll"}
_UTF8_NAME = 0x800  # of a ZIP member's flags
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, LZMAError, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError, OverflowError, struct.error, KeyError, IndexError, UnicodeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive: its name there, its size as the archive says, when it was changed (seconds since 1970).

    `index` is its number in the archive, from 0; `is_encrypted` if it needs a password.
    """

    index: int
    name: str
    size: int
    modified: float | None = None
    is_encrypted: bool = False


class Archive:
    """The files of an archive in their order; each may be read once, while it is the current one.

    Without libarchive on the system, 7z and RAR have none. After `entries`, `is_cut` says whether there are more than
    are looked at, of `total` (0: unknown). If it `is_random`, a damaged file does not keep others from being read.
    """

    def __init__(self, file: BinaryIO, size: int, limits: Limits) -> None:
        self._file = file
        self._size = size
        self._limits = limits
        self._unpacked = 0
        self._current: Any = None
        self.is_cut = False
        self.is_random = False
        self.total = 0

    def entries(self) -> Iterator[Entry]:
        """The regular files; raises FileProblem. No links are followed, and nothing is written to disk."""
        try:
            for index, entry in enumerate(self._all()):
                if index >= MAX_MEMBERS:
                    self.is_cut = True
                    return
                yield entry
        except FileProblem:
            raise
        except _DAMAGE as error:
            raise _problem_of(error) from error

    def read(self, entry: Entry) -> bytes:
        """The bytes of the current file; FileProblem "too_large" over a limit, whatever the archive says."""
        limit = min(self._limits.max_member_bytes, self._limits.max_unpacked_bytes - self._unpacked)
        if entry.is_encrypted:
            raise protected("encrypted")
        if entry.size > limit:
            raise FileProblem("too_large", f"unpacks to {entry.size} bytes, at most {limit} are read")
        pieces: list[bytes] = []
        size = 0
        try:
            for piece in self._pieces():
                size += len(piece)
                if size > limit:
                    raise FileProblem("too_large", f"unpacks to more than {limit} bytes")
                self._unpacked += len(piece)
                self._check_ratio()
                pieces.append(piece)
        except _DAMAGE as error:
            raise _problem_of(error) from error
        return b"".join(pieces)

    def count(self, entry: Entry) -> None:
        """Count a file that was read before as unpacked, where it is not unpacked again on the way to the next."""
        if self.is_random:
            self._unpacked += entry.size

    def _check_ratio(self) -> None:
        limits = self._limits
        if self._unpacked > limits.ratio_from and self._unpacked > limits.max_ratio * max(self._size, 1):
            raise FileProblem("too_large", f"unpacks to {self._unpacked} bytes from {self._size}")

    def _all(self) -> Iterator[Entry]:
        self._file.seek(0)
        head = self._file.read(8)
        self._file.seek(0)
        if head.startswith(b"PK"):
            yield from self._zip()
        elif head.startswith((b"7z\xbc\xaf", b"Rar!")):
            yield from self._by_libarchive()
        else:
            yield from self._tar()

    def _zip(self) -> Iterator[Entry]:
        with zipfile.ZipFile(self._file) as package:
            infos = package.infolist()
            self.is_random, self.total = True, len(infos)
            names = _zip_names(infos)
            for index, (info, name) in enumerate(zip(infos, names, strict=True)):
                if not info.is_dir() and not _is_link(info):
                    self._current = lambda info=info: package.open(info)
                    yield Entry(index, name, info.file_size, _zip_time(info), bool(info.flag_bits & 1))

    def _tar(self) -> Iterator[Entry]:
        stream = _Bounded(opened(self._file), self._size, self._limits)
        with tarfile.open(fileobj=stream, mode="r|", errorlevel=0, ignore_zeros=False) as archive:  # type: ignore[call-overload]
            for index, info in enumerate(archive):
                if info.isreg():
                    self._current = lambda info=info: archive.extractfile(info)
                    yield Entry(index, _name(info.name), max(info.size, 0), _time(info.mtime))
                archive.members.clear()  # tarfile keeps them all

    def _by_libarchive(self) -> Iterator[Entry]:
        library = libarchive()
        if library is None:
            return
        try:
            with library.stream_reader(self._file, block_size=PIECE) as archive:
                for index, entry in enumerate(archive):
                    if entry.isreg:
                        self._current = entry
                        size = max(int(entry.size or 0), 0)
                        yield Entry(index, _name(str(entry.pathname or "")), size, _time(entry.mtime))
        except library.ArchiveError as error:
            raise _problem_of(error) from error

    def _pieces(self) -> Iterator[bytes]:
        if hasattr(self._current, "get_blocks"):
            try:
                yield from self._current.get_blocks(PIECE)
            except libarchive().ArchiveError as error:
                raise _problem_of(error) from error
            return
        with self._current() as member:
            while piece := member.read(PIECE):
                yield piece


class _Bounded:
    """A stream that ends with FileProblem "too_large" once more was read of it than an archive may hold."""

    def __init__(self, file: Any, packed: int, limits: Limits) -> None:
        self._file = file
        self._limit = max(min(limits.max_unpacked_bytes, max(limits.ratio_from, limits.max_ratio * packed)), packed)
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        room = self._limit - self._read
        data: bytes = self._file.read(min(size, room + 1) if size >= 0 else room + 1)
        self._read += len(data)
        if len(data) > room:
            raise FileProblem("too_large", f"unpacks to more than {self._limit} bytes")
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def libarchive() -> Any:
    """The bindings of the system's libarchive; None if it has none. Looks up nothing but its name."""
    os.environ.setdefault("LIBARCHIVE", _LIBRARIES.get(sys.platform, "libarchive.so.13"))
    try:
        import libarchive as bindings  # type: ignore[import-untyped]
    except (OSError, ImportError, AttributeError, TypeError):
        return None
    return bindings


def _zip_names(infos: list[zipfile.ZipInfo]) -> list[str]:
    """The names of members; those of an older program, in whatever encoding all of them are."""
    old = [info for info in infos if not info.flag_bits & _UTF8_NAME]
    raw = b"\n".join(info.orig_filename.split("\0")[0].encode("cp437", "replace") for info in old)
    decoded = iter(decode_or_replace(raw).split("\n") if raw else [])
    return [info.filename if info.flag_bits & _UTF8_NAME else next(decoded, info.filename) for info in infos]


def _name(name: str) -> str:
    """A name in whatever encoding it is, of which Python kept what it could not decode as surrogates."""
    return decode_or_replace(name.encode("utf-8", "surrogateescape")) if not name.isascii() else name


def _time(seconds: float | None) -> float | None:
    """A time in seconds since 1970; None for one that no file system has."""
    return float(seconds) if seconds is not None and abs(seconds) <= LATEST else None


def _is_link(info: zipfile.ZipInfo) -> bool:
    return (info.external_attr >> 16) & 0o170000 == 0o120000


def _zip_time(info: zipfile.ZipInfo) -> float | None:
    try:
        return _time(datetime(*info.date_time, tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def _problem_of(error: Exception) -> FileProblem:
    text = str(error).lower()
    return protected(error) if "password" in text or "encrypt" in text or "passphrase" in text else broken(error)
