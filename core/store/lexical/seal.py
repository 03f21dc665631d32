"""How far a lexical index has applied the catalogue's changes, and a checksum of its list of segments.

tantivy checks its segments by checksums of its own, but not the file that lists them. The checksum is there while no
writer is open, as merges change that file at any time.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from pathlib import Path

from core.store.lexical import analyzers

NAME = "reached.json"
SEGMENTS = "meta.json"  # tantivy's name
ATTEMPTS = 5  # to read both files as they belong together, while another program writes


def read(folder: Path) -> int:
    """The last committed change; 0 if it is not stored, so that everything is applied again.

    Raises ValueError for the terms of another version, and for a list of segments that is damaged.
    """
    for _ in range(ATTEMPTS):
        try:
            text = _text(folder)
        except FileNotFoundError:
            return 0
        number, version, *checksum = map(int, text.split())
        if version != analyzers.ANALYSIS_VERSION:
            raise ValueError(f"its terms are of form {version}")
        if not checksum or checksum == [_checksum(folder, number)]:
            return number
        if _text(folder) == text:
            break
    raise ValueError("the list of its segments is damaged")


def write(folder: Path, number: int, *, sealed: bool) -> None:
    """Store the last committed change; `sealed` adds the checksum. Raises OSError."""
    checksum = f" {_checksum(folder, number)}" if sealed else ""
    temporary = folder / "reached.tmp"
    temporary.write_text(f"{number} {analyzers.ANALYSIS_VERSION}{checksum}", encoding="ascii")
    os.replace(temporary, folder / NAME)


def is_broken(folder: Path) -> bool:
    """Whether the list of segments or the last change is damaged."""
    try:
        read(folder)
    except ValueError as error:
        return "its terms are of form" not in str(error)
    return False


def _text(folder: Path) -> str:
    return (folder / NAME).read_text(encoding="ascii")


def _checksum(folder: Path, number: int) -> int:
    segments = b""
    with suppress(FileNotFoundError):
        segments = (folder / SEGMENTS).read_bytes()
    return zlib.crc32(segments, zlib.crc32(f"{number} {analyzers.ANALYSIS_VERSION} ".encode()))
