"""The indexer's thread, and the commands that other threads submit to it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

from core.engine.server import EngineServer
from core.errors import FindlingError, LibraryUnusableError, StorageFullError, WatchLimitError
from core.events import PauseState, Progress, Report
from core.indexer.pipeline import Pipeline
from core.indexer.policy.pause import PAUSE_FILE, StoredPause
from core.indexer.policy.throttle import Throttle
from core.indexer.previous_model import PreviousModelSettings
from core.indexer.published_progress import MIN_INTERVAL, PublishedProgress
from core.settings import Exclusions, Settings
from core.store.index_set import Indexes, IndexSet
from core.watch.suspend import SuspendDetector

STORAGE_RETRY = 2.0  # seconds before a full disk is tried again

Command = Callable[[Pipeline], None]


class Indexer:
    """The one thread that writes to a library. All methods but `close` and `wait_for` return at once."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        engine: EngineServer,
        report: Report,
        *,
        previous: PreviousModelSettings | None = None,
        on_model_switched: Callable[[], None] = lambda: None,
    ) -> None:
        """`previous` answers queries until the configured model has caught up; then `on_model_switched` is called."""
        self._create_pipeline: Callable[[], Pipeline] = lambda: Pipeline(
            root, settings, engine,
            report=report, wake=self.wake, previous=previous, on_model_switched=on_model_switched,
        )  # fmt: skip
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._current: Command | None = None  # kept while it fails on a full disk, to be executed again
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._suspend = SuspendDetector()
        # A short-lived command that indexes on request ignores the stored pause.
        pause = StoredPause(root / PAUSE_FILE) if settings.watch else None
        self._throttle = Throttle(settings, background=settings.watch, pause=pause)
        self._published = PublishedProgress(report)
        self._storage_full_at = 0.0
        self._thread = threading.Thread(target=self._run, name="indexer")
        self._pipeline: Pipeline | None = None
        self.index_set: IndexSet | None = None
        self.failure: BaseException | None = None
        self.opened = threading.Event()

    def start(self) -> None:
        """Start the thread with a scan of all folders."""
        self.rescan()
        self._thread.start()

    def close(self) -> None:
        """Stop between two steps, save the indexes, end the workers, and wait for the thread."""
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
            self.rescan()

    @property
    def pause_state(self) -> PauseState | None:
        """Why indexing waits; None if it does not."""
        return self._throttle.pause_state

    @property
    def paused(self) -> bool:
        """Whether the person paused indexing."""
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

    def add_folder(self, path: bytes, *, single: bool) -> None:
        """Index a folder, or a `single` document."""
        self._submit(lambda pipeline: pipeline.folders.add(path, single=single))

    def remove_folder(self, path: bytes) -> None:
        """Remove a folder and its files."""
        self._submit(lambda pipeline: pipeline.folders.remove(path))

    def exclude(self, path: bytes, exclusions: Exclusions) -> None:
        """Replace the exclusions of a folder."""
        self._submit(lambda pipeline: pipeline.folders.exclude(path, exclusions))

    def rescan(self) -> None:
        """Scan all folders."""
        self._submit(lambda pipeline: pipeline.folders.rescan())

    def retry(self, path: bytes | None) -> None:
        """Read and embed failed files again: the one at `path`, or all if it is None."""
        self._submit(lambda pipeline: pipeline.folders.retry(path))

    def disable_previous(self) -> None:
        """Stop semantic search with the previous model."""
        self._submit(Pipeline.disable_previous)

    @property
    def indexes(self) -> Indexes | None:
        """The indexes to query; None until `opened` is set."""
        return None if self._pipeline is None else self._pipeline.indexes

    def queue_position(self, file_id: int) -> int | None:
        """The position of a file in the queue: 0 if it is being read, None if it is not queued."""
        return None if self._pipeline is None else self._pipeline.queue_position(file_id)

    def resume_from(self, previous: Indexer) -> None:
        """Take over the pending commands and the pause of a closed indexer."""
        self._throttle.copy_pause(previous._throttle)
        for command in previous.take_pending_commands():
            self._submit(command)

    def take_pending_commands(self) -> list[Command]:
        """Remove and return the commands that a closed indexer did not execute, oldest first."""
        pending = [] if self._current is None else [self._current]
        while not self._commands.empty():
            pending.append(self._commands.get())
        return pending

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

    def _submit(self, command: Command) -> None:
        self._published.add_command()
        self._commands.put(command)
        self.wake()

    def _run(self) -> None:
        try:
            pipeline = self._open_pipeline()
            if pipeline is None:
                return
            self.index_set, self._pipeline = pipeline.index_set, pipeline
            self.opened.set()
            try:
                self._loop(pipeline)
            finally:
                pipeline.close()
        except FindlingError as error:
            self._published.show_trouble(error)
            self.failure = error
        except BaseException as error:
            self.failure = error
            raise
        finally:
            self.opened.set()
            self._published.end()

    def _open_pipeline(self) -> Pipeline | None:
        """Open the pipeline, waiting while the disk is full; None if the indexer is closed first."""
        while not self._stop.is_set():
            try:
                return self._create_pipeline()
            except StorageFullError as error:
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
            self.rescan_after_suspend()
            self._published.begin_step()
            try:
                busy = self._execute_command(pipeline)
                self._throttle.check(reading=pipeline.reading, embedding=pipeline.embedding)
                busy |= pipeline.step(self.pause_state)
            except StorageFullError as error:
                self._wait_for_space(error)
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

    def _execute_command(self, pipeline: Pipeline) -> bool:
        """Execute the next command; False if there is none."""
        try:
            self._current = self._current or self._commands.get_nowait()
        except queue.Empty:
            return False
        self._current(pipeline)
        self._current = None
        self._published.finish_command()
        return True

    def _update_trouble(self, pipeline: Pipeline) -> None:
        """Publish the current trouble; a full disk is shown until no write has failed for a while."""
        if pipeline.engine_error is not None:
            self._published.show_trouble(pipeline.engine_error)
        elif time.monotonic() - self._storage_full_at > 2 * STORAGE_RETRY:
            self._published.show_trouble(pipeline.watch_error)
