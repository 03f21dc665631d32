"""Waiting passages to the engine, their vectors into the catalogue and the vector index."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import CancelledError, Future

import numpy as np

from core.embed import WINDOW_BATCHES, Embedder, PendingPassage, Vectors, pack_batches
from core.engine.server import Endpoint, EngineServer
from core.errors import EngineError
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import IndexSet

FIRST_PAUSE = 0.5  # seconds after a failure; doubled up to LONGEST_PAUSE
LONGEST_PAUSE = 30.0


class EmbedStage:
    """The meaning lane: several requests under way, each batch stored as it comes back."""

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
        self._left: Counter[int] = Counter()
        self._empty: list[int] = []  # contents without a passage that are not noted yet
        self._flights: dict[Future[Vectors], list[PendingPassage]] = {}
        self._asked: tuple[Endpoint, Embedder] | None = None
        self._pause = 0.0
        self._not_before = 0.0
        self.stored = 0
        self.error: EngineError | None = None
        self.reload()

    @property
    def waiting(self) -> int:
        """Passages without a vector, under way or not."""
        return len(self._queue) + sum(map(len, self._batches)) + sum(map(len, self._flights.values()))

    def reload(self) -> None:
        """Take the list of what waits from the catalogue."""
        with self._catalogue.transaction():
            self._catalogue.vectors.mark_complete(self._index_set.model_id, self._index_set.chunking_id)
        rows = self._catalogue.vectors.waiting(self._index_set.model_id, self._index_set.chunking_id)
        under_way = {item.passage_id for batch in self._flights.values() for item in batch}
        self._queue = deque(PendingPassage(*row) for row in rows if row[0] not in under_way)
        self._batches.clear()
        self._left = Counter(row[1] for row in rows)

    def add(self, content_ids: Iterable[int], *, first: Collection[int] = ()) -> None:
        """Let the passages of contents wait that were just stored, or came back and may have vectors already.

        Those of `first` go before all others.
        """
        for content_id in content_ids:
            known = self._catalogue.vectors.ids_of_content(self._index_set.model_id, content_id)
            for ids, vectors in self._catalogue.vectors.read(self._index_set.model_id, known):
                self._index_set.vectors.add(ids, vectors)
            passages = self._catalogue.passages.of_content(content_id, self._index_set.chunking_id)
            rows = [row for row in passages if row.id not in known]
            waiting = [PendingPassage(row.id, content_id, row.tokens) for row in rows]
            if content_id in first:
                self._batches.extendleft(pack_batches(waiting, self._settings.batch_tokens))
            else:
                self._queue.extend(waiting)
            self._left[content_id] += len(rows)
            if not rows:
                self._empty.append(content_id)
        if self._empty:
            with self._catalogue.transaction():
                self._catalogue.vectors.mark_embedded(self._index_set.model_id, self._empty)
            self._empty.clear()

    def feed(self) -> None:
        """Keep the engine busy, if it is there and did not just fail."""
        if not (self._queue or self._batches):
            return
        self._engine.wake(for_work=True)
        endpoint = self._engine.endpoint()
        if endpoint is None or time.monotonic() < self._not_before:
            return
        embedder = self._embedder(endpoint)
        while len(self._flights) < self._settings.requests_in_flight and (batch := self._next_batch()):
            self._send(embedder, batch)

    def until_retry(self) -> float | None:
        """Seconds until a failed engine may be asked again."""
        wait = self._not_before - time.monotonic()
        return wait if wait > 0 and self.waiting else None

    def store(self) -> int:
        """Store the vectors that came back; returns how many passages. A batch is let go only once it is stored."""
        count = 0
        for future in [flight for flight in self._flights if flight.done()]:
            batch = self._flights[future]
            try:
                vectors = future.result()
            except (EngineError, CancelledError) as error:
                del self._flights[future]
                self._failed(batch, error)
                continue
            self._keep(batch, vectors)
            del self._flights[future]
            count += len(batch)
            self._pause, self.error = 0.0, None
        self.stored += count
        return count

    def abandon(self) -> None:
        """Ask nothing more; what is under way waits in the catalogue. Returns at once."""
        if self._asked is not None:
            self._asked[1].cancel()

    def close(self) -> None:
        """End the requests under way, which an engine that was stopped answers at once."""
        if self._asked is not None:
            self._asked[1].close()

    def _embedder(self, endpoint: Endpoint) -> Embedder:
        if self._asked is None or self._asked[0] != endpoint:
            if self._asked is not None:
                self._asked[1].close()
            embedder = Embedder(
                endpoint.base_url,
                endpoint.api_key,
                endpoint.model_spec,
                in_flight=self._settings.requests_in_flight,
                served_as=endpoint.served_as,
            )
            self._asked = (endpoint, embedder)
        return self._asked[1]

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
            batch = [item for item in batch if item.passage_id in rows]  # the others were dropped meanwhile
            texts = [
                self._catalogue.contents.text(item.content_id, rows[item.passage_id].start, rows[item.passage_id].stop)
                for item in batch
            ]
            if not batch:
                return
            with self._catalogue.transaction():
                self._catalogue.vectors.count_sent(len(batch))
        except BaseException:
            self._batches.appendleft(batch)
            raise
        future = embedder.submit(texts)
        self._flights[future] = batch
        future.add_done_callback(lambda _: self._wake())

    def _keep(self, batch: list[PendingPassage], vectors: Vectors) -> None:
        spent = Counter(item.content_id for item in batch)
        finished = [number for number, count in spent.items() if 0 < self._left[number] <= count]
        alive = self._catalogue.passages.get_many([item.passage_id for item in batch])
        with self._catalogue.transaction():
            self._catalogue.vectors.put(self._index_set.model_id, [item.passage_id for item in batch], vectors)
            self._catalogue.vectors.mark_embedded(self._index_set.model_id, finished)
            refused = {item.content_id for item, vector in zip(batch, vectors, strict=True) if not vector.any()}
            self._catalogue.contents.mark_refused(refused)
        self._left.subtract(spent)
        for number in finished:
            del self._left[number]
        rows = [place for place, item in enumerate(batch) if item.passage_id in alive]
        ids = np.array([batch[place].passage_id for place in rows], np.int64)
        if rows:
            self._index_set.vectors.add(ids, vectors[rows])

    def _failed(self, batch: list[PendingPassage], error: BaseException) -> None:
        """Put a batch back to the front, and ask again after a while."""
        self._batches.appendleft(batch)
        was_cut = self._engine.status().state in ("stopping", "released")  # by a person, or for want of use
        if isinstance(error, EngineError) and not was_cut:
            self.error = error
            self._pause = min(LONGEST_PAUSE, max(FIRST_PAUSE, self._pause * 2))
            self._not_before = time.monotonic() + self._pause
            if self._asked is not None:
                self._engine.complain(self._asked[0])
