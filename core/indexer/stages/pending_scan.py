"""A running scan, and what its result implies for known files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.indexer.policy.queue import ReadPriority
from core.store.catalogue.files import FileRow, KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.watch.scan import ScannedFile
from core.watch.watcher import Scanned


@dataclass(frozen=True, slots=True)
class PendingScan:
    """A running scan of a folder, or of a path in it; `unseen` are the known files that it has not found yet."""

    folder_id: int
    root: bytes
    path: bytes
    unseen: dict[bytes, FileRow]
    priority: ReadPriority

    @property
    def is_whole(self) -> bool:
        """Whether the whole folder is scanned."""
        return self.path == self.root

    def missing(self, unreadable: Iterable[bytes] = ()) -> dict[bytes, KnownFile]:
        """The known files that were not found, except at or below paths that could not be listed."""
        paths = frozenset(unreadable)
        prefixes = tuple(path + b"/" for path in paths)
        return {
            path: KnownFile(*row[2:])
            for path, row in self.unseen.items()
            if path not in paths and not path.startswith(prefixes)
        }


def is_connected(folder: FolderRow, change: Scanned) -> bool:
    """Whether the disk of a scanned folder is connected.

    False if the folder is missing, cannot be listed, or looks like an unused mount point (empty, another inode).
    """
    is_another = folder.inode not in (0, change.inode)
    return bool(change.inode) and folder.path not in change.unreadable and not (change.is_empty and is_another)


def is_unchanged(known: KnownFile, found: ScannedFile) -> bool:
    """Whether size, mtime and inode of a file are the known ones."""
    return known[1:] == found[1:] or known == KnownFile.of(known.id, found.size, found.mtime_ns, found.inode)
