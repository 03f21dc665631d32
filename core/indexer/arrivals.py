"""What the watcher found, compared with what the catalogue knows."""

from __future__ import annotations

import queue
from collections.abc import Callable

from core.events import FoldersChanged, Report
from core.extract import kind_of
from core.settings import Settings
from core.store.catalogue import Catalogue
from core.store.files import KnownFile
from core.store.names import Names
from core.watch.rules import Rules
from core.watch.scan import Found
from core.watch.watcher import Batch, Scanned, Watcher

AT_ONCE = 4  # batches between two looks at other work


class Arrivals:
    """Turns scans into waiting files. Nothing is dropped that was not looked for."""

    def __init__(
        self, catalogue: Catalogue, names: Names, watcher: Watcher, settings: Settings, *, never: bytes, report: Report
    ) -> None:
        self._catalogue = catalogue
        self._names = names
        self._watcher = watcher
        self._rules = Rules(exclude=settings.exclude, hidden=settings.hidden_files, never=(never,))
        self._largest = settings.max_file_bytes
        self._report = report
        self._known: dict[int, dict[bytes, KnownFile]] = {}
        self._scans: dict[int, int] = {}  # the number of the last scan that was asked for, by folder
        self._taken: Batch | Scanned | None = None

    @property
    def scanning(self) -> bool:
        return bool(self._known)

    def begin(self, folder_id: int, path: bytes) -> None:
        """Have a folder scanned, and compared with what is known of it now; an earlier scan does not count any more."""
        self._known[folder_id] = self._catalogue.files.known_in(folder_id)
        self._scans[folder_id] = self._watcher.look_at(folder_id, path, self._rules)

    def forget(self, folder_id: int) -> None:
        """Do not compare a folder any more: it was removed."""
        self._known.pop(folder_id, None)
        self._scans.pop(folder_id, None)

    def take(self, fresh: Callable[[int, bytes, int], None]) -> int:
        """Take over some of what was found, calling `fresh` (file id, path, size) for files that are to be read.

        Returns how many changes were taken. What the catalogue could not store is taken again the next time.
        """
        for count in range(AT_ONCE):
            if self._taken is None:
                try:
                    self._taken = self._watcher.changes.get_nowait()
                except queue.Empty:
                    return count
            if self._scans.get(self._taken.folder_id) == self._taken.scan:
                self._apply(self._taken, fresh)
            self._taken = None
        return AT_ONCE

    def _apply(self, change: Batch | Scanned, fresh: Callable[[int, bytes, int], None]) -> None:
        if isinstance(change, Scanned):
            self._finish(change)
            return
        known = self._known[change.folder_id]
        new: list[tuple[int, bytes, int, bool]] = []
        with self._catalogue.transaction():
            for found in change.found:
                if not _is_same(known.get(found.path), found):
                    new += self._put(change.folder_id, found)
        for found in change.found:
            known.pop(found.path, None)
        for number, path, size, readable in new:
            self._names.put(number, path)
            if readable:
                fresh(number, path, size)

    def _put(self, folder_id: int, found: Found) -> list[tuple[int, bytes, int, bool]]:
        """(id, path, size, to be read) of a new or changed file; nothing if another folder has it already."""
        files = self._catalogue.files
        if files.owner_of(found.path) not in (None, folder_id):
            return []
        kind = kind_of(found.path)
        stat = KnownFile.of(0, found.size, found.mtime_ns, found.inode)
        number = files.put(folder_id, found.path, stat, kind=kind or "other", readable=kind is not None)
        too_large = kind is not None and found.size > self._largest
        if too_large:
            files.set_failed(number, "too_large", f"{found.size / 1e6:.0f} MB")
        return [(number, found.path, found.size, kind is not None and not too_large)]

    def _finish(self, change: Scanned) -> None:
        """After a whole scan, what was not seen is gone, unless its folder could not be looked into."""
        unseen = self._known[change.folder_id]
        connected = self._is_connected(change)
        blind = tuple(path + b"/" for path in change.unreadable)
        gone = [file.id for path, file in unseen.items() if not path.startswith(blind)] if connected else []
        with self._catalogue.transaction():
            self._catalogue.files.drop(gone)
            self._catalogue.files.set_connected(change.folder_id, connected=connected, inode=change.inode)
        self._names.drop(gone)
        self.forget(change.folder_id)
        self._report(FoldersChanged())

    def _is_connected(self, change: Scanned) -> bool:
        """Not if it cannot be listed, or is another folder than before and empty: then its disk is not mounted."""
        rows = {row.id: row for row in self._catalogue.files.folders()}
        folder = rows.get(change.folder_id)
        if folder is None:
            return True
        is_another = folder.inode not in (0, change.inode)
        return folder.path not in change.unreadable and not (change.bare and is_another)


def _is_same(known: KnownFile | None, found: Found) -> bool:
    return known is not None and known == KnownFile.of(known.id, found.size, found.mtime_ns, found.inode)
