"""What the indexer's thread does, a little of each kind at a time, so that no lane waits for another."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from core import memory
from core.chunk import chunking_config
from core.document import Kind
from core.engine.registry import kind_of
from core.engine.server import EngineServer
from core.errors import EngineError, FindlingError
from core.events import ContentsChanged, FoldersChanged, PauseState, Progress, Report
from core.indexer.policy.queue import ReadPriority
from core.indexer.previous_model import PreviousModelSettings
from core.indexer.progress import Rate
from core.indexer.stages.embed import EmbedStage
from core.indexer.stages.extract import ExtractStage
from core.indexer.stages.index import IndexStage
from core.indexer.stages.reconcile import ReconcileStage
from core.indexer.upkeep.backups import Backups
from core.indexer.upkeep.scrub import Scrub
from core.settings import Exclusions, Settings
from core.store.catalogue.catalogue import Catalogue, Counts
from core.store.index_set import Indexes
from core.watch.monitor import Monitor
from core.watch.watcher import Watcher

TELL_EVERY = 0.5  # seconds between two ContentsChanged
SAVE_EVERY = 120.0  # seconds between two copies of the vector index, if it changed
SAVE_SHARE = 50  # writing them, which is all of it each time, takes at most one part in so many of the time
KEPT = 14 * 86_400.0  # seconds that what is known of a text is kept after its last file went
GIVE_BACK_EVERY = 30.0  # seconds between two times that memory is given back while there is always something to do
NAMES_AT_ONCE = 4000  # some hundredths of a second
log = logging.getLogger(__name__)


class Pipeline:
    """Everything that the indexer's thread holds open. Made, used and closed on that thread."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        engine: EngineServer,
        *,
        report: Report,
        wake: Callable[[], None],
        previous: PreviousModelSettings | None = None,
        caught_up: Callable[[], None] = lambda: None,
    ) -> None:
        chunking = chunking_config(settings)
        self._caught_up = caught_up
        self._engine = engine
        self._report = report
        self._catalogue = Catalogue(root, writable=True)
        self._index_stage = IndexStage(root, self._catalogue, settings, previous)
        self.index_set = self._index_stage.index_set
        self._embeddings = EmbedStage(self._catalogue, self.index_set, engine, settings, wake=wake)
        # Last, what starts threads and processes: nobody would end them if anything before it failed.
        largest = settings.max_file_bytes
        with self._catalogue.transaction():
            for kind in get_args(Kind):
                self._catalogue.files.set_size_limit(kind, settings.max_bytes_of(kind))
        self._readings = ExtractStage(
            root, self._catalogue, self.index_set, chunking, workers=settings.readers, largest=largest, wake=wake
        )
        self._watcher = Watcher(wake, Monitor(poll=60.0 * settings.poll_minutes) if settings.watch else None)
        never = os.fsencode(root)
        self._arrivals = ReconcileStage(
            self._catalogue, self.index_set.names, self._watcher, settings, never=never, report=report
        )
        self._backups = Backups(root, filled=bool(self._catalogue.folders.all()))
        self._deep = Scrub(self._catalogue) if settings.watch else None
        self._shares_processor = kind_of(settings.engine).shares_processor
        self._counts: tuple[int, Counts, int] | None = None
        self._rate = Rate()
        self._told = 0.0
        self._gave_back = time.monotonic()
        self._worked = False
        self._saved = time.monotonic()
        self._save_every = SAVE_EVERY
        self._news = False
        self._orphans = self._forget = False

    @property
    def indexes(self) -> Indexes:
        """What questions are put to, on any thread."""
        return self._index_stage.indexes

    def disable_previous(self) -> None:
        """Nothing makes vectors of the model used before any more."""
        self._index_stage.disable_previous()

    @property
    def engine_error(self) -> EngineError | None:
        """Why the engine's answers cannot be used, as long as that is so."""
        return self._embeddings.error if self._embeddings.waiting else None

    @property
    def watch_error(self) -> FindlingError | None:
        """Why not all folders can be watched, as long as that is so."""
        return self._watcher.limit_error

    def place_of(self, file_id: int) -> int | None:
        """At which place a file waits to be read, on any thread: 0 if it is being read, None if it does not wait."""
        return self._readings.place_of(file_id)

    @property
    def scanning(self) -> bool:
        """Whether folders are being compared with the disk."""
        return self._arrivals.scanning

    def close(self) -> None:
        """Keep what is stored and end everything; raises StorageFullError if the vectors' copy could not be written."""
        self._embeddings.abandon()
        self._backups.close()
        self._engine.stop()
        self._watcher.close()
        self._readings.close()
        self._embeddings.close()
        try:
            self._index_stage.close()
        finally:
            self._catalogue.close()

    @property
    def reading(self) -> bool:
        """Whether files wait to be read."""
        return self._readings.backlog > 0

    @property
    def embedding(self) -> bool:
        """Whether passages wait for their vectors."""
        return self._embeddings.waiting > 0

    def step(self, pause_state: PauseState | None = None) -> bool:
        """A little of each kind of work; False if there was none. Raises StorageFullError; nothing is lost by it.

        While it makes way nothing is embedded; what a person saved a moment ago is read all the same, unless they
        paused it, and all is read if only the engine costs something.
        """
        self._index_stage.mend()
        arrived = self._arrivals.take(self._readings.add) > 0
        fresh = self._readings.store()
        self._index_stage.follow(fresh, self._readings.returned)
        self._embeddings.add(fresh, first=self._readings.just_saved)
        embedded = self._embeddings.store() > 0
        if pause_state is None or pause_state.reason != "paused":
            self._readings.feed(
                ReadPriority.OTHER if pause_state is None or pause_state.reason == "metered" else ReadPriority.SAVED
            )
        indexed = self._index_stage.take_over()
        self._news |= self._index_stage.commit(idle=not (indexed or fresh or arrived) and self._readings.idle)
        self._hand_over()
        if pause_state is None and not self._words_first():
            self._embeddings.feed()
        busy = arrived or bool(fresh) or embedded or indexed
        if pause_state is None and not busy and self._readings.idle and self._readings.sign():
            return True
        self._orphans |= arrived or bool(fresh)
        self._news |= busy
        self._worked |= busy
        self._tidy(idle=not busy)
        self._give_back(idle=not busy and self._readings.idle and not self._arrivals.scanning)
        if self._deep is not None and pause_state is None and not busy and self._readings.idle:
            self._readings.check(self._deep.round())
            self._readings.feed()
        return busy

    def prepare(self) -> bool:
        """Do a little of what the first question would wait for; False if nothing is left of it."""
        return not self._arrivals.scanning and self.index_set.names.process_pending(NAMES_AT_ONCE)

    def mend(self) -> bool:
        """Start a word index anew that turned out to be damaged; False if it is sound, or was so only a moment ago."""
        return self._index_stage.mend()

    def tell(self, *, busy: bool) -> None:
        """Report that there are other things to find, but not too often."""
        now = time.monotonic()
        if self._news and (not busy or now - self._told > TELL_EVERY):
            self._news, self._told = False, now
            self._report(ContentsChanged())

    def next_wakeup(self) -> float | None:
        """Seconds after which something is to be done even if nothing happens; None if nothing ever is."""
        waits = [self._embeddings.until_retry(), self._index_stage.next_wakeup()]
        if self.index_set.vectors.changed:
            waits.append(self._save_every)
        if self._may_back_up:
            waits.append(self._backups.next_wakeup())
        if self._deep is not None:
            waits.append(self._deep.next_wakeup())
        return min((wait for wait in waits if wait is not None), default=None)

    def measure(self) -> Progress:
        """Count how far everything is."""
        counts, total = self._counted()
        names, words, meaning = self._index_stage.measure(counts, uncut=self._readings.uncut)
        waiting = self._embeddings.waiting
        rate = self._rate.note(self._embeddings.stored)
        return Progress(
            names=names,
            words=words,
            meaning=meaning,
            passages_done=max(0, total - waiting),
            passages_total=total,
            passages_embedded=self._catalogue.vectors.sent_count(),
            rate=rate,
            eta=waiting / rate if rate > 0 and waiting else None,
            scanning=self._arrivals.scanning,
            current=os.fsdecode(self._readings.current),
            engine=self._engine.status(),
            handover=self._index_stage.handover(counts, uncut=self._readings.uncut),
        )

    def _counted(self) -> tuple[Counts, int]:
        """The files, and the passages, counted again if anything changed: a large library takes its time for that."""
        now = self._catalogue.change_count
        if self._counts is None or self._counts[0] != now:
            counts, passages = (
                self._catalogue.counts(self.index_set.model_id),
                self._catalogue.passage_count(self.index_set.chunking_id),
            )
            self._counts = now, counts, passages
        return self._counts[1:]

    def add_folder(self, path: bytes, *, single: bool) -> None:
        with self._catalogue.transaction():
            folder_id = self._catalogue.folders.add(path, single=single)
        for row in self._catalogue.folders.all():
            if row.id == folder_id:
                self._arrivals.begin(
                    row.id, row.path, row.exclusions, rank=ReadPriority.SAVED if single else ReadPriority.ADDED
                )
        self._report(FoldersChanged())

    def remove_folder(self, path: bytes) -> None:
        """Forget a folder and its files, unless another folder holds them too."""
        for row in self._catalogue.folders.all():
            if row.path == path:
                known = self._catalogue.files.stats_in(row.id)
                with self._catalogue.transaction():
                    self._catalogue.folders.remove(row.id)
                self._arrivals.forget(row.id)
                self.index_set.names.remove(file.id for file in known.values())
                self._forget = True
        self.rescan()
        self._report(FoldersChanged())

    def exclude(self, path: bytes, exclusions: Exclusions) -> None:
        """Leave something else out of a folder from now on; what another folder has too comes back with the scan."""
        for row in self._catalogue.folders.all():
            if row.path == path:
                with self._catalogue.transaction():
                    self._catalogue.folders.set_exclusions(row.id, exclusions)
                self._arrivals.exclude(row.id, path, exclusions)
        self.rescan()
        self._report(FoldersChanged())

    def rescan(self) -> None:
        """Compare every folder with the disk."""
        for row in self._catalogue.folders.all():
            with self._catalogue.transaction():
                self._catalogue.files.retry_transient(row.id)
            self._arrivals.begin(row.id, row.path, row.exclusions)
        self._readings.reload()
        self._orphans = True

    def retry(self, path: bytes | None) -> None:
        with self._catalogue.transaction():
            self._catalogue.contents.retry_refused(self.index_set.model_id, path)
            self._catalogue.files.retry(path)
        self._readings.reload()
        self._embeddings.reload()

    def _words_first(self) -> bool:
        """Where reading and embedding share the processor, meaning waits until no file waits to be read.

        Niceness alone does not see to it: Linux shares the processor out by session first, and the engine has its own.
        """
        return self._shares_processor and self._readings.backlog > 0

    @property
    def _may_back_up(self) -> bool:
        """Whether a copy would be of something whole: until then nobody is to wake up for one that is due."""
        return self._readings.idle and not (self._embeddings.waiting or self._orphans)

    def _hand_over(self) -> None:
        """Let the model in use answer as soon as it finds all that the one before found."""
        if self._index_stage.hand_over(uncut=self._readings.uncut):
            self._news = True
            self._caught_up()

    def _tidy(self, *, idle: bool) -> None:
        """What can wait until nothing else does: forgetting contents, and the vector index's copy."""
        unmoved = not (
            self._arrivals.scanning or self._watcher.has_pending_changes
        )  # what went may come back elsewhere
        if self._orphans and idle and self._readings.idle and unmoved:
            self._put_away()
            self._orphans = self._forget = False
        if self._news:
            self._backups.note()
        if idle and self._may_back_up:
            self._backups.make()
        start = time.monotonic()
        if start - self._saved > self._save_every:
            self.index_set.vectors.save()
            self._saved = time.monotonic()
            self._save_every = max(SAVE_EVERY, SAVE_SHARE * (self._saved - start))

    def _give_back(self, *, idle: bool) -> None:
        """What large documents took does not stay with this process."""
        now = time.monotonic()
        if self._worked and (idle or now - self._gave_back > GIVE_BACK_EVERY):
            memory.release_free_memory()
            self._worked, self._gave_back = False, now

    def _put_away(self) -> None:
        """Contents without a file are found no more; they are kept for a while, unless their folder was removed."""
        now = time.time()
        self._arrivals.forget_moves()
        with self._catalogue.transaction():
            gone = self._catalogue.contents.retire_orphans(now)
            self._catalogue.contents.purge_retired(until=now - KEPT, since=now if self._forget else None)
            self._index_stage.forget_changes()
        if gone:
            self._index_stage.remove(gone)
            self._embeddings.reload()
            self._news = True
