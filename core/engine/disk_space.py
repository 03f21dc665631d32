"""Free disk space for downloads."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.errors import StorageFullError


def free(folder: Path) -> int:
    """Bytes free where a folder is, or would be made."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return 0


def check_room(code: str, needed: int, folder: Path) -> None:
    """Raise StorageFullError with the message `code` if `needed` bytes do not fit on the folder's disk."""
    room = free(folder)
    if room < needed:
        raise StorageFullError(code, needed=needed, free=room)
