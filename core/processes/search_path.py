"""The folders in which programs are looked for: none that another user could put a program into."""

from __future__ import annotations

import os
import stat


def clean_search_path() -> None:
    """Leave only safe folders in this process's PATH, and so in that of every program that it starts."""
    os.environ["PATH"] = safe_folders(os.environ.get("PATH", os.defpath))


def safe_folders(search_path: str) -> str:
    """A PATH without relative and empty entries, and without folders that belong, or are open, to other users."""
    return os.pathsep.join(folder for folder in search_path.split(os.pathsep) if _is_safe(folder))


def _is_safe(folder: str) -> bool:
    if not os.path.isabs(folder):
        return False  # the current folder may be anybody's
    try:
        status = os.stat(folder)
    except OSError:
        return False
    is_trusted = os.name != "posix" or status.st_uid in (0, os.geteuid())
    return is_trusted and stat.S_ISDIR(status.st_mode) and not status.st_mode & stat.S_IWOTH
