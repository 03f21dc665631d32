"""Reconciles the watcher's reports with the catalogue."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable
from typing import get_args

from core.document import Kind
from core.events import FoldersChanged, Report
from core.extract import kind_of
from core.extract.unknown_names import may_be_mailbox
from core.indexer.policy.queue import ReadPriority
from core.indexer.stages.named_files import expected_kind
from core.indexer.stages.pending_scan import PendingScan, is_connected, is_unchanged
from core.indexer.stages.rights import RightsStage
from core.indexer.stages.tags import TagStage
from core.indexer.upkeep.moves import MoveDetector
from core.indexer.upkeep.removable_media import RemovableMedia
from core.messages.translate import formatter
from core.settings import Exclusions, Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import MEMBER_INODE, FileRow, KnownFile
from core.store.catalogue.folders_table import FolderRow
from core.store.filenames.index import FilenameIndex
from core.watch.classify import ChangedPaths, Stale
from core.watch.ignore_rules import IgnoreRules
from core.watch.mounts import is_nonempty_folder
from core.watch.scan import ScannedFile
from core.watch.watcher import Batch, Change, Scanned, Watcher

MAX_CHANGES_PER_STEP = 4


Enqueue = Callable[[int, ScannedFile, ReadPriority], None]


class ReconcileStage:
    """Turns scans and file system events into files to read. A file is only removed if its folder could be listed."""

    def __init__(
        self,
        catalogue: Catalogue,
        names: FilenameIndex,
        watcher: Watcher,
        settings: Settings,
        *,
        library: bytes,
        report: Report,
    ) -> None:
        """`library` is the library's own folder, which is never indexed."""
        self._catalogue = catalogue
        self._names = names
        self._watcher = watcher
        self._settings = settings
        self._library = library
        self._rules: dict[int, IgnoreRules] = {}
        self._max_bytes = {kind: settings.max_bytes_of(kind) for kind in get_args(Kind)}
        self._report = report
        self._moves = MoveDetector(catalogue)
        self.tags = TagStage(catalogue)
        self.rights = RightsStage(catalogue, keeps=settings.keep_rights)
        self._removable_media = RemovableMedia(catalogue)
        self._roots: dict[int, bytes] = {}
        self._scans: dict[int, PendingScan] = {}  # by scan number
        self._current: Change | None = None

    @property
    def scanning(self) -> bool:
        """Whether a scan is running."""
        return bool(self._scans)

    def scan_folder(
        self,
        folder_id: int,
        path: bytes,
        exclusions: Exclusions = Exclusions(),  # noqa: B008 - it is frozen
        *,
        priority: ReadPriority = ReadPriority.OTHER,
    ) -> None:
        """Request a scan of a folder, replacing a running one; new files are read with the given priority."""
        self._roots[folder_id] = path
        self._rules[folder_id] = self._rules_of(exclusions)
        self._start_scan(folder_id, path, priority)

    def exclude(self, folder_id: int, path: bytes, exclusions: Exclusions) -> None:
        """Remove the files that new exclusions exclude; re-included ones are found by the next scan."""
        rules = self._rules_of(exclusions)
        known = self._catalogue.files.stats_in(folder_id)
        self._remove([file.id for name, file in known.items() if rules.excludes(path, name)])

    def remove_folder(self, folder_id: int) -> None:
        """Stop scanning and watching a removed folder."""
        self._roots.pop(folder_id, None)
        self._rules.pop(folder_id, None)
        self._scans = {number: scan for number, scan in self._scans.items() if scan.folder_id != folder_id}
        self._watcher.remove_folder(folder_id)

    def clear_moves(self) -> None:
        """Forget deleted files: with no change pending, they were not moved."""
        self._moves.clear()

    def apply_changes(self, enqueue: Enqueue) -> int:
        """Apply some changes from the watcher, calling `enqueue(file id, file, priority)` for each file to read.

        Returns the number of changes applied. A change that the catalogue failed to store is applied again next time.
        """
        for count in range(MAX_CHANGES_PER_STEP):
            if self._current is None:
                try:
                    self._current = self._watcher.changes.get_nowait()
                except queue.Empty:
                    return count
            self._apply(self._current, enqueue)
            self._current = None
        return MAX_CHANGES_PER_STEP

    def _rules_of(self, exclusions: Exclusions) -> IgnoreRules:
        return IgnoreRules.from_settings(self._settings, library=self._library, exclusions=exclusions)

    def _start_scan(self, folder_id: int, path: bytes, priority: ReadPriority = ReadPriority.OTHER) -> None:
        root = self._roots[folder_id]
        files = self._catalogue.files
        is_whole = path == root
        unseen = files.rows_in(folder_id) if is_whole else files.rows_below(folder_id, path)
        for number, scan in list(self._scans.items()):
            if scan.folder_id == folder_id and (is_whole or scan.path == path):
                priority = min(priority, scan.priority)
                del self._scans[number]
        number = self._watcher.scan(folder_id, root, self._rules[folder_id], below=None if is_whole else path)
        self._scans[number] = PendingScan(folder_id, root, path, unseen, priority)

    def _apply(self, change: Change, enqueue: Enqueue) -> None:
        match change:
            case Batch(number, folder_id, found) if number in self._scans:
                scan = self._scans[number]
                self._add(folder_id, found, scan.unseen, enqueue, scan.priority)
            case Scanned(number) if number in self._scans:
                self._finish_scan(change)
            case Stale(folder_id, path) if folder_id in self._roots:
                self.rights.check_below(path)
                self._start_scan(folder_id, path)
            case ChangedPaths(folder_id, found, deleted) if folder_id in self._roots:
                self._apply_paths(folder_id, found, deleted, enqueue)

    def _apply_paths(
        self, folder_id: int, found: tuple[ScannedFile, ...], deleted: tuple[bytes, ...], enqueue: Enqueue
    ) -> None:
        """Apply changed paths; they are newer than any running scan."""
        self._add(folder_id, found, {}, enqueue, ReadPriority.SAVED)
        for scan in self._scans.values():
            for entry in found if scan.folder_id == folder_id else ():
                scan.unseen.pop(entry.path, None)
        missing = {
            name: file for path in deleted for name, file in self._catalogue.files.stats_below(folder_id, path).items()
        }
        folder = self._folder(folder_id)
        if missing and folder is not None:
            self._remove(self._removable_media.deleted_ids(folder, missing))

    def _remove(self, ids: list[int]) -> None:
        self._moves.remember_deleted(ids)
        with self._catalogue.transaction():
            members = self._catalogue.members.of(ids)
            self._catalogue.files.remove(ids)
        self._names.remove([*ids, *members])
        if ids:
            self._report(FoldersChanged())

    def _add(
        self,
        folder_id: int,
        found: tuple[ScannedFile, ...],
        unseen: dict[bytes, FileRow],
        enqueue: Enqueue,
        priority: ReadPriority,
    ) -> None:
        changed: list[ScannedFile] = []
        for entry in found:  # every start-up runs this for all files, so an unchanged one costs no function call
            row = unseen.get(entry[0])
            if row is not None and (row[3:] == entry[1:] or is_unchanged(KnownFile(*row[2:]), entry)):
                del unseen[entry[0]]
            else:
                changed.append(entry)
        stored: list[tuple[int, ScannedFile, bool]] = []
        if changed:
            with self._catalogue.transaction():
                for entry in changed:
                    stored += self._store(folder_id, entry)
        for entry in changed:
            unseen.pop(entry.path, None)
        self.tags.refresh([entry.path for entry in changed])
        self.rights.refresh([entry.path for entry in changed])
        for file_id, entry, must_read in stored:
            self._names.put(file_id, entry.path)
            if must_read:
                enqueue(file_id, entry, priority)

    def _store(self, folder_id: int, found: ScannedFile) -> list[tuple[int, ScannedFile, bool]]:
        """Store a new or changed file; returns [(id, file, whether to read it)].

        Returns [] if the file is unchanged or belongs to another folder.
        """
        files = self._catalogue.files
        before = files.lookup(found.path)
        if before is not None and before[1].inode == MEMBER_INODE:  # a folder replaced a file with members
            self._remove([before[1].id])
            before = None
        match before:
            case (owner, _, _) if owner != folder_id:
                return []
            case (_, known, False) if is_unchanged(known, found):
                return []
        kind = expected_kind(found.path)
        must_read = kind is not None and (found.size <= self._max_bytes[kind] or may_be_mailbox(found.path))
        if kind == "other" and not (must_read and found.size):
            kind, must_read = None, False  # only its bytes could tell whether it is a document
        if must_read and before is None:
            moved = self._moves.claim(folder_id, found, kind=kind or "other")
            if moved is not None:
                return [(moved, found, False)]
        stat = KnownFile.of(0, found.size, found.mtime_ns, found.inode)
        file_id = files.put(folder_id, found.path, stat, kind=kind_of(found.path), readable=kind is not None)
        if kind is not None and not must_read:
            files.set_failed(file_id, "too_large", formatter().size(found.size))
        return [(file_id, found, must_read)]

    def _finish_scan(self, change: Scanned) -> None:
        """Remove the files that a scan did not find, except at or below what it could not list."""
        scan = self._scans.pop(change.scan)
        folder = self._folder(scan.folder_id)
        if folder is None:
            return
        if (change.root_replaced and change.inode) or (not scan.is_whole and folder.inode not in (0, change.inode)):
            self._start_scan(scan.folder_id, scan.root, scan.priority)
            return
        connected = not scan.is_whole or is_connected(folder, change)
        if connected:
            self._remove(self._removable_media.deleted_ids(folder, scan.missing(change.unreadable)))
        else:
            self._watcher.poll_folder(scan.folder_id)
            if folder.single and is_nonempty_folder(os.path.dirname(folder.path)):  # deleted: its disk is connected
                self._remove([file.id for file in scan.missing().values()])
        with self._catalogue.transaction():
            self._removable_media.update_mounts(folder)
            if scan.is_whole:
                self._catalogue.folders.set_connected(scan.folder_id, connected=connected, inode=change.inode)
        if scan.is_whole:
            self.tags.check_all()
            self.rights.check_below(scan.root)
        self._report(FoldersChanged())

    def _folder(self, folder_id: int) -> FolderRow | None:
        return next((row for row in self._catalogue.folders.all() if row.id == folder_id), None)
