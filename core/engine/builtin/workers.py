"""A queue of embedding requests, whose texts a few threads embed one at a time."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Sequence

from core.engine.builtin.bert_weights import Floats

Text = str | Sequence[int]
Embed = Callable[[Text], tuple[Floats, int]]  # the vector of a text, and its number of tokens


class EmbedTask:
    """The texts of one request, their vectors so far, and the number of their tokens."""

    def __init__(self, texts: Sequence[Text], done: Callable[[], None], embed: Embed) -> None:
        self.texts = texts
        self.embed = embed
        self.vectors: list[Floats | None] = [None] * len(texts)
        self.tokens = 0
        self.error: Exception | None = None
        self.cancelled = False
        self._done = done
        self._lock = threading.Lock()
        self._left = len(texts)
        self._next = 0

    @property
    def is_waiting(self) -> bool:
        """Whether it has texts that no thread has started, and was neither cancelled nor failed."""
        return self._next < len(self.texts) and not self.cancelled and self.error is None

    def take(self) -> int:
        """The index of the next text; only under the queue's lock and while it `is_waiting`."""
        self._next += 1
        return self._next - 1

    def finish(self, index: int, vector: Floats, tokens: int) -> None:
        """Store a vector; calls `done` after the last one."""
        with self._lock:
            self.vectors[index] = vector
            self.tokens += tokens
            self._left -= 1
            last = not self._left
        if last:
            self._done()

    def fail(self, error: Exception) -> None:
        """Fail the whole request because one of its texts could not be embedded."""
        with self._lock:
            first = self.error is None
            self.error = error
        if first:
            self._done()

    def cancel(self) -> None:
        """Drop the texts that no thread has started."""
        self.cancelled = True


class Workers:
    """Threads that embed: urgent requests first, then those with fewer texts, then in order of arrival.

    What a user waits for never waits behind indexing, only for the texts that are being embedded at that moment.
    """

    def __init__(self, embed: Embed, threads: int) -> None:
        self._embed = embed
        self._arrivals = itertools.count()
        self._jobs: list[tuple[bool, int, int, EmbedTask]] = []  # a heap: (not urgent, texts, arrival, task)
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [threading.Thread(target=self._work, name=f"embed-{at}", daemon=True) for at in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(
        self,
        texts: Sequence[Text],
        done: Callable[[], None],
        *,
        urgent: bool = False,
        embed: Embed | None = None,
    ) -> EmbedTask:
        """Queue a request, an `urgent` one before all others that are not; `embed` is that of another model.

        `done` is called once on a worker's thread unless the request is cancelled first.
        """
        job = EmbedTask(texts, done, embed or self._embed)
        with self._changed:
            heapq.heappush(self._jobs, (not urgent, len(texts), next(self._arrivals), job))
            self._changed.notify(len(texts))
        return job

    @property
    def waiting(self) -> int:
        """The number of requests with texts that no thread has started."""
        with self._changed:
            return sum(job.is_waiting for *_, job in self._jobs)

    def close(self) -> None:
        """End the threads after their present texts; waiting requests are not answered."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            job, index = taken
            try:
                vector, tokens = job.embed(job.texts[index])
            except Exception as error:  # noqa: BLE001 - it is the answer to the request
                job.fail(error)
            else:
                job.finish(index, vector, tokens)

    def _take(self) -> tuple[EmbedTask, int] | None:
        with self._changed:
            while not self._closed:
                while self._jobs:
                    job = self._jobs[0][-1]
                    if job.is_waiting:
                        return job, job.take()
                    heapq.heappop(self._jobs)
                self._changed.wait()
        return None
