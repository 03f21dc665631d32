"""Long jobs for the engine, one at a time: installing, downloading, verifying."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.engine.progress import JobProgress, Tell
from core.errors import EngineError, FindlingError
from core.indexer.progress import Rate
from core.messages import Message

JobKind = Literal["install", "repair", "remove", "download", "verify", "delete"]
JobState = Literal["running", "cancelling", "done", "cancelled", "failed"]
Work = Callable[[Tell, threading.Event], bool]  # False if it was cancelled


@dataclass(frozen=True, slots=True)
class EngineJob:
    """The state of a job: `done` of `total` bytes (0: unknown), `rate` in bytes per second, `eta` in seconds.

    `model` is the model that it is about, "" for SGLang itself. `sentence` says what it does, or why it failed.
    """

    kind: JobKind
    model: str = ""
    state: JobState = "running"
    sentence: str = ""
    remedy: str = ""
    done: int = 0
    total: int = 0
    rate: float = 0.0
    eta: float | None = None

    @property
    def running(self) -> bool:
        return self.state in {"running", "cancelling"}


@dataclass(frozen=True, slots=True)
class Task:
    """One step of a job, such as the download of a model after the installation of SGLang."""

    kind: JobKind
    model: str
    work: Work


class Jobs:
    """Runs one job at a time on its own thread; `current` is polled for its progress."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._lock = threading.Lock()
        self._job: EngineJob | None = None
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def current(self) -> EngineJob | None:
        """The running job, or the last one with its outcome."""
        with self._lock:
            return self._job

    def begin(self, *tasks: Task, then: Callable[[], None] = lambda: None) -> None:
        """Run these tasks one after another, and `then` if all succeeded; returns at once.

        Raises EngineError while another job runs. `then` is called on the job's thread.
        """
        with self._lock:
            if self._closed or (self._job is not None and self._job.running):
                raise EngineError("library.job_running")
            self._job = EngineJob(tasks[0].kind, tasks[0].model)
            cancelled, told = threading.Event(), threading.Event()

            def run() -> None:
                told.wait()  # nobody hears of its end before its beginning
                self._run(tasks, then, cancelled)

            self._cancelled = cancelled
            self._thread = threading.Thread(target=run, name="engine-job")
            self._thread.start()
        try:
            self._changed()
        finally:
            told.set()

    def cancel(self) -> None:
        """Cancel the job; what was downloaded is kept, so that it can be resumed."""
        with self._lock:
            if self._job is not None and self._job.running:
                self._job = replace(self._job, state="cancelling", rate=0.0, eta=None)
                self._cancelled.set()

    def forget(self) -> None:
        """Report a job that has ended no longer."""
        with self._lock:
            if self._job is not None and not self._job.running:
                self._job = None

    def wait(self, timeout: float | None = None) -> EngineJob | None:
        """Wait until no job runs, at most `timeout` seconds; returns the job as it is then."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return self.current()

    def close(self) -> None:
        """Cancel the running job, wait for it, and accept no more."""
        with self._lock:
            self._closed = True
        self.cancel()
        self.wait()

    def _run(self, tasks: Sequence[Task], then: Callable[[], None], cancelled: threading.Event) -> None:
        try:
            for task in tasks:
                if not self._run_task(task, cancelled):
                    self._end("cancelled")
                    return
            then()
        except FindlingError as error:
            self._end("failed", error.sentence, error.remedy)
        except BaseException:
            bug = Message("library.bug")
            self._end("failed", bug.sentence, bug.remedy)
            raise
        else:
            self._end("done")

    def _run_task(self, task: Task, cancelled: threading.Event) -> bool:
        """Run one task; False if it was cancelled."""
        with self._lock:
            if cancelled.is_set():
                return False
            self._job = EngineJob(task.kind, task.model)
        self._changed()
        rate = Rate()
        return task.work(lambda step: self._show_progress(step, rate), cancelled)

    def _show_progress(self, step: JobProgress, rate: Rate) -> None:
        with self._lock:
            if self._job is None or self._job.state != "running":
                return
            speed = rate.update(step.done) if step.total else 0.0
            left = (step.total - step.done) / speed if speed > 0 else None
            self._job = replace(
                self._job, sentence=step.sentence, done=step.done, total=step.total, rate=max(0.0, speed), eta=left
            )

    def _end(self, state: JobState, sentence: str = "", remedy: str = "") -> None:
        with self._lock:
            if self._job is not None:
                self._job = replace(self._job, state=state, sentence=sentence, remedy=remedy, rate=0.0, eta=None)
        self._changed()
