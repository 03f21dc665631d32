"""What Outlook packs into `winmail.dat` (TNEF) instead of attaching it: the files in it.

The format is that of [MS-OXTNEF]: attributes with a level, an id, their length, their bytes and a checksum.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

SIGNATURE = b"\x78\x9f\x3e\x22"
MAX_ATTRIBUTES = 10_000
_HEAD = struct.Struct("<BII")  # level, id, length
_CHECKSUM = 2
_FIRST = 6  # the offset of the first attribute
_BEGIN, _TITLE, _DATA, _PROPERTIES = 0x69002, 0x18010, 0x6800F, 0x69005
_LONG_NAMES = ((b"\x1f\x00\x07\x37", "utf-16-le"), (b"\x1e\x00\x07\x37", "cp1252"))  # types of a property, and its id
_LENGTH = struct.Struct("<II")  # one value, of so many bytes


def files_in(data: bytes) -> list[tuple[str, bytes]]:
    """The names and bytes of the files; those before damage if it is damaged, none if it is of another format."""
    if not data.startswith(SIGNATURE):
        return []
    files: list[tuple[str, bytes]] = []
    for number, value in _attributes(data):
        if number == _BEGIN:
            files.append(("", b""))
        elif files:
            name, content = files[-1]
            if number == _TITLE:
                name = name or value.rstrip(b"\0").decode("cp1252", "replace")
            elif number == _DATA:
                content = value
            elif number == _PROPERTIES:
                name = _long_name(value) or name
            files[-1] = (name, content)
    return [(name or "attachment", content) for name, content in files if content]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = _FIRST
    for _ in range(MAX_ATTRIBUTES):
        if at + _HEAD.size > len(data):
            return
        _, number, length = _HEAD.unpack_from(data, at)
        start = at + _HEAD.size
        if start + length > len(data):
            return
        yield number, data[start : start + length]
        at = start + length + _CHECKSUM


def _long_name(properties: bytes) -> str:
    """The name of a file that is longer than its title; "" if there is none."""
    for mark, encoding in _LONG_NAMES:
        at = properties.find(mark)
        start = at + len(mark) + _LENGTH.size
        if at >= 0 and start <= len(properties):
            _, length = _LENGTH.unpack_from(properties, at + len(mark))
            return properties[start : start + length].decode(encoding, "replace").rstrip("\0")
    return ""
