"""Disks that are mounted below a folder: what is on one that is not connected is kept as it is known."""

from __future__ import annotations

from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.watch import mounts


class RemovableMedia:
    """Remembers the disks below each folder that hold files of it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def note(self, folder: FolderRow) -> None:
        """A folder was scanned: remember the disks below it that are there, and those that are only away."""
        files = self._catalogue.files
        here = [place for place in mounts.mounts_below(folder.path) if files.has_files_below(folder.id, place)]
        known = tuple(sorted({*here, *mounts.missing_mounts(folder.path, folder.mounts)}))
        if known != folder.mounts:
            self._catalogue.folders.set_mounts(folder.id, known)

    def without(self, folder: FolderRow, gone: dict[bytes, KnownFile]) -> list[int]:
        """The ids of files that are gone, without those on a disk that is not connected."""
        away = mounts.missing_mounts(folder.path, folder.mounts) if folder.mounts else ()
        on_them = tuple(place + b"/" for place in away)
        return [file.id for path, file in gone.items() if not path.startswith(on_them)]
