"""The parent's side: jobs in, results out, and a child for each thread that may hang or die."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from queue import SimpleQueue

from core.chunk import ChunkingConfig
from core.extract.base import Limits
from core.extract_workers.jobs import ReadJob, ReadResult
from core.extract_workers.process import WORKER, WorkerDied, WorkerProcess
from core.extract_workers.task import ExtractionTask

FILES_A_CHILD = 500
MEMORY_A_CHILD = 400 * 1024 * 1024
LOOK_AHEAD = 2
START_TRIES = 3
SECONDS_BETWEEN_STARTS = 1.0
SECONDS_TO_CLOSE = 1.0


def wall_limit(size: int) -> float:
    """Seconds that a file of so many bytes may take: 30, and one more each 5 MB, at most 120."""
    return min(30 + size / 5_000_000, 120)


def none_known(content: bytes) -> bool:
    """An `is_known` of one who has read nothing yet."""
    del content
    return False


class _Closing(Exception):
    """The pool closes: nobody waits for this result."""


class ReaderPool:
    """Reads files in child processes, one thread and one child for each of `workers`.

    `deliver` is called with each result on a pool thread; `is_known` is asked there too, with a content's hash, and
    where it says yes no text is read; neither may raise. `seconds_for` gives how long a file of so many bytes may
    take an attempt (a child only starved of the processor gets up to four times that), `files_a_child` after how many
    files a child is replaced.
    """

    def __init__(
        self,
        workers: int,
        chunking: ChunkingConfig,
        deliver: Callable[[ReadResult], None],
        *,
        is_known: Callable[[bytes], bool] = none_known,
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        seconds_for: Callable[[int], float] = wall_limit,
        files_a_child: int = FILES_A_CHILD,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._deliver = deliver
        self._greeting = {"recipe": asdict(chunking), "limits": asdict(limits)}
        self._is_known = is_known
        self._seconds_for = seconds_for
        self._files_a_child = files_a_child
        self._command = command
        self._jobs: SimpleQueue[ReadJob | None] = SimpleQueue()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._outstanding = 0
        self._room = workers * (1 + LOOK_AHEAD)
        self._children: dict[int, WorkerProcess] = {}
        self._threads = [
            threading.Thread(target=self._work, args=(number,), name=f"reader-{number}") for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, job: ReadJob) -> None:
        """Have a file read; returns at once."""
        with self._lock:
            self._outstanding += 1
        self._jobs.put(job)

    def free(self) -> int:
        """How many more jobs may be submitted before they would only wait."""
        with self._lock:
            return max(self._room - self._outstanding, 0)

    def close(self) -> None:
        """End the children and the threads; what was not delivered by then never is. May be called again."""
        self._closing.set()
        for _ in self._threads:
            self._jobs.put(None)
        for stop in (WorkerProcess.terminate, WorkerProcess.strike):
            with self._lock:
                children = list(self._children.values())
            for child in children:
                stop(child)
            self._join(SECONDS_TO_CLOSE)
        for thread in self._threads:
            thread.join()

    def _join(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _work(self, number: int) -> None:
        try:
            while (job := self._jobs.get()) is not None:
                result = ExtractionTask(
                    job, lambda: self._child(number), self._is_known, self._seconds_for(job.size)
                ).run()
                self._hand_over(result)
        except _Closing:
            pass
        finally:
            self._dismiss(number)

    def _hand_over(self, result: ReadResult) -> None:
        if self._closing.is_set():
            raise _Closing
        try:
            self._deliver(result)
        finally:
            with self._lock:
                self._outstanding -= 1

    def _child(self, number: int) -> WorkerProcess:
        """This thread's child: a new one if there is none, or if it has read a lot or grown."""
        child = self._children.get(number)
        if child is not None and child.alive and child.files < self._files_a_child and child.memory < MEMORY_A_CHILD:
            return child
        self._dismiss(number)
        for attempt in range(START_TRIES):
            if self._closing.is_set():
                raise _Closing
            try:
                return self._started(number)
            except WorkerDied:
                self._dismiss(number)
                if attempt == START_TRIES - 1:
                    raise
                self._closing.wait(SECONDS_BETWEEN_STARTS)
        raise _Closing

    def _started(self, number: int) -> WorkerProcess:
        """A new child, known from its first moment to whoever closes the pool; raises ReaderDied."""
        child = WorkerProcess(self._command)
        with self._lock:
            self._children[number] = child
        if self._closing.is_set():
            raise _Closing
        child.greet(self._greeting)
        return child

    def _dismiss(self, number: int) -> None:
        with self._lock:
            child = self._children.pop(number, None)
        if child is not None:
            child.end()
