"""Runs the indexer's stages in small steps, so that all retrievers progress at the same time."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
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
from core.indexer.previous_model import PreviousModelSettings
from core.indexer.progress_meter import ProgressMeter
from core.indexer.stages.embed import EmbedStage
from core.indexer.stages.extract import ExtractStage
from core.indexer.stages.index import IndexStage
from core.indexer.stages.reconcile import ReconcileStage
from core.indexer.upkeep.housekeeping import Housekeeping
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import Indexes
from core.watch.monitor import Monitor
from core.watch.watcher import Watcher

REPORT_INTERVAL = 0.5  # seconds between two ContentsChanged events
NAMES_PER_STEP = 4000  # file names tokenized while idle; some hundredths of a second


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
    ) -> None:
        """`on_model_switched` is called once the configured model answers instead of the previous one."""
        self._on_model_switched = on_model_switched
        self._engine = engine
        self._report = report
        self._shares_processor = kind_of(settings.engine).shares_processor
        self._catalogue = Catalogue(root, writable=True)
        self._index = IndexStage(root, self._catalogue, settings, previous)
        self.index_set = self._index.index_set
        self._embed = EmbedStage(self._catalogue, self.index_set, engine, settings, wake=wake)
        with self._catalogue.transaction():
            for kind in get_args(Kind):
                self._catalogue.files.set_size_limit(kind, settings.max_bytes_of(kind))
        # Created last: these start threads and processes, which would leak if an earlier constructor raised.
        self._extract = ExtractStage(
            root, self._catalogue, self.index_set, chunking_config(settings),
            workers=settings.readers, max_file_bytes=settings.max_file_bytes, wake=wake,
        )  # fmt: skip
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
        self._meter = ProgressMeter(self._catalogue, engine, self._reconcile, self._extract, self._embed, self._index)
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
    def embedding(self) -> bool:
        """Whether passages wait for their vectors."""
        return self._embed.waiting > 0

    def close(self) -> None:
        """Save the indexes and close all stages. Raises StorageFullError if the vector index cannot be saved."""
        self._embed.cancel()
        self.housekeeping.close()
        self._engine.stop()
        self._watcher.close()
        self._extract.close()
        self._embed.close()
        try:
            self._index.close()
        finally:
            self._catalogue.close()

    def step(self, pause_state: PauseState | None = None) -> bool:
        """Run each stage once; False if there was nothing to do. A StorageFullError loses no work.

        With a `pause_state` nothing is embedded, and only files that were just saved are read; none if the user paused
        indexing, all if it only waits for permission to embed.
        """
        self._index.rebuild_damaged()
        has_changes = self._reconcile.apply_changes(self._extract.enqueue) > 0
        new_contents = self._extract.store()
        self._index.add_to_previous(new_contents, self._extract.restored)
        self._embed.add(new_contents, first=self._extract.just_saved)
        embedded = self._embed.store() > 0
        if pause_state is None or pause_state.reason != "paused":
            may_read_all = pause_state is None or pause_state.reason == "metered"
            self._extract.submit(ReadPriority.OTHER if may_read_all else ReadPriority.SAVED)
        indexed = self._index.apply_changes()
        self._changed |= self._index.commit(idle=not (indexed or new_contents or has_changes) and self._extract.idle)
        self._switch_model()
        if pause_state is None and not self._must_read_first():
            self._embed.submit()
        busy = has_changes or bool(new_contents) or embedded or indexed
        is_idle = pause_state is None and not busy and self._extract.idle
        if is_idle and self._extract.add_sketches():
            return True
        self.housekeeping.may_have_orphans |= has_changes or bool(new_contents)
        self._changed |= busy
        self._changed |= self.housekeeping.run(busy=busy, changed=self._changed)
        if is_idle:
            self.housekeeping.scrub()
        return busy

    def warm_up(self) -> bool:
        """Tokenize some file names ahead of the first query; False if there are none left."""
        return not self._reconcile.scanning and self.index_set.names.process_pending(NAMES_PER_STEP)

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
        waits = [self._embed.until_retry(), self._index.next_wakeup(), upkeep]
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
