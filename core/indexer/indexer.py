"""The indexer's thread, and what other threads may ask of it."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core.engine.server import EngineServer
from core.errors import FindlingError, LibraryUnusableError, StorageFullError, WatchLimitError
from core.events import PauseState, Progress, Report, Trouble, TroubleChanged
from core.indexer.pipeline import Pipeline
from core.indexer.policy.pause import PAUSE_FILE, StoredPause
from core.indexer.policy.throttle import Throttle
from core.indexer.previous_model import PreviousModelSettings
from core.settings import Exclusions, Settings
from core.store.index_set import Indexes, IndexSet
from core.watch.suspend import SuspendDetector

FULL_PAUSE = 2.0  # seconds before a full disk is tried again
COUNT_EVERY = 0.2  # seconds between two counts while busy
COUNT_SHARE = 20  # counting the files takes at most one part in so many of the time

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
        caught_up: Callable[[], None] = lambda: None,
    ) -> None:
        """`previous` answers until the model of the settings found all that it did; then `caught_up` is called."""
        self._make: Callable[[], Pipeline] = lambda: Pipeline(
            root, settings, engine, report=report, wake=self.wake, previous=previous, caught_up=caught_up
        )
        self._report = report
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._sleep = SuspendDetector()
        kept = StoredPause(root / PAUSE_FILE) if settings.watch else None  # who was told to index now and here does so
        self._throttle = Throttle(settings, polite=settings.watch, pause=kept)
        self._changed = threading.Condition()
        self._progress = Progress(scanning=True)
        self._held: Command | None = None  # under way: what was asked later must not overtake it
        self._uncounted = False  # something happened that `progress` does not show yet
        self._stepping = False  # something may have happened that can be found already, and is not in `progress` yet
        self._outstanding = 0  # commands whose effect `progress` does not show yet
        self._obeyed = 0
        self._counted = self._count_took = self._troubled = 0.0
        self._thread = threading.Thread(target=self._run, name="indexer")
        self.index_set: IndexSet | None = None
        self._work: Pipeline | None = None
        self._place_of: Callable[[int], int | None] = lambda _: None
        self.failure: BaseException | None = None
        self.ended = False
        self.opened = threading.Event()

    def start(self) -> None:
        self.rescan()
        self._thread.start()

    def close(self) -> None:
        """Stop between two steps, keep what is stored, end the readers and the engine; waits for the thread."""
        self._stop.set()
        self._wake.set()
        self._thread.join()

    @property
    def progress(self) -> Progress:
        """How far everything is, counted a moment ago."""
        return self._progress

    def look_after_sleep(self) -> None:
        """Compare the folders with the disk if the machine slept; for whoever is awake anyway."""
        if self._sleep.was_suspended():
            self.rescan()

    @property
    def pause_state(self) -> PauseState | None:
        """Why not everything is done at once; None if nothing stands in the way."""
        return self._throttle.pause_state

    @property
    def paused(self) -> bool:
        pause_state = self.pause_state
        return pause_state is not None and pause_state.reason == "paused"

    def pause(self, seconds: float | None = None) -> None:
        """Read and embed nothing more until `resume`, or for so many seconds; what is under way is finished."""
        self._throttle.pause(seconds)
        self.wake()

    def resume(self) -> None:
        """Go on in spite of what stands in the way now."""
        self._throttle.go_on()
        self.wake()

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        self._wake.set()

    def add_folder(self, path: bytes, *, single: bool) -> None:
        self._do(lambda work: work.add_folder(path, single=single))

    def remove_folder(self, path: bytes) -> None:
        self._do(lambda work: work.remove_folder(path))

    def exclude(self, path: bytes, exclusions: Exclusions) -> None:
        self._do(lambda work: work.exclude(path, exclusions))

    def rescan(self) -> None:
        self._do(Pipeline.rescan)

    def retry(self, path: bytes | None) -> None:
        self._do(lambda work: work.retry(path))

    @property
    def indexes(self) -> Indexes | None:
        """What questions are put to now, None before they are `opened`."""
        return None if self._work is None else self._work.indexes

    def disable_previous(self) -> None:
        """Nothing makes vectors of the model used before: by meaning, find what the one in use has read."""
        self._do(Pipeline.disable_previous)

    def place_of(self, file_id: int) -> int | None:
        """At which place a file waits to be read: 0 if it is being read, None if it does not wait."""
        return self._place_of(file_id)

    def take_over(self, previous: Indexer) -> None:
        """Do what another indexer, closed by now, was asked but did not come to; stay paused if it was."""
        self._throttle.take_over(previous._throttle)
        for command in previous.left():
            self._do(command)

    def left(self) -> list[Command]:
        """What a closed indexer was asked but did not do, oldest first."""
        left = [] if self._held is None else [self._held]
        while not self._commands.empty():
            left.append(self._commands.get())
        return left

    @property
    def settled(self) -> bool:
        """Whether `progress` shows the effect of all that was asked."""
        return self._outstanding == 0

    def wait_for(
        self, done: Callable[[Progress], bool], stuck: Callable[[Progress], bool], timeout: float | None
    ) -> bool:
        """Wait until all that was asked is taken up and `done` holds, or `stuck` does; False after `timeout` seconds.

        What can be found already is counted by then. Returns when the thread ended, too.
        """

        def is_over() -> bool:
            is_counted = self.settled and not self._stepping
            return self.ended or stuck(self._progress) or (is_counted and done(self._progress))

        with self._changed:
            return self._changed.wait_for(is_over, timeout)

    def _do(self, command: Command) -> None:
        with self._changed:
            self._outstanding += 1
        self._commands.put(command)
        self.wake()

    def _run(self) -> None:
        try:
            work = self._made()
            if work is None:
                return
            self.index_set, self._work = work.index_set, work
            self._place_of = work.place_of
            self.opened.set()
            try:
                self._loop(work)
            finally:
                work.close()
        except FindlingError as error:
            self._end(error)
        except BaseException as error:
            self._end(error)
            raise
        finally:
            self.opened.set()
            with self._changed:
                self.ended = True
                self._changed.notify_all()

    def _made(self) -> Pipeline | None:
        """The work as soon as the disk has room for it; None if that never came."""
        while not self._stop.is_set():
            try:
                return self._make()
            except StorageFullError as error:
                self._wait_for_space(error)
                self.opened.set()
        return None

    def _wait_for_space(self, error: StorageFullError) -> None:
        self._troubled = time.monotonic()
        self._show(error)
        with self._changed:
            self._stepping = False
            self._changed.notify_all()
        self._stop.wait(FULL_PAUSE)

    def _end(self, error: BaseException) -> None:
        if isinstance(error, FindlingError):
            self._show(error)
        self.failure = error

    def _loop(self, work: Pipeline) -> None:
        while not self._stop.is_set():
            self._wake.clear()
            self.look_after_sleep()
            self._stepping = True
            try:
                busy = self._obey(work)
                self._throttle.look(reading=work.reading, embedding=work.embedding)
                busy |= work.step(self.pause_state)
            except StorageFullError as error:
                self._wait_for_space(error)
                continue
            except LibraryUnusableError:
                if not work.mend():
                    raise
                continue
            self._show_trouble(work)
            self._publish(work, busy=busy)
            work.tell(busy=busy)
            if not busy and not work.prepare():
                self._wake.wait(self._next_wakeup(work))

    def _next_wakeup(self, work: Pipeline) -> float | None:
        waits = [wait for wait in (work.next_wakeup(), self._throttle.next_wakeup()) if wait is not None]
        seconds = min(waits, default=None)
        if self._uncounted:
            seconds = min(seconds or COUNT_EVERY, COUNT_EVERY)
        if self._progress.trouble is not None and self._progress.trouble.code != WatchLimitError.code:
            seconds = min(seconds or FULL_PAUSE, FULL_PAUSE)
        return seconds

    def _obey(self, work: Pipeline) -> bool:
        try:
            self._held = self._held or self._commands.get_nowait()
        except queue.Empty:
            return False
        self._held(work)
        self._held = None
        self._obeyed += 1
        return True

    def _publish(self, work: Pipeline, *, busy: bool) -> None:
        start = time.monotonic()
        more_to_come = busy or work.scanning
        self._uncounted = more_to_come and start - self._counted < max(COUNT_EVERY, COUNT_SHARE * self._count_took)
        if self._uncounted:
            return
        counted = work.measure()
        self._counted = time.monotonic()
        self._count_took = self._counted - start
        with self._changed:
            self._progress = replace(counted, trouble=self._progress.trouble)
            self._outstanding -= self._obeyed
            self._obeyed = 0
            self._stepping = False
            self._changed.notify_all()

    def _show_trouble(self, work: Pipeline) -> None:
        """Show what indexing waits for; a full disk that was not met again for a while is over."""
        if work.engine_error is not None:
            self._show(work.engine_error)
        elif time.monotonic() - self._troubled > 2 * FULL_PAUSE:
            self._show(work.watch_error)

    def _show(self, error: FindlingError | None) -> None:
        trouble = None if error is None else Trouble(error.code, error.sentence, error.remedy)
        if trouble == self._progress.trouble:
            return
        with self._changed:
            self._progress = replace(self._progress, trouble=trouble)
            self._changed.notify_all()
        self._report(TroubleChanged(trouble))
