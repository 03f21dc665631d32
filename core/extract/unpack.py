"""Single compressed files (.txt.gz, .csv.zst): unpacked within limits, then read by the reader of what is inside."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from dataclasses import replace
from typing import IO, BinaryIO, cast

from core.document import Document
from core.errors import FileProblem
from core.extract.base import ExtractionInput, Limits, broken

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PIECE = 1 << 20  # bytes unpacked at a time
ENDINGS = (b".gz", b".bz2", b".xz", b".lzma", b".zst")
ZSTD = b"\x28\xb5\x2f\xfd"
TAR_MARK = slice(257, 262)  # where an archive of many files says "ustar"


def read(source: ExtractionInput) -> Document:
    """The document inside; raises FileProblem "broken" for an archive, and for what is compressed twice."""
    data = unpacked(source.data, source.limits)
    if source.is_unpacked or data[TAR_MARK] == b"ustar":
        raise broken("an archive")
    from core.extract.read import read_source

    return read_source(replace(source, name=_inner_name(source.name), data=data, is_unpacked=True))


def unpacked(data: bytes, limits: Limits) -> bytes:
    """The bytes inside a gzip, bzip2 or xz file, as far as it is whole; raises FileProblem."""
    pieces: list[bytes] = []
    size = 0
    try:
        with opened(io.BytesIO(data)) as file:
            while piece := file.read(PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > limits.max_member_bytes:
                    raise FileProblem("too_large", f"unpacks to more than {limits.max_member_bytes} bytes")
                if size > limits.ratio_from and size > limits.max_ratio * len(data):
                    raise FileProblem("too_large", f"unpacks to {size} bytes from {len(data)}")
    except (zlib.error, OSError, EOFError, lzma.LZMAError, zstd.ZstdError, ValueError) as error:
        if not pieces:
            raise broken(error) from error
    return b"".join(pieces)


def opened(file: BinaryIO) -> IO[bytes]:
    """What is in a compressed file as a stream; the file itself if it is not compressed."""
    start = file.tell()
    head = file.read(8)
    file.seek(start)
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if head.startswith(ZSTD):
        return cast("IO[bytes]", zstd.ZstdFile(file))
    return lzma.LZMAFile(file) if head.startswith((b"\xfd7zXZ", b"\x5d\0\0")) else file


def _inner_name(name: bytes) -> bytes:
    lower = name.lower()
    if lower.endswith(b".svgz"):
        return name[:-1]
    return next((name[: -len(ending)] for ending in ENDINGS if lower.endswith(ending)), name)
