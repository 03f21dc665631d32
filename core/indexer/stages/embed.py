"""Sends waiting passages to the engine, and stores their vectors in the catalogue and the vector index."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import CancelledError, Future

import numpy as np

from core.embed import (
    WINDOW_BATCHES,
    CurrentEmbedder,
    Embedder,
    PendingPassage,
    Vectors,
    has_language,
    import_client,
    pack_batches,
)
from core.engine.server import Endpoint, EngineServer
from core.errors import EngineError, StorageFullError
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import IndexSet

MIN_BACKOFF = 0.5  # seconds after a failed request; doubled up to MAX_BACKOFF
MAX_BACKOFF = 30.0


class EmbedStage:
    """Keeps several requests in flight; each batch is stored when its response arrives. For the indexer's thread."""

    def __init__(
        self,
        catalogue: Catalogue,
        index_set: IndexSet,
        engine: EngineServer,
        settings: Settings,
        *,
        wake: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._index_set = index_set
        self._engine = engine
        self._settings = settings
        self._wake = wake
        self._queue: deque[PendingPassage] = deque()
        self._batches: deque[list[PendingPassage]] = deque()
        self._remaining: Counter[int] = Counter()  # passages without a vector, by content
        self._without_passages: list[int] = []  # contents to be marked as embedded
        self._in_flight: dict[Future[Vectors], list[PendingPassage]] = {}
        self._embedder: CurrentEmbedder[Endpoint] = CurrentEmbedder(in_flight=settings.requests_in_flight)
        self._is_incomplete = False  # whether contents are missing from the queue after a storage error
        self._backoff = 0.0
        self._not_before = 0.0
        self.stored = 0
        self.error: EngineError | None = None
        self.reload()

    @property
    def waiting(self) -> int:
        """The number of passages without a vector, in flight or not."""
        return len(self._queue) + sum(map(len, self._batches)) + sum(map(len, self._in_flight.values()))

    def reload(self) -> None:
        """Replace the queue by the waiting passages of the catalogue."""
        with self._catalogue.transaction():
            self._catalogue.vectors.mark_complete(self._index_set.model_id, self._index_set.chunking_id)
        rows = self._catalogue.vectors.waiting(self._index_set.model_id, self._index_set.chunking_id)
        in_flight = {item.passage_id for batch in self._in_flight.values() for item in batch}
        self._queue = deque(PendingPassage(*row) for row in rows if row[0] not in in_flight)
        self._batches.clear()
        self._remaining = Counter(row[1] for row in rows)

    def add(self, content_ids: Iterable[int], *, first: Collection[int] = ()) -> None:
        """Queue the passages of new or restored contents, those of `first` before all others.

        Stored vectors of restored contents go to the vector index at once. Raises StorageFullError; what was not queued
        then is found by the next `submit`.
        """
        try:
            self._enqueue(content_ids, first)
        except StorageFullError:
            self._is_incomplete = True
            raise

    def _enqueue(self, content_ids: Iterable[int], first: Collection[int]) -> None:
        for content_id in content_ids:
            known = self._catalogue.vectors.ids_of_content(self._index_set.model_id, content_id)
            for ids, vectors in self._catalogue.vectors.read(self._index_set.model_id, known):
                self._index_set.vectors.add(ids, vectors, content_id)
            passages = self._catalogue.passages.of_content(content_id, self._index_set.chunking_id)
            rows = [row for row in passages if row.id not in known]
            waiting = [PendingPassage(row.id, content_id, row.tokens) for row in rows]
            if content_id in first:
                self._batches.extendleft(pack_batches(waiting, self._settings.batch_tokens))
            else:
                self._queue.extend(waiting)
            self._remaining[content_id] += len(rows)
            if not rows:
                self._without_passages.append(content_id)
        if self._without_passages:
            with self._catalogue.transaction():
                self._catalogue.vectors.mark_embedded(self._index_set.model_id, self._without_passages)
            self._without_passages.clear()

    def warm_up(self) -> None:
        """Import the engine's client ahead of the first query, in a program that stays open."""
        if self._settings.watch:
            import_client()

    @property
    def is_working(self) -> bool:
        """Whether passages are embedded, or soon will be: not while the engine is off or fails."""
        status = self._engine.status()
        is_off = status.is_unavailable or status.state in ("stopped", "released") or self.error is not None
        return bool(self._in_flight) or (self.waiting > 0 and not is_off)

    def submit(self) -> None:
        """Send batches to the engine, unless it is not running or has just failed."""
        if self._is_incomplete:
            self.reload()
            self._is_incomplete = False
        if not (self._queue or self._batches):
            return
        self._engine.wake(for_work=True)
        endpoint = self._engine.endpoint()
        if endpoint is None or time.monotonic() < self._not_before:
            return
        embedder = self._embedder.at(endpoint)
        for _ in range(self._settings.requests_in_flight - len(self._in_flight)):
            if batch := self._next_batch():
                self._send(embedder, batch)

    def until_retry(self) -> float | None:
        """Seconds until the retry of a failed request; None if there is none to retry."""
        wait = self._not_before - time.monotonic()
        return wait if wait > 0 and self.waiting else None

    def store(self) -> int:
        """Store the vectors that arrived; returns their number. A batch counts as in flight until it is stored."""
        count = 0
        for future in [future for future in self._in_flight if future.done()]:
            batch = self._in_flight[future]
            try:
                vectors = future.result()
            except (EngineError, CancelledError) as error:
                del self._in_flight[future]
                self._retry_later(batch, error)
                continue
            self._store(batch, vectors)
            del self._in_flight[future]
            count += len(batch)
            self._backoff, self.error = 0.0, None
        self.stored += count
        return count

    def cancel(self) -> None:
        """Send no more requests; returns at once. Passages in flight stay unembedded in the catalogue."""
        self._embedder.cancel()

    def close(self) -> None:
        """Abort the requests in flight and wait for their threads."""
        self._embedder.close()

    def _next_batch(self) -> list[PendingPassage]:
        if not self._batches:
            window: list[PendingPassage] = []
            tokens = 0
            while self._queue and tokens < self._settings.batch_tokens * WINDOW_BATCHES:
                window.append(self._queue.popleft())
                tokens += window[-1].tokens
            self._batches.extend(pack_batches(window, self._settings.batch_tokens))
        return self._batches.popleft() if self._batches else []

    def _send(self, embedder: Embedder, batch: list[PendingPassage]) -> None:
        try:
            rows = self._catalogue.passages.get_many([item.passage_id for item in batch])
            batch = [item for item in batch if item.passage_id in rows]  # the others were deleted
            texts = [
                self._catalogue.contents.text(item.content_id, rows[item.passage_id].start, rows[item.passage_id].stop)
                for item in batch
            ]
            batch, texts = self._without_language_stored(batch, texts)
            if not batch:
                return
            with self._catalogue.transaction():
                self._catalogue.vectors.count_sent(len(batch))
        except BaseException:
            self._batches.appendleft(batch)
            raise
        future = embedder.submit(texts)
        self._in_flight[future] = batch
        future.add_done_callback(lambda _: self._wake())

    def _without_language_stored(
        self, batch: list[PendingPassage], texts: list[str]
    ) -> tuple[list[PendingPassage], list[str]]:
        """The passages to send with their texts; for those without language rows of zeros are stored at once.

        These are in no vector index, so they are found by their words alone.
        """
        to_send = [place for place, text in enumerate(texts) if has_language(text)]
        others = [item for place, item in enumerate(batch) if place not in to_send]
        if others:
            self._store(others, np.zeros((len(others), self._index_set.model_spec.dimension), np.float32), sent=False)
            self._wake()  # there may be nothing in flight that would
        return [batch[place] for place in to_send], [texts[place] for place in to_send]

    def _store(self, batch: list[PendingPassage], vectors: Vectors, *, sent: bool = True) -> None:
        done = Counter(item.content_id for item in batch)
        complete = [content_id for content_id, count in done.items() if 0 < self._remaining[content_id] <= count]
        existing = self._catalogue.passages.get_many([item.passage_id for item in batch])
        with self._catalogue.transaction():
            self._catalogue.vectors.put(self._index_set.model_id, [item.passage_id for item in batch], vectors)
            self._catalogue.vectors.mark_embedded(self._index_set.model_id, complete)
            if sent:
                refused = {item.content_id for item, vector in zip(batch, vectors, strict=True) if not vector.any()}
                self._catalogue.contents.mark_refused(refused)
        self._remaining.subtract(done)
        for content_id in complete:
            del self._remaining[content_id]
        rows = [place for place, item in enumerate(batch) if item.passage_id in existing]
        ids = np.array([batch[place].passage_id for place in rows], np.int64)
        if rows:
            contents = np.array([batch[place].content_id for place in rows], np.int64)
            self._index_set.vectors.add(ids, vectors[rows], contents)

    def _retry_later(self, batch: list[PendingPassage], error: BaseException) -> None:
        """Put a failed batch back to the front, and back off unless the engine was stopped on purpose."""
        self._batches.appendleft(batch)
        was_stopped = self._engine.status().state in ("stopping", "released")
        if isinstance(error, EngineError) and not was_stopped:
            self.error = error
            self._backoff = min(MAX_BACKOFF, max(MIN_BACKOFF, self._backoff * 2))
            self._not_before = time.monotonic() + self._backoff
            if self._embedder.endpoint is not None:
                self._engine.complain(self._embedder.endpoint)
