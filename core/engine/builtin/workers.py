"""Who is served next: the texts of all requests, embedded one at a time by a few threads."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Sequence

from core.engine.builtin.bert_weights import Floats

Text = str | Sequence[int]


class EmbedTask:
    """The texts of one request, with their vectors and token counts as they come."""

    def __init__(self, texts: Sequence[Text], done: Callable[[], None]) -> None:
        self.texts = texts
        self.vectors: list[Floats | None] = [None] * len(texts)
        self.tokens = 0
        self.error: Exception | None = None
        self.cancelled = False
        self._done = done
        self._lock = threading.Lock()
        self._left = len(texts)
        self._begun = 0

    @property
    def waits(self) -> bool:
        """Whether there are texts that nobody has begun and somebody still wants."""
        return self._begun < len(self.texts) and not self.cancelled and self.error is None

    def take(self) -> int:
        """The number of the next text; for whoever holds the queue's lock, and only while it `waits`."""
        self._begun += 1
        return self._begun - 1

    def finish(self, number: int, vector: Floats, tokens: int) -> None:
        """Keep a vector; the last one tells whoever waits."""
        with self._lock:
            self.vectors[number] = vector
            self.tokens += tokens
            self._left -= 1
            last = not self._left
        if last:
            self._done()

    def fail(self, error: Exception) -> None:
        """Give the whole request up because one of its texts could not be embedded."""
        with self._lock:
            first = self.error is None
            self.error = error
        if first:
            self._done()

    def cancel(self) -> None:
        """Nobody waits any more: the texts not begun are dropped."""
        self.cancelled = True


class Workers:
    """Threads that embed: requests with fewer texts first, then those that came first.

    So a query never waits behind a batch, only for the texts that are being embedded at that moment.
    """

    def __init__(self, embed: Callable[[Text], tuple[Floats, int]], threads: int) -> None:
        self._embed = embed
        self._turn = itertools.count()
        self._jobs: list[tuple[int, int, EmbedTask]] = []
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [threading.Thread(target=self._work, name=f"embed-{at}", daemon=True) for at in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, texts: Sequence[Text], done: Callable[[], None]) -> EmbedTask:
        """Queue a request; `done` is called once on a worker's thread, unless it is cancelled before."""
        job = EmbedTask(texts, done)
        with self._changed:
            heapq.heappush(self._jobs, (len(texts), next(self._turn), job))
            self._changed.notify(len(texts))
        return job

    @property
    def waiting(self) -> int:
        """Requests with texts that nobody has begun."""
        with self._changed:
            return sum(job.waits for _, _, job in self._jobs)

    def close(self) -> None:
        """End the threads after the texts they are at; what waits stays undone."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (taken := self._next()) is not None:
            job, number = taken
            try:
                vector, tokens = self._embed(job.texts[number])
            except Exception as error:  # noqa: BLE001 - it is the answer to the request
                job.fail(error)
            else:
                job.finish(number, vector, tokens)

    def _next(self) -> tuple[EmbedTask, int] | None:
        with self._changed:
            while not self._closed:
                while self._jobs:
                    job = self._jobs[0][2]
                    if job.waits:
                        return job, job.take()
                    heapq.heappop(self._jobs)
                self._changed.wait()
        return None
