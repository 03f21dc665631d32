"""The indexer's thread: it runs the pipeline, and waits while the library's folder or its disk cannot be used."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from core.chunk import chunking_config
from core.engine.server import EngineServer
from core.errors import FindlingError, LibraryUnusableError, StorageFullError, TextDamagedError, WatchLimitError
from core.events import PauseState, Progress, Report
from core.indexer.command_queue import CommandQueue
from core.indexer.pipeline import Pipeline
from core.indexer.policy.pause import PAUSE_FILE, StoredPause
from core.indexer.policy.spare_time import SpareTime
from core.indexer.policy.throttle import Throttle
from core.indexer.previous_model import PreviousModelSettings
from core.indexer.published_progress import MIN_INTERVAL, PublishedProgress
from core.settings import Settings
from core.store.index_set import Indexes, IndexSet
from core.store.integrity.presence import Presence
from core.watch.suspend import SuspendDetector

STORAGE_RETRY = 2.0  # seconds before a full disk is tried again
COMMANDS_OF_START = 1  # the scan of all folders, which the next start does as well

log = logging.getLogger(__name__)


class Indexer:
    """The one thread that writes to a library. All methods but `close` and `wait_for` return at once.

    `commands` are what other threads want done.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        engine: EngineServer,
        report: Report,
        *,
        previous: PreviousModelSettings | None = None,
        on_model_switched: Callable[[], None] = lambda: None,
        on_return: Callable[[], None] = lambda: None,
    ) -> None:
        """`previous` answers queries until the configured model has caught up; then `on_model_switched` is called.

        `on_return` is called when the library's folder is back after it was away, before it is opened again; while it
        raises a FindlingError, the folder counts as away.
        """
        self.spare_time = SpareTime()
        self._presence = Presence(root)
        self._on_return = on_return
        self._engine = engine
        self._counts = (settings.model_spec.fingerprint, chunking_config(settings).fingerprint)  # what progress is of
        self._create_pipeline: Callable[[], Pipeline] = lambda: Pipeline(
            root, settings, engine,
            report=report, wake=self.wake, previous=previous, on_model_switched=on_model_switched,
            spare_time=self.spare_time,
        )  # fmt: skip
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._must_execute_all = False  # before the end; set before `_stop`
        self._suspend = SuspendDetector()
        # A short-lived command that indexes on request ignores the stored pause.
        pause = StoredPause(root / PAUSE_FILE) if settings.watch else None
        self._throttle = Throttle(settings, background=settings.watch, pause=pause)
        self._published = PublishedProgress(report)
        self.commands = CommandQueue(self._published, self.wake)
        self._storage_full_at = 0.0
        self._thread = threading.Thread(target=self._run, name="indexer")
        self._pipeline: Pipeline | None = None
        self.index_set: IndexSet | None = None
        self.failure: BaseException | None = None
        self.opened = threading.Event()

    def start(self) -> None:
        """Start the thread with a scan of all folders."""
        self.commands.rescan()
        self._thread.start()

    def close(self, *, execute_all: bool = False) -> None:
        """Stop between two steps, save the indexes, end the workers, and wait for the thread.

        With `execute_all` the commands that wait are executed before; without, another indexer may resume from them.
        """
        self._must_execute_all = execute_all
        self._stop.set()
        self._wake.set()
        self._thread.join()

    @property
    def ended(self) -> bool:
        """Whether the thread has ended or is ending."""
        return self._published.has_ended

    @property
    def progress(self) -> Progress:
        """The last published progress."""
        return self._published.progress

    def rescan_after_suspend(self) -> None:
        """Scan all folders if the machine was suspended since the last call; call it from any polling thread."""
        if self._suspend.was_suspended():
            self.commands.rescan()

    def notice_absence(self) -> None:
        """Wake the thread if the library's folder is away; call it from any polling thread."""
        if self._presence.is_away():
            self.wake()

    def require_folder(self) -> None:
        """Raise LibraryAwayError if the library's folder is away."""
        self._presence.require()

    @property
    def pause_state(self) -> PauseState | None:
        """Why indexing waits; None if it does not."""
        return self._throttle.pause_state

    @property
    def paused(self) -> bool:
        """Whether the user paused indexing."""
        pause_state = self.pause_state
        return pause_state is not None and pause_state.reason == "paused"

    def pause(self, seconds: float | None = None) -> None:
        """Start no more reading and embedding until `resume`, or for this many seconds; finishes work in progress."""
        self._throttle.pause(seconds)
        self.wake()

    def resume(self) -> None:
        """End the pause, and ignore the current reason to wait."""
        self._throttle.resume()
        self.wake()

    def wake(self) -> None:
        """Wake the thread to run a step now."""
        self._wake.set()

    @property
    def indexes(self) -> Indexes | None:
        """The indexes to query; None until `opened` is set."""
        return None if self._pipeline is None else self._pipeline.indexes

    def queue_position(self, file_id: int) -> int | None:
        """The position of a file in the queue: 0 if it is being read, None if it is not queued."""
        return None if self._pipeline is None else self._pipeline.queue_position(file_id)

    def recognition(self, path: bytes) -> tuple[int, int] | None:
        """(read, requested) pages of a file whose text is being recognised on demand; None if it is not."""
        return None if self._pipeline is None else self._pipeline.recognition(path)

    def resume_from(self, previous: Indexer) -> None:
        """Take over the commands, the pause and the progress, if that is of the same model, of a closed indexer."""
        self._throttle.copy_pause(previous._throttle)
        if self._counts == previous._counts:
            self._published.start_from(previous.progress, with_engine=self._engine is previous._engine)
        self.commands.take_from(previous.commands)

    @property
    def is_progress_current(self) -> bool:
        """Whether `progress` shows the effect of every command."""
        return self._published.includes_all_commands

    def wait_for(
        self, done: Callable[[Progress], bool], stuck: Callable[[Progress], bool], timeout: float | None
    ) -> bool:
        """Wait until every command is executed and `done` holds, `stuck` holds, or the thread ended.

        False after `timeout` seconds.
        """
        return self._published.wait_for(done, stuck, timeout)

    def _run(self) -> None:
        try:
            while not self._run_pipeline():
                self._wait_for_return()
        except FindlingError as error:
            self._published.show_trouble(error)
            self.failure = error
        except BaseException as error:
            self.failure = error
            raise
        finally:
            self.opened.set()
            self._published.end()

    def _run_pipeline(self) -> bool:
        """Run the pipeline until the indexer is closed; False if the library's folder is away."""
        pipeline: Pipeline | None = None
        try:
            pipeline = self._open_pipeline()
            if pipeline is None:
                return True
            self.index_set, self._pipeline = pipeline.index_set, pipeline
            self.opened.set()
            self._loop(pipeline)
            if self._must_execute_all:
                with suppress(FindlingError):  # the disk is full, or the folder away
                    while self.commands.execute_next(pipeline):
                        pass
        except Exception:
            # Without the folder each stage fails in its own way.
            if not self._presence.is_away(now=True):
                if pipeline is not None:
                    pipeline.close()
                raise
            if pipeline is not None:
                pipeline.abandon()
            return False
        if self._presence.is_away(now=True):
            pipeline.abandon()
        else:
            pipeline.close()
        return True

    def _wait_for_return(self) -> None:
        """Wait until the library's folder is back, or the indexer is closed; what is open answers meanwhile."""
        log.warning("the library's folder is away")
        self.opened.set()
        while not self._stop.is_set():
            try:
                if not self._presence.has_returned():
                    self._presence.require()
                self._on_return()
            except FindlingError as error:
                self._published.show_trouble(error)
                self._published.abandon_step()
                self._stop.wait(STORAGE_RETRY)
            else:
                # Questions wait for the indexes that are opened now: the files of those that are open may be gone.
                self.opened.clear()
                self.index_set = self._pipeline = None
                self._presence.renew()
                log.info("the library's folder is back")
                self._published.show_trouble(None)
                self.commands.rescan()
                return

    def _open_pipeline(self) -> Pipeline | None:
        """Open the pipeline, waiting while the disk is full; None if the indexer is closed first."""
        while not self._stop.is_set() or (self._must_execute_all and self.commands.waiting > COMMANDS_OF_START):
            try:
                return self._create_pipeline()
            except StorageFullError as error:
                if self._stop.is_set():
                    break
                self._wait_for_space(error)
                self.opened.set()
        return None

    def _wait_for_space(self, error: StorageFullError) -> None:
        self._storage_full_at = time.monotonic()
        self._published.show_trouble(error)
        self._published.abandon_step()
        self._stop.wait(STORAGE_RETRY)

    def _loop(self, pipeline: Pipeline) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            self._presence.require()
            self.rescan_after_suspend()
            self._published.begin_step()
            try:
                busy = self.commands.execute_next(pipeline)
                self._throttle.check(reading=pipeline.reading or pipeline.recognising, embedding=pipeline.embedding)
                busy |= pipeline.step(self.pause_state)
            except StorageFullError as error:
                self._wait_for_space(error)
                continue
            except TextDamagedError as error:
                pipeline.mend({"contents": [(error.content_id,)]})
                continue
            except LibraryUnusableError:
                if not pipeline.rebuild_damaged():
                    raise
                continue
            self._update_trouble(pipeline)
            self._published.publish(pipeline.measure, busy=busy or pipeline.scanning)
            pipeline.report_changes(busy=busy)
            if not busy and not pipeline.warm_up():
                self._wake.wait(self._next_wakeup(pipeline))

    def _next_wakeup(self, pipeline: Pipeline) -> float | None:
        waits = (pipeline.next_wakeup(self.pause_state), self._throttle.next_wakeup())
        seconds = min((wait for wait in waits if wait is not None), default=None)
        if self._published.is_outdated:
            seconds = min(seconds or MIN_INTERVAL, MIN_INTERVAL)
        trouble = self.progress.trouble
        if trouble is not None and trouble.code != WatchLimitError.code:
            seconds = min(seconds or STORAGE_RETRY, STORAGE_RETRY)
        return seconds

    def _update_trouble(self, pipeline: Pipeline) -> None:
        """Publish the current trouble; a full disk is shown until no write has failed for a while."""
        if pipeline.engine_error is not None:
            self._published.show_trouble(pipeline.engine_error)
        elif time.monotonic() - self._storage_full_at > 2 * STORAGE_RETRY:
            self._published.show_trouble(pipeline.store_error or pipeline.watch_error)
