"""Commands on folders: add, remove, exclude, rescan, retry."""

from __future__ import annotations

from dataclasses import dataclass

from core.events import FoldersChanged, Report
from core.indexer.policy.queue import ReadPriority
from core.indexer.stages.embed import EmbedStage
from core.indexer.stages.extract import ExtractStage
from core.indexer.stages.reconcile import ReconcileStage
from core.indexer.upkeep.housekeeping import Housekeeping
from core.settings import Exclusions
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import IndexSet


@dataclass(frozen=True, slots=True)
class FolderCommands:
    """Executes folder commands on the indexer's thread; ignores folders that are not in the catalogue."""

    catalogue: Catalogue
    index_set: IndexSet
    reconcile: ReconcileStage
    extract: ExtractStage
    embed: EmbedStage
    housekeeping: Housekeeping
    report: Report

    def add(self, path: bytes, *, single: bool) -> None:
        """Index a folder, or a `single` document."""
        with self.catalogue.transaction():
            folder_id = self.catalogue.folders.add(path, single=single)
        for row in self.catalogue.folders.all():
            if row.id == folder_id:
                priority = ReadPriority.SAVED if single else ReadPriority.ADDED
                self.reconcile.scan_folder(row.id, row.path, row.exclusions, priority=priority)
        self.report(FoldersChanged())

    def remove(self, path: bytes) -> None:
        """Remove a folder and its files; a scan finds those that another folder also contains."""
        for row in self.catalogue.folders.all():
            if row.path == path:
                known = self.catalogue.files.stats_in(row.id)
                with self.catalogue.transaction():
                    self.catalogue.folders.remove(row.id)
                self.reconcile.remove_folder(row.id)
                self.index_set.names.remove(file.id for file in known.values())
                self.housekeeping.folder_removed = True
        self.rescan()
        self.report(FoldersChanged())

    def exclude(self, path: bytes, exclusions: Exclusions) -> None:
        """Replace the exclusions of a folder."""
        for row in self.catalogue.folders.all():
            if row.path == path:
                with self.catalogue.transaction():
                    self.catalogue.folders.set_exclusions(row.id, exclusions)
                self.reconcile.exclude(row.id, path, exclusions)
        self.rescan()
        self.report(FoldersChanged())

    def rescan(self) -> None:
        """Scan all folders."""
        for row in self.catalogue.folders.all():
            with self.catalogue.transaction():
                self.catalogue.files.retry_transient(row.id)
            self.reconcile.scan_folder(row.id, row.path, row.exclusions)
        self.extract.reload()
        self.housekeeping.may_have_orphans = True

    def retry(self, path: bytes | None) -> None:
        """Read and embed failed files again: the one at `path`, or all if it is None."""
        with self.catalogue.transaction():
            self.catalogue.contents.retry_refused(self.index_set.model_id, path)
            self.catalogue.files.retry(path)
        self.extract.reload()
        self.embed.reload()
