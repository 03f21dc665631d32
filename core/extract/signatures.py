"""Signatures, by which formats are recognised in the bytes of a file."""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEAD = 4096
TEXT_HEAD = 65_536  # the most bytes that a signature of a text looks at
ISO_PICTURES = (b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1", b"avif", b"avis")

# Priorities: of several signatures that match a file, the highest wins.
MAGIC = 100
ARCHIVE = 60  # below what is in a package of its own
PACKAGE_TYPE = 90
PACKAGE_MEMBER = 80
OLE_STREAM = 70
MARKUP = 50
NAME = 42  # the name of a file that is text
HTML = 40
VAGUE_NAME = 35  # a name that is used for text of many formats
XML = 30
MAIL = 30
SCRIPT = 10
ANY_TEXT = 0

# Formats without a reader that are never text: pictures, archives, programs, sound, OneNote, PostScript.
NEVER_TEXT = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"RIFF",
    b"\xe4\x52\x5c\x7b", b"II*\0", b"MM\0*", b"ITSF", b"%!PS", b"\xc5\xd0\xd3\xc6", b"SQLite format 3", b"OggS", b"ID3",
    b"bplist", b"fLaC", b"\x1a\x45\xdf\xa3", b"FLV\x01", b"\x30\x26\xb2\x75", b"\0\0\1\xba", b"\0\0\1\xb3",
)  # fmt: skip
_PDF = re.compile(rb"(?<![ -~])%PDF-")
_TAR_BLOCK, _TAR_SUM = 512, slice(148, 156)
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
# What stands before the first element of a document.
_PROLOG = rb"(?:<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>|\s)*+"

_UNREADABLE_PACKAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, RuntimeError, OSError, EOFError,
    OverflowError, KeyError,
)  # fmt: skip


@dataclass
class FileContent:
    """The bytes of a file, with the properties that signatures test computed lazily and cached."""

    data: bytes
    _streams: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def is_binary(self) -> bool:
        """Whether the first bytes are those of a format that is never text."""
        return self.data.startswith((ZIP, OLE, *NEVER_TEXT))

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
        except _UNREADABLE_PACKAGE:
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


def magic(*starts: bytes, only_if_named: bool = False, priority: int = MAGIC) -> Signature:
    """The file starts with one of these bytes."""
    return Signature(lambda content: content.data.startswith(starts), priority, only_if_named)


def tar() -> Signature:
    """A tar archive, also one without a mark, by the checksum of its first header."""
    return Signature(lambda content: content.data[257:262] == b"ustar" or _has_tar_checksum(content.data), MAGIC)


def _has_tar_checksum(data: bytes) -> bool:
    header, said = data[:_TAR_BLOCK], data[_TAR_SUM].strip(b" \0")
    if len(header) < _TAR_BLOCK or not header[0] or not (said.isdigit() and len(said) <= 7):
        return False
    try:
        return sum(header) - sum(header[_TAR_SUM]) + 8 * ord(" ") == int(said, 8)
    except ValueError:
        return False


def pdf_header() -> Signature:
    """The header of a PDF in the first 1,024 bytes; not in a line of text, as in a program that writes PDFs."""
    return Signature(lambda content: bool(_PDF.search(content.data[:1024])), MAGIC)


def contains(mark: bytes, *, within: int, only_if_named: bool = False) -> Signature:
    """The first `within` bytes contain `mark`."""
    return Signature(lambda content: mark in content.data[:within], MAGIC, only_if_named)


def package_type(mimetype: bytes) -> Signature:
    """A ZIP package with this type in its member `mimetype`."""
    return Signature(lambda content: content.package_type == mimetype, PACKAGE_TYPE)


def package_member(prefix: str, *, priority: int = PACKAGE_MEMBER, only_if_named: bool = False) -> Signature:
    """A ZIP package with a member whose name starts with `prefix`."""
    return Signature(lambda content: any(name.startswith(prefix) for name in content.members), priority, only_if_named)


def package_suffix(suffix: str, *, only_if_named: bool = False) -> Signature:
    """A ZIP package with a member whose lower-cased name ends with `suffix`."""
    return Signature(
        lambda content: any(name.lower().endswith(suffix) for name in content.members),
        PACKAGE_MEMBER - 1,
        only_if_named,
    )


def ole_stream(*names: str) -> Signature:
    """An OLE compound file (Office before 2007) with a stream of one of these names."""
    return Signature(lambda content: any(content.has_stream(name) for name in names), OLE_STREAM)


def text_magic(start: bytes) -> Signature:
    """A text whose first visible characters are these."""
    return Signature(lambda content: content.text_start.startswith(start), MARKUP + 1)


def tag(start: bytes, *, priority: int = MARKUP) -> Signature:
    """A text whose first element begins with these bytes: a web page that shows a drawing is none itself."""
    expression = re.compile(_PROLOG + re.escape(start), re.DOTALL | re.IGNORECASE)
    return Signature(
        lambda content: start in content.text_head and bool(expression.match(content.text_start)), priority
    )


def html_page() -> Signature:
    """A text that starts like an HTML page."""
    return Signature(
        lambda content: content.text_start[:1] == b"<" and bool(_HTML.search(content.text_start[:2048])), HTML
    )


def riff(*kinds: bytes) -> Signature:
    """A RIFF file, or Apple's like, of one of these kinds."""
    return Signature(lambda content: content.data[:4] in (b"RIFF", b"FORM") and content.data[8:12] in kinds, MAGIC)


def iso_media(*, pictures: bool) -> Signature:
    """A file of ISO boxes, as MP4 and HEIC are, with pictures or with audio and video."""
    return Signature(
        lambda content: content.data[4:8] == b"ftyp" and (content.data[8:12] in ISO_PICTURES) == pictures, MAGIC
    )


def text_with(pattern: bytes, *, priority: int = MARKUP, only_if_named: bool = False) -> Signature:
    """A text whose first bytes match a regular expression from their first visible character on."""
    expression = re.compile(pattern, re.DOTALL)
    return Signature(lambda content: bool(expression.match(content.text_start)), priority, only_if_named)


def script() -> Signature:
    """A text that names the program that runs it in its first line."""
    return Signature(lambda content: content.text_start.startswith(b"#!"), SCRIPT)


def xml_declaration() -> Signature:
    """A text that declares itself to be XML."""
    return Signature(lambda content: content.text_start.startswith(b"<?xml"), XML)
