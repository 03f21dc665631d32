"""Signatures, by which formats are recognised in the bytes of a file."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 4096

# Priorities: of several signatures that match a file, the highest wins.
MAGIC = 100
PACKAGE_TYPE = 90
PACKAGE_MEMBER = 80
OLE_STREAM = 70
MARKUP = 50
NAME = 42  # the name of a file that is text
HTML = 40
VAGUE_NAME = 35  # a name that is used for text of many formats
XML = 30
ANY_TEXT = 0

# Formats without a reader that are never text: pictures, archives, programs, sound, OneNote, PostScript.
_NEVER_TEXT = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"RIFF",
    b"\xe4\x52\x5c\x7b", b"II*\0", b"MM\0*", b"ITSF", b"%!PS", b"\xc5\xd0\xd3\xc6", b"SQLite format 3", b"OggS", b"ID3",
)  # fmt: skip
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)


@dataclass
class FileContent:
    """The bytes of a file, with the properties that signatures test computed lazily and cached."""

    data: bytes
    _streams: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def is_binary(self) -> bool:
        """Whether the first bytes are those of a format that is never text."""
        return self.data.startswith((ZIP, OLE, *_NEVER_TEXT))

    @cached_property
    def text_head(self) -> bytes:
        """The first bytes of a file that may be text; b"" for a binary file."""
        return b"" if self.is_binary else self.data[:HEAD]

    @cached_property
    def text_start(self) -> bytes:
        """`text_head` from its first visible character on."""
        return self.text_head.lstrip(b"\xef\xbb\xbf \t\r\n")

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The member names of a ZIP package without leading slashes; empty if it cannot be opened."""
        return self._package[0]

    @cached_property
    def package_type(self) -> bytes:
        """The content of a package's member `mimetype`, without "-template"; b"" if there is none."""
        return self._package[1]

    @cached_property
    def _package(self) -> tuple[tuple[str, ...], bytes]:
        if not self.data.startswith(ZIP):
            return (), b""
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as package:
                names = tuple(name.lstrip("/") for name in package.namelist())
                return names, _mimetype(package) if "mimetype" in names else b""
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, OverflowError, KeyError):
            return (), b""

    def has_stream(self, name: str) -> bool:
        """Whether an OLE file has a stream with this name, ignoring case."""
        if not self.data.startswith(OLE):
            return False
        if name not in self._streams:
            spellings = (spelling.encode("utf-16-le") + b"\0\0" for spelling in (name, name.upper(), name.lower()))
            self._streams[name] = any(spelling in self.data for spelling in spellings)
        return self._streams[name]


def _mimetype(package: zipfile.ZipFile) -> bytes:
    info = package.getinfo("mimetype")
    if info.file_size > 200 or info.flag_bits & 1:
        return b""
    return package.read(info).strip().removesuffix(b"-template")


@dataclass(frozen=True, slots=True)
class Signature:
    """A test for a format; with `only_if_named` it applies only to files with a name of the format."""

    matches: Callable[[FileContent], bool]
    priority: int
    only_if_named: bool = False


def magic(*starts: bytes) -> Signature:
    """The file starts with one of these bytes."""
    return Signature(lambda content: content.data.startswith(starts), MAGIC)


def contains(mark: bytes, *, within: int, only_if_named: bool = False) -> Signature:
    """The first `within` bytes contain `mark`."""
    return Signature(lambda content: mark in content.data[:within], MAGIC, only_if_named)


def package_type(mimetype: bytes) -> Signature:
    """A ZIP package with this type in its member `mimetype`."""
    return Signature(lambda content: content.package_type == mimetype, PACKAGE_TYPE)


def package_member(prefix: str, *, priority: int = PACKAGE_MEMBER) -> Signature:
    """A ZIP package with a member whose name starts with `prefix`."""
    return Signature(lambda content: any(name.startswith(prefix) for name in content.members), priority)


def package_suffix(suffix: str) -> Signature:
    """A ZIP package with a member whose lower-cased name ends with `suffix`."""
    return Signature(lambda content: any(name.lower().endswith(suffix) for name in content.members), PACKAGE_MEMBER - 1)


def ole_stream(*names: str) -> Signature:
    """An OLE compound file (Office before 2007) with a stream of one of these names."""
    return Signature(lambda content: any(content.has_stream(name) for name in names), OLE_STREAM)


def text_magic(start: bytes) -> Signature:
    """A text whose first visible characters are these."""
    return Signature(lambda content: content.text_start.startswith(start), MARKUP + 1)


def tag(start: bytes, *, priority: int = MARKUP) -> Signature:
    """A text with this tag among its first bytes."""
    return Signature(lambda content: start in content.text_head, priority)


def html_page() -> Signature:
    """A text that starts like an HTML page."""
    return Signature(
        lambda content: content.text_start[:1] == b"<" and bool(_HTML.search(content.text_start[:2048])), HTML
    )


def xml_declaration() -> Signature:
    """A text that declares itself to be XML."""
    return Signature(lambda content: content.text_start.startswith(b"<?xml"), XML)
