"""Why files that are known by their names only are not read, as far as the name says."""

from __future__ import annotations

import os
from typing import Literal

from core.extract.registry import format_of

UnreadReason = Literal[
    "archive", "cad", "database", "disk_image", "djvu", "ebook", "encrypted", "font", "help", "mail_store", "media",
    "office", "onenote", "picture", "program", "unknown",
]  # fmt: skip

_ENDINGS: dict[UnreadReason, str] = {
    "archive": "7z a cab cbr cbz cpio deb ear gz jar bz2 lha lz lz4 lzma rar rpm snap tar tgz tbz2 txz "
    "war whl xpi xz zip zst",
    "cad": "dwg dxf dgn rvt skp sldprt stl step stp 3ds 3mf blend",
    "database": "accdb db dbf fdb gdb mdb mdf parquet sqlite sqlite3 sdf",
    "disk_image": "dmg img iso nrg qcow2 toast vdi vhd vhdx vmdk",
    "djvu": "djv djvu",
    "ebook": "azw azw3 azw4 kfx lit lrf mobi pdb prc",
    "encrypted": "age gpg kdb kdbx p7m pgp",
    "font": "eot fon otf pfb ttc ttf woff woff2",
    "help": "chm hlp",
    "mail_store": "dbx nsf ost pst",
    "office": "hwp hwpx lwp mpp pub sda sdc sdd sdw sxc sxd sxi sxw vor vsd wpd wps wks wri xmind indd qxd fm cdr",
    "onenote": "one onepkg onetoc2",
    "picture": "arw cr2 cr3 dng icns ico jp2 jxl nef orf pcx pgm ppm psd psb raf raw rw2 tga xcf",
    "program": "apk app bin class crx dat dll ds_store dylib elc exe ko lib lock mo msi o obj ocx pack pcap pkl pyc "
    "pyd pyo sim so swf swp sys wasm",
}  # fmt: skip
_REASONS = {ending: reason for reason, endings in _ENDINGS.items() for ending in endings.split()}
# Files that are not even opened: what a name of these promises is never a document.
_NEVER_OPENED = frozenset({"archive", "disk_image", "font", "program"})
_DATABASES = frozenset({"db", "parquet", "sqlite", "sqlite3"})  # of programs, not of people
NEVER_OPENED = frozenset(ending for ending, reason in _REASONS.items() if reason in _NEVER_OPENED) | _DATABASES | {
    "dng", "pdb", "pst", "raw",
}  # fmt: skip


def ending_of(path: bytes) -> str:
    """What follows the last dot of a name, in lower case."""
    return os.path.splitext(path)[1][1:].lower().decode("utf-8", "replace")


def unread_reason(path: bytes) -> UnreadReason:
    """Why a file that is known by its name only is not read."""
    found = _REASONS.get(ending_of(path))
    if found is not None:
        return found
    format_ = format_of(path)
    if format_ is not None and format_.is_seeking:
        return "media" if format_.kind == "media" else "picture"
    return "unknown"
