"""Runs the indexer's stages in small steps, so that all retrievers progress at the same time."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from core.chunk import chunking_config
from core.document import Kind
from core.engine.registry import kind_of
from core.engine.server import EngineServer
from core.errors import EngineError, FindlingError
from core.events import ContentsChanged, PauseState, Progress, Report
from core.indexer.folder_commands import FolderCommands
from core.indexer.policy.queue import ReadPriority
from core.indexer.policy.spare_time import SpareTime
from core.indexer.previous_model import PreviousModelSettings
from core.indexer.progress_meter import ProgressMeter
from core.indexer.stages.archives import follow_archives_choice
from core.indexer.stages.embed import EmbedStage
from core.indexer.stages.extract import ExtractStage
from core.indexer.stages.index import IndexStage
from core.indexer.stages.named_files import queue_readable
from core.indexer.stages.recognise import RecogniseStage
from core.indexer.stages.reconcile import ReconcileStage
from core.indexer.upkeep.housekeeping import Housekeeping
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import Indexes
from core.store.integrity.repair import drop_rotten_rows
from core.store.integrity.rot import Key
from core.watch.monitor import Monitor
from core.watch.watcher import Watcher

REPORT_INTERVAL = 0.5  # seconds between two ContentsChanged events
NAMES_PER_STEP = 4000  # file names tokenized while idle; some hundredths of a second
log = logging.getLogger(__name__)


class Pipeline:
    """Owns all stages and their shared state. Create, use and close it on the indexer's thread."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        engine: EngineServer,
        *,
        report: Report,
        wake: Callable[[], None],
        previous: PreviousModelSettings | None = None,
        on_model_switched: Callable[[], None] = lambda: None,
        spare_time: SpareTime,
    ) -> None:
        """`on_model_switched` is called once the configured model answers instead of the previous one."""
        self._on_model_switched = on_model_switched
        self._spare_time = spare_time
        self._report = report
        self._shares_processor = kind_of(settings.engine).shares_processor
        self._catalogue = Catalogue(root, writable=True)
        self._index = IndexStage(root, self._catalogue, settings, previous)
        self.index_set = self._index.index_set
        self.index_set.vectors.listen(wake)
        self._embed = EmbedStage(self._catalogue, self.index_set, engine, settings, wake=wake)
        with self._catalogue.transaction():
            for kind in get_args(Kind):
                self._catalogue.named_files.set_size_limit(kind, settings.max_bytes_of(kind))
        queue_readable(self._catalogue, settings)
        follow_archives_choice(self._catalogue, self.index_set.names, reads=settings.read_archives)
        # Created last: these start threads and processes, which would leak if an earlier constructor raised.
        self._extract = ExtractStage(
            root, self._catalogue, self.index_set, chunking_config(settings),
            workers=settings.readers, max_file_bytes=settings.max_file_bytes, wake=wake,
            read_scans=settings.read_scans, read_archives=settings.read_archives,
        )  # fmt: skip
        self._recognise = RecogniseStage(
            self._catalogue, settings, rechunk=self._extract.rechunk, read_file=self._extract.read_named, wake=wake
        )
        self._watcher = Watcher(wake, Monitor(poll=60.0 * settings.poll_minutes) if settings.watch else None)
        self._reconcile = ReconcileStage(
            self._catalogue, self.index_set.names, self._watcher, settings, library=os.fsencode(root), report=report
        )
        self.housekeeping = Housekeeping(
            root, self._catalogue, self._watcher, reconcile=self._reconcile, extract=self._extract, embed=self._embed,
            index=self._index, scrub=settings.watch,
        )  # fmt: skip
        self.folders = FolderCommands(
            self._catalogue, self.index_set, self._reconcile, self._extract, self._embed, self.housekeeping, report
        )
        self._meter = ProgressMeter(
            self._catalogue, engine, self._reconcile, self._extract, self._embed, self._index, self._recognise
        )
        self._changed = False  # whether results changed since the last ContentsChanged
        self._reported_at = 0.0

    @property
    def indexes(self) -> Indexes:
        """The indexes to query; thread-safe."""
        return self._index.indexes

    def disable_previous(self) -> None:
        """Stop semantic search with the previous model."""
        self._index.disable_previous()

    @property
    def engine_error(self) -> EngineError | None:
        """The error that keeps passages from being embedded, if any."""
        return self._embed.error if self._embed.waiting else None

    @property
    def store_error(self) -> FindlingError | None:
        """The error of the vector store, if it is on a server that does not answer."""
        return self.index_set.vectors.trouble

    @property
    def watch_error(self) -> FindlingError | None:
        """The error that keeps folders from being watched, if any."""
        return self._watcher.limit_error

    def queue_position(self, file_id: int) -> int | None:
        """The position of a file in the queue, on any thread: 0 if it is being read, None if it is not queued."""
        return self._extract.queue_position(file_id)

    @property
    def scanning(self) -> bool:
        """Whether folders are being scanned."""
        return self._reconcile.scanning

    @property
    def reading(self) -> bool:
        """Whether files are queued."""
        return self._extract.backlog > 0

    @property
    def recognising(self) -> bool:
        """Whether pages wait for their text to be recognised."""
        return self._recognise.waiting

    def recognise(self, path: bytes, pages: Sequence[int]) -> None:
        """Recognise the text of pages of a file at once; none: of all that have none."""
        self._recognise.request(path, pages)

    def stop_recognising(self, path: bytes) -> None:
        """Cancel `recognise`."""
        self._recognise.cancel(path)

    def recognition(self, path: bytes) -> tuple[int, int] | None:
        """(read, requested) pages of a file, on any thread; None if nothing is requested of it."""
        return self._recognise.request_progress(path)

    @property
    def embedding(self) -> bool:
        """Whether passages wait for their vectors."""
        return self._embed.waiting > 0

    def close(self) -> None:
        """Save the indexes and close all stages. Raises StorageFullError if the vector index cannot be saved."""
        self._embed.cancel()
        self._recognise.close()
        self.housekeeping.close()
        self._watcher.close()
        self._extract.close()
        self._embed.close()
        try:
            self._index.close()
        finally:
            self._catalogue.close()

    def abandon(self) -> None:
        """Close all stages without saving, because the library's folder is away; the engine stays as it is."""
        self._embed.cancel()
        for close in (
            self._recognise.close,
            self.housekeeping.close,
            self._watcher.close,
            self._extract.close,
            self._embed.close,
            self._index.close,
            self._catalogue.close,
        ):
            try:
                close()
            except (OSError, ValueError, FindlingError, sqlite3.Error) as error:
                log.info("closing without the library's folder: %s", error)

    def step(self, pause_state: PauseState | None = None) -> bool:
        """Run each stage once; False if there was nothing to do. A StorageFullError loses no work.

        With a `pause_state` nothing is embedded, and only files that were just saved are read; none if the user paused
        indexing, all if it only waits for permission to embed.
        """
        self._index.rebuild_damaged()
        has_changes = self._reconcile.apply_changes(self._extract.enqueue) > 0
        has_changes |= self._reconcile.rights.step()  # also while much is read: a right that was withdrawn counts now
        new_contents = self._extract.store()
        self._index.add_to_previous(new_contents, self._extract.restored)
        self._embed.add(new_contents, first=self._extract.just_saved)
        self._recognise.add(new_contents)
        recognised = self._recognise.store()
        embedded = self._embed.store() > 0
        if pause_state is None or pause_state.reason != "paused":
            may_read_all = pause_state is None or pause_state.reason == "metered"
            self._extract.submit(ReadPriority.OTHER if may_read_all else ReadPriority.SAVED)
        indexed = self._index.apply_changes()
        self._changed |= self._index.commit(idle=not (indexed or new_contents or has_changes) and self._extract.idle)
        self._switch_model()
        self._index.finish_rebuild()
        if pause_state is None and not self._must_read_first():
            self._embed.submit()
        busy = has_changes or bool(new_contents) or embedded or indexed or recognised
        is_idle = pause_state is None and not busy and self._extract.idle
        self._recognise.submit(idle=is_idle and not self._reconcile.scanning and not self._embed.is_working)
        if is_idle and self._spare_time.take() and (self._extract.add_sketches() or self.housekeeping.idle_step()):
            return True
        self.housekeeping.may_have_orphans |= has_changes or bool(new_contents)
        self._changed |= busy
        self._changed |= self.housekeeping.run(busy=busy, changed=self._changed)
        if is_idle and (rotten := self.housekeeping.scrub()):
            self.mend(rotten)
            return True
        return busy

    def mend(self, rotten: dict[str, list[Key]]) -> None:
        """Delete rows that bit rot has changed, by table, and queue what they were made from."""
        for table, keys in rotten.items():
            log.warning("%d rows of the table %s are damaged and are made again", len(keys), table)
            drop_rotten_rows(self._catalogue.database, table, keys)
        if "files" in rotten:
            self.index_set.names.remove(key[0] for key in rotten["files"])
            self.folders.rescan()
        self._extract.reload_all()
        self._index.sync_vectors()
        self._embed.reload()
        self._recognise.reload()
        self._reconcile.tags.check_all()
        self._reconcile.rights.check_all()
        self.housekeeping.may_have_orphans = self._changed = True

    def warm_up(self) -> bool:
        """Tokenize some file names and import the client ahead of the first query; False if nothing is left to do."""
        if self._reconcile.scanning:
            return False
        if self.index_set.names.process_pending(NAMES_PER_STEP):
            return True
        self._embed.warm_up()
        return False

    def rebuild_damaged(self) -> bool:
        """Reset damaged lexical indexes; False if none is damaged, or if one was reset recently."""
        return self._index.rebuild_damaged()

    def report_changes(self, *, busy: bool) -> None:
        """Report that search results may have changed, at most every REPORT_INTERVAL while `busy`."""
        now = time.monotonic()
        if self._changed and (not busy or now - self._reported_at > REPORT_INTERVAL):
            self._changed, self._reported_at = False, now
            self._report(ContentsChanged())

    def next_wakeup(self, pause_state: PauseState | None = None) -> float | None:
        """Seconds until timed work is due; None if only an event can bring work."""
        upkeep = self.housekeeping.next_wakeup(paused=pause_state is not None)
        waits = [self._embed.until_retry(), self._index.next_wakeup(), upkeep, self._spare_time.next_wakeup()]
        return min((wait for wait in waits if wait is not None), default=None)

    def measure(self) -> Progress:
        """The progress now, without `trouble`."""
        return self._meter.measure()

    def _must_read_first(self) -> bool:
        """Whether embedding waits until no file is queued, because the engine shares the processors with the workers.

        A nice value would not help: Linux divides the processors by session first, and the engine has its own session.
        """
        return self._shares_processor and self._extract.backlog > 0

    def _switch_model(self) -> None:
        """Switch to the configured model once it finds everything that the previous one finds."""
        if self._index.switch_model(unchunked=self._extract.unchunked):
            self._changed = True
            self._on_model_switched()
