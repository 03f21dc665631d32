"""Folders that only this user can enter, and files that are written as a whole."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def private_folder(path: Path) -> Path:
    """Make a folder and its missing parents for this user alone, and close an existing one to others; returns it.

    Raises OSError if it cannot be made. The parents that are there stay as they are.
    """
    missing = [path]
    while not missing[-1].parent.exists():
        missing.append(missing[-1].parent)
    for folder in reversed(missing):
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
    tighten(path)
    return path


def private_subfolder(path: Path) -> Path:
    """Make a folder for this user alone in one that is there; returns it.

    Raises OSError if its parent is missing: the disk of a library may have been removed.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    tighten(path)
    return path


def tighten(path: str | os.PathLike[str]) -> None:
    """Close a folder or a file of this user's to all others; what is missing or another user's stays as it is.

    A symbolic link is not followed.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            status = os.fstat(descriptor)
            if status.st_uid == os.geteuid() and status.st_mode & OTHERS:
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & ~OTHERS)
        finally:
            os.close(descriptor)


def replace_file(path: Path, text: str, *, sync: bool = False) -> None:
    """Write a file (mode 0600) that a reader sees as a whole, before or after; with `sync` also after a power cut.

    Raises OSError; then nothing is left behind.
    """
    import tempfile  # not for programs that only read

    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
