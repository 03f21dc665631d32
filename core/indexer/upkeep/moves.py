"""Move detection: a new path with the inode, size and mtime of a known file keeps its content, without being read.

Limits: .github/decisions/0303-move-detection.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import FileState, KnownFile
from core.watch.scan import ScannedFile

SECOND = 1_000_000_000  # ns


class MoveDetector:
    """Compares new files with recently deleted ones and with all known files."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._deleted: dict[tuple[int, int, int], FileState] = {}

    def remember_deleted(self, ids: Iterable[int]) -> None:
        """Remember files that are about to be removed from the catalogue."""
        for state in self._catalogue.files.states(ids):
            self._deleted[state.stat[1:]] = state

    def clear(self) -> None:
        """Forget the deleted files; call it when no change is pending, so that they cannot have been moved."""
        self._deleted.clear()

    def claim(self, folder_id: int, found: ScannedFile, *, kind: str) -> int | None:
        """Store a new path with the content of a known file that was moved or hard-linked there.

        Returns the file's id; None if there is no such known file.
        """
        stat = KnownFile.of(0, found.size, found.mtime_ns, found.inode)
        for state in self._candidates(stat):
            if _is_same_file(state, found):
                return self._catalogue.files.put_copy(folder_id, found.path, stat, state, kind=kind)
        return None

    def _candidates(self, stat: KnownFile) -> list[FileState]:
        deleted = self._deleted.get(stat[1:])
        return [deleted] if deleted is not None else self._catalogue.files.with_same_stat(stat)


def _is_same_file(state: FileState, found: ScannedFile) -> bool:
    """Whether a found file is a known one that was moved, or a hard link to it.

    Does not trust an mtime of whole seconds: files of one archive share it, and some file systems reuse inodes.
    """
    if state.state == "failed" and _extension(state.path) != _extension(found.path):
        return False
    if os.path.basename(state.path) != os.path.basename(found.path) and found.mtime_ns % SECOND == 0:
        return False
    try:
        old, new = os.lstat(state.path), os.lstat(found.path)
    except OSError:
        return True  # the old path is gone, so the file was moved
    return (old.st_dev, old.st_ino) == (new.st_dev, new.st_ino)


def _extension(path: bytes) -> bytes:
    return os.path.splitext(path)[1].lower()
