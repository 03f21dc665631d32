"""Room on the disk for what is fetched."""

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


def check_room(what: str, needed: int, folder: Path) -> None:
    """Raise StorageFullError if `needed` bytes for what is fetched do not fit where the folder is."""
    room = free(folder)
    if room < needed:
        raise StorageFullError(
            f"{what} needs {needed / 1e9:.1f} GB more of the disk, and {room / 1e9:.1f} GB are free.",
            "Make room, or move Findling's data folder to a larger disk, then go on.",
        )
