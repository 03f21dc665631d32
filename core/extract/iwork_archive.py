"""The archives (.iwa) of Pages, Keynote and Numbers since 2013: Snappy around Protocol Buffers, without a schema.

Only two kinds of their messages are read: the storage of a text, and the list of a table's strings.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.errors import FileProblem
from core.extract.base import broken

TEXT_STORAGE = {2001, 2005}  # TSWP.StorageArchive; its text is field 3
STRING_LIST = 6005  # TST.TableDataList; its entries are field 3, the string of an entry is field 3
TEXT = 3
_BYTES = 2  # the wire type of what has a length
_FIXED = {1: 8, 5: 4}  # the sizes of the wire types that have one


def texts_of(data: bytes, max_bytes: int) -> Iterator[str]:
    """The texts of an archive in their order; raises FileProblem."""
    try:
        content = _unpacked(data, max_bytes)
        at = 0
        while at < len(content):
            size, at = _varint(content, at)
            header, at = content[at : at + size], at + size
            for kind, length in _messages(header):
                message, at = content[at : at + length], at + length
                yield from _texts(kind, message)
    except (IndexError, ValueError) as error:
        raise broken(error) from error


def _texts(kind: int, message: bytes) -> Iterator[str]:
    if kind in TEXT_STORAGE:
        yield from (_decoded(text) for number, text in _fields(message) if number == TEXT and isinstance(text, bytes))
    elif kind == STRING_LIST:
        for number, entry in _fields(message):
            if number == TEXT and isinstance(entry, bytes):
                yield from (_decoded(text) for name, text in _fields(entry) if name == TEXT and isinstance(text, bytes))


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace").replace("\ufffc", " ")


def _messages(header: bytes) -> Iterator[tuple[int, int]]:
    """The kinds and lengths of the messages that follow a header."""
    for number, info in _fields(header):
        if number == 2 and isinstance(info, bytes):
            facts = {name: value for name, value in _fields(info) if isinstance(value, int)}
            yield facts.get(1, 0), facts.get(3, 0)


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message: numbers as int, all else as bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        wire = key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if wire == _BYTES:
            size, at = _varint(message, at)
        elif wire in _FIXED:
            size = _FIXED[wire]
        else:
            raise ValueError(f"a field of type {wire}")
        yield key >> 3, message[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number without an end")


def _unpacked(data: bytes, max_bytes: int) -> bytes:
    """The chunks of an archive, each with a header of four bytes and packed by Snappy."""
    content = bytearray()
    at = 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "little")
        _unpack(data[at + 4 : at + 4 + size], content, max_bytes)
        at += 4 + size
    return bytes(content)


def _unpack(chunk: bytes, out: bytearray, max_bytes: int) -> None:
    """Append what is in a chunk; each step takes at least a byte of it and gives at most 64 kB."""
    size, at = _varint(chunk, 0)
    start = len(out)
    if start + size > max_bytes:
        raise FileProblem("too_large", f"unpacks to more than {max_bytes} bytes")
    while at < len(chunk):
        tag = chunk[at]
        at += 1
        if tag & 3 == 0:
            length = tag >> 2
            if length >= 60:
                extra = length - 59
                length = int.from_bytes(chunk[at : at + extra], "little")
                at += extra
            out += chunk[at : at + length + 1]
            at += length + 1
        else:
            length, offset, at = _copy(chunk, at, tag)
            if not 0 < offset <= len(out) - start:
                raise ValueError("a copy from before the start")
            piece = bytes(out[len(out) - offset : len(out) - offset + length])
            out += (piece * (length // max(1, len(piece)) + 1))[:length]
        if len(out) - start > size:
            raise ValueError("longer than it says")
    if len(out) - start < size:
        raise ValueError("shorter than it says")


def _copy(chunk: bytes, at: int, tag: int) -> tuple[int, int, int]:
    """The length and distance of a copy, and where the next step begins."""
    if tag & 3 == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | chunk[at], at + 1
    size = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, int.from_bytes(chunk[at : at + size], "little"), at + size
