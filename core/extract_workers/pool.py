"""The parent's side: jobs in, results out, and one worker process for each thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from queue import SimpleQueue

from core.chunk import ChunkingConfig
from core.extract.base import Limits
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.process import WORKER, WorkerDied, WorkerProcess
from core.extract_workers.task import ExtractionTask

FILES_PER_WORKER = 500
MAX_WORKER_MEMORY = 400 * 1024 * 1024
QUEUED_PER_WORKER = 2
START_ATTEMPTS = 3
SECONDS_BETWEEN_STARTS = 1.0
SECONDS_TO_CLOSE = 1.0


def time_limit(size: int) -> float:
    """Seconds that a file of `size` bytes may take: 30, one more for each 5 MB, at most 120."""
    return min(30 + size / 5_000_000, 120)


def never_known(content: bytes) -> bool:
    """An `is_known` that knows no content."""
    del content
    return False


class _Closing(Exception):
    """The pool is closing: the result is discarded."""


class WorkerPool:
    """Extracts text in child processes, one thread and one process for each of `workers`.

    `deliver` is called with each result on a thread of the pool; `is_known` is called there too, with a content's hash,
    and where it returns True the text is not extracted. Neither may raise. `time_limit_for` gives the seconds that a
    file of so many bytes may take in each attempt (a worker short of processor time gets up to four times that);
    `files_per_worker` is after how many files a process is replaced.
    """

    def __init__(
        self,
        workers: int,
        chunking: ChunkingConfig,
        deliver: Callable[[ExtractionResult], None],
        *,
        is_known: Callable[[bytes], bool] = never_known,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        time_limit_for: Callable[[int], float] = time_limit,
        files_per_worker: int = FILES_PER_WORKER,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._deliver = deliver
        self._configuration = {"chunking": asdict(chunking), "limits": asdict(limits)}
        self._is_known = is_known
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
            threading.Thread(target=self._run, args=(number,), name=f"extract-{number}") for number in range(workers)
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
        for thread in self._threads:
            thread.join()

    def _join(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _run(self, number: int) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                limit = self._time_limit_for(job.size)
                task = ExtractionTask(job, lambda: self._worker(number), self._is_known, limit)
                self._deliver_result(task.run())
        except _Closing:
            pass
        finally:
            self._discard_worker(number)

    def _deliver_result(self, result: ExtractionResult) -> None:
        if self._closing.is_set():
            raise _Closing
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
            if self._closing.is_set():
                raise _Closing
            try:
                return self._start_worker(number)
            except WorkerDied:
                self._discard_worker(number)
                if attempt == START_ATTEMPTS - 1:
                    raise
                self._closing.wait(SECONDS_BETWEEN_STARTS)
        raise _Closing

    def _is_usable(self, process: WorkerProcess) -> bool:
        return process.alive and process.files < self._files_per_worker and process.memory < MAX_WORKER_MEMORY

    def _start_worker(self, number: int) -> WorkerProcess:
        """A new process, listed before it is ready so that `close` ends it; raises WorkerDied."""
        process = WorkerProcess(self._command)
        with self._lock:
            self._processes[number] = process
        if self._closing.is_set():
            raise _Closing
        process.configure(self._configuration)
        return process

    def _discard_worker(self, number: int) -> None:
        with self._lock:
            process = self._processes.pop(number, None)
        if process is not None:
            process.close()
