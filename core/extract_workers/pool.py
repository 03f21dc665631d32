"""The parent's side: jobs in, results out, and one worker process for each thread."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

import psutil

from core.chunk import ChunkingConfig
from core.extract.base import Limits
from core.extract_workers.confinement import log_unconfined
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.messages import Configure
from core.extract_workers.process import WORKER, WorkerDied, WorkerProcess
from core.extract_workers.task import ExtractionTask, KnownDocuments

FILES_PER_WORKER = 500
MAX_WORKER_MEMORY = 400 * 1024 * 1024
QUEUED_PER_WORKER = 2
IDLE_SECONDS = 120.0  # after which a process is ended that has nothing to do
START_ATTEMPTS = 3
SECONDS_BETWEEN_STARTS = 1.0
SECONDS_TO_CLOSE = 1.0
SECONDS_FOR_DISKS = 5.0  # after which a thread that waits for a disk is left behind


def time_limit(size: int) -> float:
    """Seconds of processor time that a file of `size` bytes may take: 30, one more for each 5 MB, at most 120."""
    return min(30 + size / 5_000_000, 120)


class NothingKnown:
    """`KnownDocuments` of no catalogue."""

    def format_of(self, content: bytes) -> str | None:
        del content
        return None

    def is_current(self, path: bytes, content: bytes) -> bool:
        del path, content
        return False


def _read_disk_last() -> None:
    """Give the disk to other threads and programs first; on Linux each thread has a priority of its own."""
    if sys.platform == "linux":
        with contextlib.suppress(psutil.Error, OSError):
            psutil.Process(threading.get_native_id()).ionice(psutil.IOPRIO_CLASS_IDLE)


class _Closing(Exception):
    """The pool is closing: the result is discarded."""


class WorkerPool:
    """Extracts text in child processes, one thread and one process for each of `workers`.

    `deliver` is called with each result on a thread of the pool; `known` is asked there too, and what it knows is not
    extracted. Neither may raise. `time_limit_for` gives the seconds of processor time that a file of so many bytes may
    take in each attempt, however busy the machine is;
    `files_per_worker` is after how many files a process is replaced.
    """

    def __init__(
        self,
        workers: int,
        chunking: ChunkingConfig,
        deliver: Callable[[ExtractionResult], None],
        *,
        known: KnownDocuments = NothingKnown(),  # noqa: B008 - it has no state
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        time_limit_for: Callable[[int], float] = time_limit,
        files_per_worker: int = FILES_PER_WORKER,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._deliver = deliver
        self._configuration = Configure(chunking, limits)
        self._known = known
        self._time_limit_for = time_limit_for
        self._files_per_worker = files_per_worker
        self._command = command
        self._jobs: SimpleQueue[ExtractionJob | None] = SimpleQueue()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._outstanding = 0
        self._slots = workers * (1 + QUEUED_PER_WORKER)
        self._processes: dict[int, WorkerProcess] = {}
        self._threads = [
            # Daemons: a disk that does not answer must not keep the program from ending.
            threading.Thread(target=self._run, args=(number,), name=f"extract-{number}", daemon=True)
            for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: ExtractionJob) -> None:
        """Queue a job; returns at once."""
        with self._lock:
            self._outstanding += 1
        self._jobs.put(job)

    def free_slots(self) -> int:
        """How many more jobs may be submitted before they would only wait."""
        with self._lock:
            return max(self._slots - self._outstanding, 0)

    def close(self) -> None:
        """End the processes and the threads; results not delivered by then are discarded. May be called again."""
        self._closing.set()
        for _ in self._threads:
            self._jobs.put(None)
        for stop in (WorkerProcess.terminate, WorkerProcess.kill):
            with self._lock:
                processes = list(self._processes.values())
            for process in processes:
                stop(process)
            self._join(SECONDS_TO_CLOSE)
        self._join(SECONDS_FOR_DISKS)

    def _join(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _run(self, number: int) -> None:
        _read_disk_last()
        try:
            while (job := self._next_job(number)) is not None:
                limit = self._time_limit_for(job.size)
                task = ExtractionTask(
                    job, lambda: self._worker(number), self._known, self._configuration.limits, limit,
                    self._check_closing,
                )  # fmt: skip
                self._deliver_result(task.run())
        except _Closing:
            pass
        finally:
            self._discard_worker(number)

    def _next_job(self, number: int) -> ExtractionJob | None:
        """The next job, None at the end; a process that waits for one long is ended, whatever it does meanwhile."""
        try:
            return self._jobs.get(timeout=IDLE_SECONDS if number in self._processes else None)
        except Empty:
            self._discard_worker(number)
            return self._jobs.get()

    def _check_closing(self) -> None:
        if self._closing.is_set():
            raise _Closing

    def _deliver_result(self, result: ExtractionResult) -> None:
        self._check_closing()
        try:
            self._deliver(result)
        finally:
            with self._lock:
                self._outstanding -= 1

    def _worker(self, number: int) -> WorkerProcess:
        """This thread's process: a new one if there is none, or if it has read many files or grown."""
        process = self._processes.get(number)
        if process is not None and self._is_usable(process):
            return process
        self._discard_worker(number)
        for attempt in range(START_ATTEMPTS):
            self._check_closing()
            try:
                return self._start_worker(number)
            except WorkerDied:
                self._discard_worker(number)
                if attempt == START_ATTEMPTS - 1:
                    raise
                self._closing.wait(SECONDS_BETWEEN_STARTS)
        raise _Closing

    def _is_usable(self, process: WorkerProcess) -> bool:
        return (
            process.alive
            and process.files < self._files_per_worker
            and process.memory() < MAX_WORKER_MEMORY
            and not process.has_more()
        )

    def _start_worker(self, number: int) -> WorkerProcess:
        """A new process, listed before it is ready so that `close` ends it; raises WorkerDied."""
        process = WorkerProcess(self._configuration.limits, self._command)
        with self._lock:
            self._processes[number] = process
        self._check_closing()
        process.configure(self._configuration)
        if not process.is_confined:
            log_unconfined()
        return process

    def _discard_worker(self, number: int) -> None:
        with self._lock:
            process = self._processes.pop(number, None)
        if process is not None:
            process.close()
