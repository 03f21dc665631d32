"""Commands on folders and their files: add, remove, exclude, rescan, retry, ignore problems."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.events import ContentsChanged, FoldersChanged, Report
from core.indexer.policy.queue import ReadPriority
from core.indexer.stages.embed import EmbedStage
from core.indexer.stages.extract import ExtractStage
from core.indexer.stages.reconcile import ReconcileStage
from core.indexer.upkeep.housekeeping import Housekeeping
from core.settings import Exclusions
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import IndexSet

NO_VERSION = "0"  # of an extractor: no version is called that


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

    def add(self, path: bytes, *, single: bool, exclusions: Exclusions | None = None) -> None:
        """Index a folder, or a `single` document; None keeps the exclusions that it has."""
        with self.catalogue.transaction():
            folder_id = self.catalogue.folders.add(path, single=single)
            if exclusions is not None:
                self.catalogue.folders.set_exclusions(folder_id, exclusions)
        for row in self.catalogue.folders.all():
            if row.id == folder_id:
                priority = ReadPriority.SAVED if single else ReadPriority.ADDED
                self.reconcile.scan_folder(row.id, row.path, row.exclusions, priority=priority)
        self.report(FoldersChanged())

    def remove(self, path: bytes) -> None:
        """Remove a folder and its files; a scan finds those that another folder also contains."""
        for row in self.catalogue.folders.all():
            if row.path == path:
                known = self.catalogue.files.ids_in(row.id)
                with self.catalogue.transaction():
                    self.catalogue.folders.remove(row.id)
                self.reconcile.remove_folder(row.id)
                self.index_set.names.remove(known)
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
                self.catalogue.problems.retry_transient(row.id)
            self.reconcile.scan_folder(row.id, row.path, row.exclusions)
        self.extract.reload()
        self.housekeeping.may_have_orphans = True

    def read_again(self, paths: Sequence[bytes]) -> None:
        """Extract files again, as if an older version had read them; their old text stays searchable meanwhile."""
        with self.catalogue.transaction():
            for path in paths:
                content_id = self.catalogue.content_of(path)
                if content_id is not None:
                    self.catalogue.contents.set_extractor_version(content_id, NO_VERSION)
                self.catalogue.files.mark_path_waiting(path)
                self.catalogue.contents.retry_refused(self.index_set.model_id, path)
        self.extract.reload()
        self.embed.reload()

    def read_all_again(self) -> None:
        """Extract all files again, see `read_again`."""
        self.read_again([path for _, path in self.catalogue.files.all_paths()])

    def retry(self, paths: Sequence[bytes] | None) -> None:
        """Read and embed files with a problem again; None: all whose problem is not ignored."""
        with self.catalogue.transaction():
            for path in (None,) if paths is None else paths:
                self.catalogue.contents.retry_refused(self.index_set.model_id, path)
            self.catalogue.problems.retry(paths)
        self.extract.reload()
        self.embed.reload()
        self.report(ContentsChanged())

    def ignore_problems(self, paths: Sequence[bytes], *, ignored: bool) -> None:
        """Ignore the problems that these files have, or count them again."""
        with self.catalogue.transaction():
            (self.catalogue.problems.ignore if ignored else self.catalogue.problems.stop_ignoring)(paths)
        self.report(ContentsChanged())
