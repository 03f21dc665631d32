"""The progress published to other threads, which can wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from core.errors import FindlingError
from core.events import EngineStatus, Progress, Report, Trouble, TroubleChanged

MIN_INTERVAL = 0.2  # seconds between two measurements while busy
MAX_SHARE = 20  # measuring takes at most one twentieth of the time


class PublishedProgress:
    """Progress written by the indexer's thread and read by any; counts commands whose effect is not measured yet."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._changed = threading.Condition()
        self._progress = Progress(scanning=True)
        self._pending_commands = 0
        self._executed_commands = 0  # of the pending ones, since the last measurement
        self._has_unpublished_step = False
        self._measured_at = self._measuring_took = 0.0
        self.is_outdated = False
        self.has_ended = False

    @property
    def progress(self) -> Progress:
        """The last measurement."""
        return self._progress

    def start_from(self, progress: Progress, *, with_engine: bool) -> None:
        """Publish what was found before, until it is measured anew."""
        engine = progress.engine if with_engine else EngineStatus()
        self._progress = Progress(
            names=progress.names,
            words=progress.words,
            meaning=progress.meaning,
            passages_done=progress.passages_done,
            passages_total=progress.passages_total,
            passages_embedded=progress.passages_embedded,
            scanning=True,
            engine=engine,
            handover=progress.handover,
            ocr=progress.ocr,
        )

    @property
    def includes_all_commands(self) -> bool:
        """Whether the effect of every command is measured."""
        return self._pending_commands == 0

    def add_command(self) -> None:
        """Record a submitted command."""
        with self._changed:
            self._pending_commands += 1

    def finish_command(self) -> None:
        """Record an executed command, whose effect is not measured yet."""
        self._executed_commands += 1

    def begin_step(self) -> None:
        """Record the start of a step, whose effect is not measured yet."""
        self._has_unpublished_step = True

    def abandon_step(self) -> None:
        """Record that a step failed because the disk is full."""
        with self._changed:
            self._has_unpublished_step = False
            self._changed.notify_all()

    def publish(self, measure: Callable[[], Progress], *, busy: bool) -> None:
        """Measure and publish the progress, unless the pipeline is `busy` and the last measurement is recent."""
        start = time.monotonic()
        interval = max(MIN_INTERVAL, MAX_SHARE * self._measuring_took)
        self.is_outdated = busy and start - self._measured_at < interval
        if self.is_outdated:
            return
        measured = measure()
        self._measured_at = time.monotonic()
        self._measuring_took = self._measured_at - start
        with self._changed:
            self._progress = replace(measured, trouble=self._progress.trouble)
            self._pending_commands -= self._executed_commands
            self._executed_commands = 0
            self._has_unpublished_step = False
            self._changed.notify_all()

    def show_trouble(self, error: FindlingError | None) -> None:
        """Publish the error that indexing waits for (None for none), and report a change."""
        trouble = None if error is None else Trouble(error.code, error.sentence, error.remedy)
        if trouble == self._progress.trouble:
            return
        with self._changed:
            self._progress = replace(self._progress, trouble=trouble)
            self._changed.notify_all()
        self._report(TroubleChanged(trouble))

    def end(self) -> None:
        """Wake all waiting threads, because the indexer's thread ends."""
        with self._changed:
            self.has_ended = True
            self._changed.notify_all()

    def wait_for(
        self, done: Callable[[Progress], bool], stuck: Callable[[Progress], bool], timeout: float | None
    ) -> bool:
        """Wait until `done` holds with all commands measured, `stuck` holds, or the indexer's thread has ended.

        Returns False after `timeout` seconds.
        """

        def is_settled() -> bool:
            is_current = self.includes_all_commands and not self._has_unpublished_step
            return self.has_ended or stuck(self._progress) or (is_current and done(self._progress))

        with self._changed:
            return self._changed.wait_for(is_settled, timeout)
