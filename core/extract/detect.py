"""What a file really is, told from its bytes: names lie."""

from __future__ import annotations

import io
import re
import zipfile

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = {
    "doc": ("WordDocument",),
    "ppt": ("PowerPoint Document",),
    "xls": ("Workbook", "Book"),
    "locked": ("EncryptedPackage",),
    "msg": ("__properties_version1.0",),
}
_PACKAGES = (
    ("word/document", "docx"),
    ("xl/workbook.bin", "xlsb"),
    ("xl/workbook", "xlsx"),
    ("ppt/presentation", "pptx"),
    ("META-INF/container.xml", "epub"),
)
_MIMETYPES = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_BINARY = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"RIFF",
    b"\xe4\x52\x5c\x7b", b"II*\0", b"MM\0*", b"ITSF", b"%!PS", b"\xc5\xd0\xd3\xc6", b"SQLite format 3", b"OggS", b"ID3",
)  # fmt: skip
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)


def detect(data: bytes) -> str | None:
    """The format that the bytes show ("binary" for one that is never text), None if they could be any text.

    Formats are names of `core.extract.registry`; "locked" is a package encrypted by its program.
    """
    if not data:
        return None
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _package(data)
    if data.startswith(_OLE):
        return next(iter(streams(data)), "binary")
    if data.startswith(_BINARY):
        return "binary"
    return _markup(data[:4096])


def streams(data: bytes) -> list[str]:
    """The formats whose streams an OLE file holds, the likeliest first."""
    return [name for name, marks in _OLE_STREAMS.items() if _holds(data, marks)]


def _holds(data: bytes, names: tuple[str, ...]) -> bool:
    """Names of streams are the same in capitals or not."""
    spellings = (spelling for name in names for spelling in (name, name.upper(), name.lower()))
    return any(spelling.encode("utf-16-le") + b"\0\0" in data for spelling in spellings)


def _package(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [name.lstrip("/") for name in package.namelist()]
            kind = _mimetype(package) if "mimetype" in names else None
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, OverflowError):
        return "binary"
    for prefix, name in _PACKAGES if kind is None else ():
        if any(member.startswith(prefix) for member in names):
            return name
    if kind is None and any(name.lower().endswith(".fb2") for name in names):
        return "fb2"
    return kind or "binary"


def _mimetype(package: zipfile.ZipFile) -> str | None:
    info = package.getinfo("mimetype")
    if info.file_size > 200 or info.flag_bits & 1:
        return None
    named = package.read(info).strip().removesuffix(b"-template")
    return _MIMETYPES.get(named)


def _markup(head: bytes) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if b"<FictionBook" in head:
        return "fb2"
    if b"<office:document" in head:
        return "odt"
    if start.startswith(b"<") and _HTML.search(start[:2048]):
        return "html"
    return "xml" if start.startswith(b"<?xml") else None
