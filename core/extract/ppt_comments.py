"""The reviewers' comments in a PowerPoint file of before 2007 (.ppt), which office-oxide leaves out.

Records after [MS-PPT] 2.3.1: version and instance, type, length; a container's records follow its header.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

_HEADER = struct.Struct("<HHI")
_CONTAINER = 0xF  # the version of a record that holds others
_BLOB = 0x138B  # BinaryTagDataBlob, which holds records although it is no container
_COMMENT, _STRING = 0x2EE0, 0x0FBA
_AUTHOR, _TEXT = 0, 1  # instances of a comment's strings
MAX_COMMENTS = 10_000
MAX_DEPTH = 20


def ppt_comments(data: bytes) -> list[str]:
    """The comments, each with its author; empty if the file has none or is damaged."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file, file.openstream("PowerPoint Document") as stream:
            records = stream.read()
        found = [text for _, text in zip(range(MAX_COMMENTS), comments_in(records, 0, len(records), 0), strict=False)]
    except (OSError, ValueError, struct.error, IndexError, TypeError):
        return []
    return list(dict.fromkeys(filter(None, found)))


def _records(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int, int]]:
    """(version, instance, type, start, end) of the records in a span."""
    while start + _HEADER.size <= end:
        flags, kind, length = _HEADER.unpack_from(data, start)
        start += _HEADER.size
        yield flags & 0xF, flags >> 4, kind, start, min(start + length, end)
        start += length


def comments_in(data: bytes, start: int, end: int, depth: int = 0) -> Iterator[str]:
    """The comments among the records in a span, each with its author."""
    for version, _, kind, inner, stop in _records(data, start, end):
        if kind == _COMMENT:
            strings = {
                instance: data[first:last].decode("utf-16-le", "replace")
                for _, instance, inner_kind, first, last in _records(data, inner, stop)
                if inner_kind == _STRING
            }
            if strings.get(_TEXT):
                yield ": ".join(filter(None, (strings.get(_AUTHOR), strings[_TEXT])))
        elif (version == _CONTAINER or kind == _BLOB) and depth < MAX_DEPTH:
            yield from comments_in(data, inner, stop, depth + 1)
