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
from core.indexer.upkeep.scrub import Scrub
from core.store.catalogue.catalogue import Catalogue
from core.watch.watcher import Watcher

MIN_SAVE_INTERVAL = 120.0  # seconds between two saves of a changed vector index
MAX_SAVE_SHARE = 50  # saving, which writes the whole index, takes at most one fiftieth of the time
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
        """`scrub` enables hashing some files again every hour."""
        self._catalogue = catalogue
        self._watcher = watcher
        self._reconcile = reconcile
        self._extract = extract
        self._embed = embed
        self._index = index
        self._backups = Backups(root, has_folders=bool(catalogue.folders.all()))
        self._scrub = Scrub(catalogue) if scrub else None
        self.may_have_orphans = self.folder_removed = False
        self._worked = False
        self._released_at = self._saved_at = time.monotonic()
        self._save_interval = MIN_SAVE_INTERVAL

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
        self._save_vectors()
        self._release_memory(idle=not busy and self._extract.idle and not self._reconcile.scanning)
        return retired

    def scrub(self) -> None:
        """Hash some files again if due; call it while the pipeline is idle."""
        if self._scrub is not None:
            self._extract.check_hashes(self._scrub.next_batch())
            self._extract.submit()

    def next_wakeup(self, *, paused: bool) -> float | None:
        """Seconds until timed work is due; None if there is none.

        Scrubbing does not count while it must wait, because indexing is `paused` or a file is being read.
        """
        waits: list[float | None] = []
        if self._index.index_set.vectors.changed:
            waits.append(self._save_interval)
        if self._may_back_up:
            waits.append(self._backups.next_wakeup())
        if self._scrub is not None and self._extract.idle and not paused:
            waits.append(self._scrub.next_wakeup())
        return min((wait for wait in waits if wait is not None), default=None)

    def close(self) -> None:
        """Cancel a running backup."""
        self._backups.close()

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
            self._index.compact_changes()
        if passages:
            self._index.remove(passages)
            self._embed.reload()
        return bool(passages)

    def _save_vectors(self) -> None:
        start = time.monotonic()
        if start - self._saved_at > self._save_interval:
            self._index.index_set.vectors.save()
            self._saved_at = time.monotonic()
            self._save_interval = max(MIN_SAVE_INTERVAL, MAX_SAVE_SHARE * (self._saved_at - start))

    def _release_memory(self, *, idle: bool) -> None:
        """Return memory freed after large documents to the system."""
        now = time.monotonic()
        if self._worked and (idle or now - self._released_at > RELEASE_INTERVAL):
            memory.release_free_memory()
            self._worked, self._released_at = False, now
