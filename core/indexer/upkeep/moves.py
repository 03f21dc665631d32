"""Files that came to another place: known by their inode, size and time, they are not even opened."""

from __future__ import annotations

import os
from collections.abc import Iterable

from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import FileState, KnownFile
from core.watch.scan import ScannedFile

SECOND = 1_000_000_000  # ns


class MoveDetector:
    """What is known of files that went a moment ago, or that have another name too."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._went: dict[tuple[int, int, int], FileState] = {}

    def went(self, ids: Iterable[int]) -> None:
        """These files are about to be dropped from the catalogue."""
        for state in self._catalogue.files.states(ids):
            self._went[state.stat[1:]] = state

    def forget(self) -> None:
        """What went by now did not come back elsewhere."""
        self._went.clear()

    def claim(self, folder_id: int, found: ScannedFile, *, kind: str) -> int | None:
        """Take over what is known of a new path's file under another path; the file's id, None if that is nothing."""
        stat = KnownFile.of(0, found.size, found.mtime_ns, found.inode)
        for state in self._candidates(stat):
            if _is_it(state, found):
                return self._catalogue.files.put_copy(folder_id, found.path, stat, state, kind=kind)
        return None

    def _candidates(self, stat: KnownFile) -> list[FileState]:
        went = self._went.get(stat[1:])
        return [went] if went is not None else self._catalogue.files.with_same_stat(stat)


def _is_it(state: FileState, found: ScannedFile) -> bool:
    """Not by a time of whole seconds alone: many files of one archive share it, and some disks number files anew."""
    if state.state == "failed" and _extension(state.path) != _extension(found.path):
        return False
    if os.path.basename(state.path) != os.path.basename(found.path) and found.mtime_ns % SECOND == 0:
        return False
    try:
        other, this = os.lstat(state.path), os.lstat(found.path)
    except OSError:
        return True  # it was moved
    return (other.st_dev, other.st_ino) == (this.st_dev, this.st_ino)  # a second name of the same file


def _extension(path: bytes) -> bytes:
    return os.path.splitext(path)[1].lower()
