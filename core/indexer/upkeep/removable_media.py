"""Disks mounted below an indexed folder, whose files are kept while they are disconnected."""

from __future__ import annotations

from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.watch import mounts


class RemovableMedia:
    """Stores in the catalogue the mount points with known files below each folder."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def update_mounts(self, folder: FolderRow) -> None:
        """After a scan, store the mount points below a folder: the mounted ones and the missing ones."""
        files = self._catalogue.files
        mounted = [place for place in mounts.mounts_below(folder.path) if files.has_files_below(folder.id, place)]
        known = tuple(sorted({*mounted, *mounts.missing_mounts(folder.path, folder.mounts)}))
        if known != folder.mounts:
            self._catalogue.folders.set_mounts(folder.id, known)

    def deleted_ids(self, folder: FolderRow, missing: dict[bytes, KnownFile]) -> list[int]:
        """The ids of missing files, without those on a disk that is not connected."""
        unmounted = mounts.missing_mounts(folder.path, folder.mounts) if folder.mounts else ()
        prefixes = tuple(place + b"/" for place in unmounted)
        return [file.id for path, file in missing.items() if not path.startswith(prefixes)]
