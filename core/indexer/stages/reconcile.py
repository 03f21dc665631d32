"""What the watcher found or noticed, compared with what the catalogue knows."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from core.document import Kind
from core.events import FoldersChanged, Report
from core.extract import kind_of, readable_kind
from core.indexer.policy.queue import ReadPriority
from core.indexer.upkeep.moves import MoveDetector
from core.indexer.upkeep.removable_media import RemovableMedia
from core.settings import Exclusions, Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import FileRow, KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.store.filenames.index import FilenameIndex
from core.watch.classify import ChangedPaths, Stale
from core.watch.ignore_rules import IgnoreRules
from core.watch.mounts import is_nonempty_folder
from core.watch.scan import ScannedFile
from core.watch.watcher import Batch, Change, Scanned, Watcher

AT_ONCE = 4  # batches between two looks at other work


Read = Callable[[int, ScannedFile, ReadPriority], None]


@dataclass(frozen=True, slots=True)
class _PendingScan:
    """A scan under way, of a folder or of what is at a path of it; `unseen` was known there and is not met yet."""

    folder_id: int
    root: bytes
    path: bytes
    unseen: dict[bytes, FileRow]
    rank: ReadPriority


class ReconcileStage:
    """Turns scans and notices into waiting files. Nothing is dropped that was not looked for."""

    def __init__(
        self,
        catalogue: Catalogue,
        names: FilenameIndex,
        watcher: Watcher,
        settings: Settings,
        *,
        never: bytes,
        report: Report,
    ) -> None:
        self._catalogue = catalogue
        self._names = names
        self._watcher = watcher
        self._settings = settings
        self._never = never
        self._rules: dict[int, IgnoreRules] = {}
        self._largest = {kind: settings.max_bytes_of(kind) for kind in get_args(Kind)}
        self._report = report
        self._moves = MoveDetector(catalogue)
        self._disks = RemovableMedia(catalogue)
        self._roots: dict[int, bytes] = {}
        self._scans: dict[int, _PendingScan] = {}  # by their numbers
        self._taken: Change | None = None

    @property
    def scanning(self) -> bool:
        return bool(self._scans)

    def begin(
        self,
        folder_id: int,
        path: bytes,
        exclusions: Exclusions = Exclusions(),  # noqa: B008 - it is frozen
        *,
        rank: ReadPriority = ReadPriority.OTHER,
    ) -> None:
        """Have a folder scanned, and compared with what is known of it now; an earlier scan does not count any more.

        What is new in it is to be read with that rank.
        """
        self._roots[folder_id] = path
        self._rules[folder_id] = IgnoreRules.from_settings(self._settings, library=self._never, exclusions=exclusions)
        self._begin(folder_id, path, rank)

    def exclude(self, folder_id: int, path: bytes, exclusions: Exclusions) -> None:
        """Forget at once what is left out of a folder from now on; what is not any more comes with the next scan."""
        rules = IgnoreRules.from_settings(self._settings, library=self._never, exclusions=exclusions)
        known = self._catalogue.files.stats_in(folder_id)
        self._drop([file.id for name, file in known.items() if rules.excludes(path, name)])

    def forget(self, folder_id: int) -> None:
        """Do not compare a folder any more: it was removed."""
        self._roots.pop(folder_id, None)
        self._rules.pop(folder_id, None)
        self._scans = {number: scan for number, scan in self._scans.items() if scan.folder_id != folder_id}
        self._watcher.remove_folder(folder_id)

    def forget_moves(self) -> None:
        """Nothing moves any more: what went is gone for good."""
        self._moves.forget()

    def take(self, read: Read) -> int:
        """Take over some of what was found, calling `read` (file id, what was found, rank) for files to be read.

        Returns how many changes were taken. What the catalogue could not store is taken again the next time.
        """
        for count in range(AT_ONCE):
            if self._taken is None:
                try:
                    self._taken = self._watcher.changes.get_nowait()
                except queue.Empty:
                    return count
            self._apply(self._taken, read)
            self._taken = None
        return AT_ONCE

    def _begin(self, folder_id: int, path: bytes, rank: ReadPriority = ReadPriority.OTHER) -> None:
        root = self._roots[folder_id]
        files = self._catalogue.files
        whole = path == root
        unseen = files.rows_in(folder_id) if whole else files.rows_below(folder_id, path)
        for number, scan in list(self._scans.items()):
            if scan.folder_id == folder_id and (whole or scan.path == path):
                rank = min(rank, scan.rank)
                del self._scans[number]
        number = self._watcher.scan(folder_id, root, self._rules[folder_id], below=None if whole else path)
        self._scans[number] = _PendingScan(folder_id, root, path, unseen, rank)

    def _apply(self, change: Change, read: Read) -> None:
        match change:
            case Batch(number, folder_id, found) if number in self._scans:
                scan = self._scans[number]
                self._add(folder_id, found, scan.unseen, read, scan.rank)
            case Scanned(number) if number in self._scans:
                self._finish(change)
            case Stale(folder_id, path) if folder_id in self._roots:
                self._begin(folder_id, path)
            case ChangedPaths(folder_id, found, gone) if folder_id in self._roots:
                self._touch(folder_id, found, gone, read)

    def _touch(self, folder_id: int, found: tuple[ScannedFile, ...], gone: tuple[bytes, ...], read: Read) -> None:
        """Take over what was looked at just now: no scan that began before knows better."""
        self._add(folder_id, found, {}, read, ReadPriority.SAVED)
        for scan in self._scans.values():
            for entry in found if scan.folder_id == folder_id else ():
                scan.unseen.pop(entry.path, None)
        known = {
            name: file for path in gone for name, file in self._catalogue.files.stats_below(folder_id, path).items()
        }
        folder = self._folder(folder_id)
        if known and folder is not None:
            self._drop(self._disks.without(folder, known))

    def _drop(self, ids: list[int]) -> None:
        """Forget files."""
        self._moves.went(ids)
        with self._catalogue.transaction():
            self._catalogue.files.remove(ids)
        self._names.remove(ids)
        if ids:
            self._report(FoldersChanged())

    def _add(
        self,
        folder_id: int,
        found: tuple[ScannedFile, ...],
        unseen: dict[bytes, FileRow],
        read: Read,
        rank: ReadPriority,
    ) -> None:
        other: list[ScannedFile] = []
        for entry in found:  # all files at every start: nothing is called for one that is as it was
            row = unseen.get(entry[0])
            if row is not None and (row[3:] == entry[1:] or _is_same(KnownFile(*row[2:]), entry)):
                del unseen[entry[0]]
            else:
                other.append(entry)
        new: list[tuple[int, ScannedFile, bool]] = []
        if other:
            with self._catalogue.transaction():
                for entry in other:
                    new += self._put(folder_id, entry)
        for entry in other:
            unseen.pop(entry.path, None)
        for number, entry, readable in new:
            self._names.put(number, entry.path)
            if readable:
                read(number, entry, rank)

    def _put(self, folder_id: int, found: ScannedFile) -> list[tuple[int, ScannedFile, bool]]:
        """(id, file, to be read) of a new or changed file; nothing if it is known, or another folder has it."""
        files = self._catalogue.files
        before = files.lookup(found.path)
        match before:
            case (owner, _, _) if owner != folder_id:
                return []
            case (_, known, False) if _is_same(known, found):
                return []
        kind = readable_kind(found.path)
        readable = kind is not None and found.size <= self._largest[kind]
        if readable and before is None:
            moved = self._moves.claim(folder_id, found, kind=kind or "other")
            if moved is not None:
                return [(moved, found, False)]
        stat = KnownFile.of(0, found.size, found.mtime_ns, found.inode)
        number = files.put(folder_id, found.path, stat, kind=kind_of(found.path), readable=kind is not None)
        if kind is not None and not readable:
            files.set_failed(number, "too_large", f"{found.size / 1e6:.0f} MB")
        return [(number, found, readable)]

    def _finish(self, change: Scanned) -> None:
        """After a scan, what was not seen is gone, unless it, or a folder of it, could not be looked at."""
        scan = self._scans[change.scan]
        del self._scans[change.scan]
        folder = self._folder(scan.folder_id)
        if folder is None:
            return
        at, below = frozenset(change.unreadable), tuple(path + b"/" for path in change.unreadable)
        unseen = {path: KnownFile(*row[2:]) for path, row in scan.unseen.items()}
        lost = {path: file for path, file in unseen.items() if path not in at and not path.startswith(below)}
        is_whole = scan.path == scan.root
        if (change.root_replaced and change.inode) or (not is_whole and folder.inode not in (0, change.inode)):
            self._begin(scan.folder_id, scan.root, scan.rank)  # the root went, or was exchanged, in the middle of it
            return
        connected = not is_whole or _is_connected(folder, change)
        if connected:
            self._drop(self._disks.without(folder, lost))
        else:
            self._watcher.poll_folder(scan.folder_id)
            if folder.single and is_nonempty_folder(os.path.dirname(folder.path)):  # its disk is there: it was deleted
                self._drop([file.id for file in unseen.values()])
        with self._catalogue.transaction():
            self._disks.note(folder)
            if is_whole:
                self._catalogue.folders.set_connected(scan.folder_id, connected=connected, inode=change.inode)
        self._report(FoldersChanged())

    def _folder(self, folder_id: int) -> FolderRow | None:
        return next((row for row in self._catalogue.folders.all() if row.id == folder_id), None)


def _is_connected(folder: FolderRow, change: Scanned) -> bool:
    """Not if it cannot be listed, or went meanwhile, or is another folder than before and empty: no disk is mounted."""
    is_another = folder.inode not in (0, change.inode)
    return bool(change.inode) and folder.path not in change.unreadable and not (change.is_empty and is_another)


def _is_same(known: KnownFile, found: ScannedFile) -> bool:
    return known[1:] == found[1:] or known == KnownFile.of(known.id, found.size, found.mtime_ns, found.inode)
