"""The blocks in which the catalogue keeps a text: zstd of UTF-8, and zlib in those that an older version wrote."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BLOCK_CHARS = 16_384  # characters of text in one row
LEVEL = 6  # decision 1153
ZSTD_MARK = b"\x28\xb5\x2f\xfd"
BLOCK_DAMAGED = (ValueError, zlib.error, zstd.ZstdError)  # what `unpacked` raises


def blocks_of(text: str) -> Iterator[bytes]:
    """The blocks of a text, in their order."""
    for start in range(0, len(text), BLOCK_CHARS):
        yield zstd.compress(text[start : start + BLOCK_CHARS].encode(), LEVEL)


def unpacked(block: bytes) -> str:
    """The text of a block. Raises one of `BLOCK_DAMAGED`."""
    return (zstd.decompress(block) if block.startswith(ZSTD_MARK) else zlib.decompress(block)).decode()
