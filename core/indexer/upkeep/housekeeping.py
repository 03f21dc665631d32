"""Periodic work between pipeline steps: orphans, backups, saving the vector index, scrubbing, releasing memory."""

from __future__ import annotations

import time
from pathlib import Path

from core import memory
from core.indexer.stages.embed import EmbedStage
from core.indexer.stages.extract import ExtractStage
from core.indexer.stages.index import IndexStage
from core.indexer.stages.reconcile import ReconcileStage
from core.indexer.upkeep.backups import Backups
from core.indexer.upkeep.catalogue_scrub import CatalogueScrub
from core.indexer.upkeep.language_check import LanguageCheck
from core.indexer.upkeep.retries import Retries
from core.indexer.upkeep.scrub import Scrub
from core.indexer.upkeep.vector_scrub import VectorScrub
from core.store.catalogue.catalogue import Catalogue
from core.store.integrity.rot import Key
from core.watch.watcher import Watcher

SAVE_INTERVAL = 60.0  # seconds between two saves of a changed vector index, which append what has changed
RETENTION = 14 * 86_400.0  # seconds for which a content without a file keeps its text and vectors
RELEASE_INTERVAL = 30.0  # seconds between two releases of memory while the pipeline is busy


class Housekeeping:
    """Runs on the indexer's thread. Code that removes files or folders sets `may_have_orphans` and `folder_removed`."""

    def __init__(
        self,
        root: Path,
        catalogue: Catalogue,
        watcher: Watcher,
        *,
        reconcile: ReconcileStage,
        extract: ExtractStage,
        embed: EmbedStage,
        index: IndexStage,
        scrub: bool,
    ) -> None:
        """`scrub` enables checking some files and some of the catalogue's rows again from time to time."""
        self._catalogue = catalogue
        self._watcher = watcher
        self._reconcile = reconcile
        self._extract = extract
        self._embed = embed
        self._index = index
        self._backups = Backups(root, has_folders=bool(catalogue.folders.all()))
        self._scrub = Scrub(catalogue) if scrub else None
        self._catalogue_scrub = CatalogueScrub(root, catalogue) if scrub else None
        self._vector_scrub = VectorScrub()
        self._retries = Retries(catalogue, extract)
        self._language_check = LanguageCheck(catalogue, index)
        self.may_have_orphans = self.folder_removed = False
        self._worked = False
        self._released_at = self._saved_at = time.monotonic()

    def run(self, *, busy: bool, changed: bool) -> bool:
        """Do the work that is due after a step; returns whether that changed search results.

        `changed` says that search results changed since they were last reported.
        """
        self._worked |= busy
        retired = False
        # While changes are pending, a deleted file may turn out to have been moved.
        no_changes_pending = not (self._reconcile.scanning or self._watcher.has_pending_changes)
        if self.may_have_orphans and not busy and self._extract.idle and no_changes_pending:
            retired = self._retire_orphans()
            self.may_have_orphans = self.folder_removed = False
        if changed or retired:
            self._backups.mark_changed()
        if not busy and self._may_back_up:
            self._backups.start_if_due()
        idle = not busy and self._extract.idle and not self._reconcile.scanning
        self._save_vectors(idle=idle)
        self._release_memory(idle=idle)
        tagged, ruled = self._reconcile.tags.take_changed(), self._reconcile.rights.take_changed()
        return self._language_check.take_changed() or tagged or ruled or retired

    def idle_step(self) -> bool:
        """Do a little of what waits until the pipeline is idle; False if there is nothing to do.

        Reads tags again after a scan, reads files again whose reader failed, takes vectors of passages without language
        out of the library, and makes the codes that answer faster in a large one.
        """
        if self._reconcile.tags.step() or self._retries.step() or self._language_check.step():
            return True
        return any(vectors.encode_next() for vectors in self._index.vector_indexes)

    def scrub(self) -> dict[str, list[Key]]:
        """Hash some files again, and check some rows of the catalogue, if due; returns the rotten rows by table.

        Call it while the pipeline is idle. Raises LibraryDamagedError.
        """
        if self._scrub is None or self._catalogue_scrub is None:
            return {}
        self._extract.check_hashes(self._scrub.next_batch())
        self._extract.submit()
        for error in (self._backups.error, self._catalogue_scrub.error):
            if error is not None:
                raise error
        if self._vector_scrub.next_batch(self._index.vector_indexes):
            self._index.sync_vectors()
        return self._catalogue_scrub.next_batch()

    def next_wakeup(self, *, paused: bool) -> float | None:
        """Seconds until timed work is due; None if there is none.

        Scrubbing does not count while it must wait, because indexing is `paused` or a file is being read.
        """
        waits: list[float | None] = []
        if any(vectors.changed for vectors in self._index.vector_indexes):
            waits.append(SAVE_INTERVAL)
        if self._may_back_up:
            waits.append(self._backups.next_wakeup())
        if self._extract.idle and not paused:
            waits.append(self._retries.next_wakeup())
        if self._scrub is not None and self._catalogue_scrub is not None and self._extract.idle and not paused:
            waits += [self._scrub.next_wakeup(), self._catalogue_scrub.next_wakeup(), self._vector_scrub.next_wakeup()]
        return min((wait for wait in waits if wait is not None), default=None)

    def close(self) -> None:
        """Cancel a running backup, and wait for a running check of the catalogue."""
        self._backups.close()
        if self._catalogue_scrub is not None:
            self._catalogue_scrub.close()

    @property
    def _may_back_up(self) -> bool:
        """Whether the catalogue is complete; backups wait for that."""
        return self._extract.idle and not (self._embed.waiting or self.may_have_orphans)

    def _retire_orphans(self) -> bool:
        """Retire contents without a file, and purge those past RETENTION; returns whether any passage was removed.

        The contents of a removed folder are purged at once.
        """
        now = time.time()
        self._reconcile.clear_moves()
        with self._catalogue.transaction():
            passages = self._catalogue.contents.retire_orphans(now)
            since = now if self.folder_removed else None
            self._catalogue.contents.purge_retired(until=now - RETENTION, since=since)
            self._catalogue.recognised.purge()
            self._index.compact_changes()
        if passages:
            self._index.remove(passages)
            self._embed.reload()
        return bool(passages)

    def _save_vectors(self, *, idle: bool) -> None:
        due = time.monotonic() - self._saved_at > SAVE_INTERVAL
        for vectors in self._index.vector_indexes:
            if idle:
                vectors.compact()
            if due:
                vectors.save()
        if due:
            self._saved_at = time.monotonic()

    def _release_memory(self, *, idle: bool) -> None:
        """Return memory freed after large documents to the system."""
        now = time.monotonic()
        if self._worked and (idle or now - self._released_at > RELEASE_INTERVAL):
            memory.release_free_memory()
            self._worked, self._released_at = False, now
