"""Tells whether opening a file may run something, or whether its content is not what its ending says."""

from __future__ import annotations

import os
import re
import stat
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from core.document import ContentKind, OpeningRisk, RiskKind
from core.errors import FileProblem
from core.extract.detect import detect, is_blank
from core.extract.registry import format_of
from core.extract.signatures import OLE, ZIP, FileContent
from core.messages.visible import visible_name

BEGINNING = 64 * 1024  # bytes that tell a program, a script or a shortcut
WHOLE = 32 * 1024 * 1024  # bytes of a document up to which all of it is read; of a longer one its two ends
TAIL = 2 * 1024 * 1024  # bytes at the end of a longer one: where a ZIP package keeps its directory
MAX_DIRECTORY = 8 * 1024 * 1024  # bytes of a ZIP directory; a longer one is not read

_ENDINGS: dict[RiskKind, str] = {
    "program": "exe com scr pif cpl dll sys ocx drv msi msp mst msix msixbundle appx appxbundle appinstaller gadget "
    "jar jnlp apk xapk app pkg mpkg dmg deb rpm snap flatpak flatpakref flatpakrepo appimage run xpi "
    "crx vsix air xbap application appref-ms",
    # Debian's Python and Windows run a script that is opened; elsewhere an editor shows it.
    "script": "sh bash zsh fish ksh csh tcsh command bat cmd btm ps1 ps1xml ps2 psm1 psd1 psc1 msh vb vbs vbe js "
    "jse mjs cjs ws wsc wsf wsh sct hta py pyw pyc pyo pyz pyzw pl rb php phar lua tcl awk ahk au3 applescript scpt "
    "scptd workflow osax reg inf msc",
    "shortcut": "desktop lnk url website webloc inetloc fileloc scf library-ms search-ms searchconnector-ms "
    "settingcontent-ms theme themepack diagcab diagpkg contact chm rdp term terminal glk symlink kdelnk",
    "macros": "docm dotm xlsm xltm xlam xla xll pptm potm ppsm ppam ppa sldm wll accde accdb mdb mde ade adp slk iqy",
}
_RISK_BY_ENDING: dict[str, RiskKind] = {
    ending: kind for kind, endings in _ENDINGS.items() for ending in endings.split()
}

_MACH_O = (b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
_PROGRAMS = (b"\x7fELF", *_MACH_O, b"!<arch>\ndebian", b"\xed\xab\xee\xdb", b"dex\n", b"\0asm", b"MSCF")
_LINK = b"L\0\0\0\x01\x14\x02\0"
_SHORTCUT = re.compile(rb"(?:\A|\n)\s*\[(?:desktop entry|internetshortcut)[^\]\n]*\]", re.IGNORECASE)
_MACRO_MEMBERS = ("vbaproject.bin", "/macrosheets/", "/dialogsheets/")
_ODF_MACROS = ("Basic/", "Scripts/")

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0", b"\0\0\2\0", b"8BPS", b"%!PS")
_ARCHIVES = (
    ZIP,
    b"PK\5\6",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22M\x18",
)
_MEDIA = (b"ID3", b"OggS", b"fLaC", b"\x1aE\xdf\xa3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9",
          b"MThd", b"\0\0\1\xba", b"\0\0\1\xb3", b"FLV", b"\x30\x26\xb2\x75", b"G@")  # fmt: skip
_FAMILIES: dict[ContentKind, tuple[str, tuple[bytes, ...]]] = {
    "image": ("png jpg jpeg jpe jfif gif bmp tif tiff webp heic heif avif ico cur psd", _IMAGES),
    "archive": ("zip gz tgz bz2 tbz2 xz txz 7z rar zst lz4", _ARCHIVES),
    "media": ("mp3 ogg oga ogv opus flac wav mp4 m4a m4v mov mkv webm avi aac mid midi mpg mpeg flv wma wmv", _MEDIA),
}
_FAMILY_BY_ENDING = {ending: family for family, (endings, _) in _FAMILIES.items() for ending in endings.split()}
_NOT_IN_TEXT = re.compile(rb"\A(?!\xff\xfe|\xfe\xff).*?[\0-\x08\x0e-\x1a\x7f]", re.DOTALL)  # UTF-16 has such bytes
_DOWNLOAD_MARKS = ("user.xdg.origin.url", "user.xdg.referrer.url", "com.apple.quarantine")
_ISO_MEDIA_IMAGES = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")


def opening_risk(path: str) -> OpeningRisk | None:
    """The reason to ask before this file is opened in its own program; None where there is none.

    Looks at the name (and where it is a link, at that of its target) and at the content. Reads from the disk: call it
    on a background thread. A file that cannot be read has only its name.
    """
    for named in dict.fromkeys((path, os.path.realpath(path))):
        kind = _RISK_BY_ENDING.get(ending_of(named))
        if kind is not None and (sys.platform == "darwin" or not os.path.isdir(named)):
            return OpeningRisk(kind, ending_of(path), plain=kind == "script" and _is_plain_script(path))
    try:
        sample = _read(path)
    except OSError:
        return None
    if sample is None:
        return None if os.path.isdir(path) else OpeningRisk("mismatch", ending_of(path), "device")
    return _risk_of(sample, path)


def ending_of(path: str) -> str:
    """What follows the last dot of a file's name, in lower case; dots and spaces at the end do not count."""
    stem, _, ending = os.path.basename(path).rstrip(" .").rpartition(".")
    return "".join(letter for letter in ending.lower() if letter.isprintable()).strip() if stem else ""


def _is_plain_script(path: str) -> bool:
    """Whether a script hides nothing: neither in its name, nor in that of a link's target, nor in its content."""
    names = {os.path.basename(path), os.path.basename(os.path.realpath(path))}
    if any(_RISK_BY_ENDING.get(ending_of(name)) != "script" or visible_name(name) != name for name in names):
        return False
    try:
        sample = _read(path)
        return sample is not None and not _NOT_IN_TEXT.search(sample.data) and not _is_downloaded(path)
    except OSError:
        return False


def _is_downloaded(path: str) -> bool:
    """Whether a browser has marked a file with where it came from."""
    if not hasattr(os, "listxattr"):
        return os.path.exists(f"{path}:Zone.Identifier")
    return any(mark in os.listxattr(path) for mark in _DOWNLOAD_MARKS)


@dataclass(frozen=True, slots=True)
class _Sample:
    """The bytes of a file, of a long one its beginning and its end; `runs`: its owner may run it as a program."""

    data: bytes
    runs: bool


def _read(path: str) -> _Sample | None:
    """A sample of a regular file; None for anything else, which is not waited for."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None
        data = file.read(WHOLE if status.st_size <= WHOLE else BEGINNING)
        if status.st_size > WHOLE:
            file.seek(-TAIL, os.SEEK_END)
            data += file.read(TAIL)
        return _Sample(data, os.name == "posix" and bool(status.st_mode & stat.S_IXUSR))


def _risk_of(sample: _Sample, path: str) -> OpeningRisk | None:
    ending, data = ending_of(path), sample.data
    if is_blank(data):
        return None
    named = format_of(os.fsencode(path))
    is_text_name = named is not None and named.text in {"strong", "vague"}
    runs = next(_runs(sample, is_text_name=is_text_name), None)
    if runs is not None:
        return OpeningRisk(runs, ending)
    content = FileContent(data if _has_small_directory(data) else ZIP)
    if _has_macros(content):
        return OpeningRisk("macros", ending)
    other = _other_content(content, path, ending)
    return OpeningRisk("mismatch", ending, other) if other else None


def _runs(sample: _Sample, *, is_text_name: bool) -> Iterator[RiskKind]:
    """What the first bytes say would be run, whatever the name says."""
    head = sample.data[:BEGINNING]
    if head.startswith(_PROGRAMS) or _is_dos_program(head):
        yield "program"
    if head.startswith(b"#!") and (sample.runs or not is_text_name):
        yield "script"
    if head.startswith(_LINK) or (not is_text_name and _SHORTCUT.search(head[:4096])):
        yield "shortcut"


def _is_dos_program(head: bytes) -> bool:
    """Whether these are the first bytes of a program for Windows or DOS: a text may begin with "MZ" too."""
    return head.startswith((b"MZ", b"ZM")) and b"\0" in head[:64]


def _has_small_directory(data: bytes) -> bool:
    """Whether a ZIP package has a directory that can be read at once; true for any other file."""
    if not data.startswith(ZIP):
        return True
    end = data.rfind(b"PK\5\6", max(0, len(data) - 65_557))
    return end >= 0 and len(data) >= end + 16 and struct.unpack_from("<I", data, end + 12)[0] <= MAX_DIRECTORY


def _has_macros(content: FileContent) -> bool:
    if content.data.startswith(OLE):
        return content.has_stream("_VBA_PROJECT") or content.has_stream("_VBA_PROJECT_CUR")
    is_odf = content.package_type.startswith(b"application/vnd.oasis")
    for member in content.members:
        if any(mark in f"/{member.lower()}" for mark in _MACRO_MEMBERS):
            return True
        if is_odf and member.startswith(_ODF_MACROS) and not member.endswith("/"):
            return True
    return False


def _other_content(content: FileContent, path: str, ending: str) -> ContentKind | None:
    """What the content is if it is not what the ending says; None if it is, or if nothing is known of the ending."""
    family = _FAMILY_BY_ENDING.get(ending)
    if family is not None:
        found = _kind_of(content, path)
        return found if found != family else None
    named = format_of(os.fsencode(path))
    if named is None or not named.readers:
        return None
    try:
        found_format = detect(content.data, os.fsencode(path))
    except FileProblem as problem:
        return None if problem.code == "protected" else _kind_of(content, "")
    is_text = {named.text, found_format.text} <= {"strong", "vague"}
    if named.text == "ignore" and found_format.name == "text":
        return None  # other programs use the ending for their texts
    return None if found_format is named or is_text else found_format.kind


def _kind_of(content: FileContent, path: str) -> ContentKind:
    """What a file without a reader is by its first bytes."""
    head = content.data[:16]
    if head[4:8] == b"ftyp":
        return "image" if content.data[8:12] in _ISO_MEDIA_IMAGES else "media"
    if head.startswith(b"RIFF"):
        return "image" if content.data[8:12] == b"WEBP" else "media"
    is_package = head.startswith(ZIP) and ending_of(path) != "zip"  # of some format, if it is of one that is known
    for family, (_, starts) in _FAMILIES.items():
        if head.startswith(starts) and not is_package:
            return family
    try:
        found = detect(content.data, b"").kind
    except FileProblem:
        return "archive" if is_package else "other"
    return "other" if found == "text" and _NOT_IN_TEXT.search(content.data[:4096]) else found
