"""A small JSON file that only its owner may read, with a checksum and a second copy, replaced as a whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from core import checked_json

MAX_BYTES = 64 << 20  # a larger file is not one of ours: 100 saved searches with 20,000 known documents take a third
ENTRIES = "entries"


def load_list(path: Path, *, writable: bool) -> list[Any]:
    """The list in a file, or in its copy if the file is damaged; an empty one if it is missing or is no such list.

    With `writable` what is damaged is mended, and no copy is left of a file that somebody has deleted.
    """
    if not path.is_file():
        if writable:
            delete(path)
        return []
    if max(file.stat().st_size for file in (path, checked_json.copy_of(path)) if file.is_file()) > MAX_BYTES:
        return []
    if writable:
        with suppress(OSError):  # a full disk
            checked_json.protect(path)
    data = _read(path)
    entries = data.get(ENTRIES) if isinstance(data, dict) else data  # earlier versions wrote nothing but the list
    return entries if isinstance(entries, list) else []


def save_list(path: Path, entries: list[Any]) -> None:
    """Write a list and its copy, each atomically and with mode 0600; raises OSError."""
    checked_json.write(path, {ENTRIES: entries}, indent=None, sync=False)


def delete(path: Path) -> None:
    """Delete a file and its copy, if that is possible."""
    with suppress(OSError):
        checked_json.delete(path)


def _read(path: Path) -> Any:
    for read in (checked_json.read, checked_json.read_copy):
        with suppress(OSError, ValueError, RecursionError):
            return read(path)
    return None
