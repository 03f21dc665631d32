"""Archives of all kinds with given files in them."""

from __future__ import annotations

import binascii
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable

import libarchive
from backports import zstd


def tar(files: dict[str, bytes], mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1714989600
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def seven(files: dict[str, bytes]) -> bytes:
    pieces: list[bytes] = []
    with libarchive.custom_writer(lambda data: pieces.append(bytes(data)) or len(data), "7zip") as archive:
        for name, data in files.items():
            archive.add_file_from_memory(name, len(data), data)
    return b"".join(pieces)


def rar(files: dict[str, bytes]) -> bytes:
    """A RAR archive of version 2.9 whose files are stored."""

    def block(kind: int, flags: int, body: bytes, data: bytes = b"") -> bytes:
        head = struct.pack("<BHH", kind, flags, len(body) + 7) + body
        return struct.pack("<H", binascii.crc32(head) & 0xFFFF) + head + data

    found = b"Rar!\x1a\x07\0" + block(0x73, 0, bytes(6))
    for name, data in files.items():
        raw = name.encode()
        facts = struct.pack(
            "<IIBIIBBHI", len(data), len(data), 3, binascii.crc32(data), 0x58A65000, 29, 0x30, len(raw), 0o100644
        )
        found += block(0x74, 0x8000, facts + raw, data)
    return found + block(0x7B, 0x4000, b"")


def locked(data: bytes) -> bytes:
    """A ZIP archive whose first file says that it needs a password."""
    changed = bytearray(data)
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        changed[changed.index(mark) + at] |= 1
    return bytes(changed)


PACKERS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "a.zip": zipped, "a.tar": tar, "a.tar.gz": lambda files: tar(files, "w:gz"),
    "a.tbz2": lambda files: tar(files, "w:bz2"), "a.tar.xz": lambda files: tar(files, "w:xz"),
    "a.tar.zst": lambda files: zstd.compress(tar(files)), "a.7z": seven,
    "a.rar": rar,
}  # fmt: skip
