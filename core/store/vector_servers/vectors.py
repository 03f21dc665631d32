"""Vectors of one model on a server, as the indexer and the search use them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from core.errors import VectorStoreError
from core.store.candidates import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Ids, Vectors, VectorsTable
from core.store.integrity.consistency import Difference
from core.store.vector_servers import scoped_search
from core.store.vector_servers.database import VectorDatabase
from core.store.vector_servers.ledger import Ledger, range_of
from core.store.vector_servers.reachability import Reachability
from core.store.vector_servers.uploader import Uploader

SEARCH_SECONDS = 2.0  # that a question waits for the server, before it goes on by words alone
CHECK_SECONDS = 30.0  # for one request of a comparison


class ServerVectors:
    """A `VectorStore` on a server. What is added and removed is sent on a thread of its own.

    Nobody waits for the server but a question, for up to `SEARCH_SECONDS`.
    """

    def __init__(self, root: Path, database: VectorDatabase, ledger: Ledger, dimension: int, *, writable: bool) -> None:
        self.dimension = dimension
        self.path = ledger.path
        self.is_of_older_version = False
        self._root, self._database, self._ledger, self._writable = root, database, ledger, writable
        self._reachability = Reachability()
        self._uploader: Uploader | None = None
        self._model_id = 0

    def __len__(self) -> int:
        return len(self._ledger)

    @property
    def changed(self) -> bool:
        """Whether `save` has anything to write."""
        return self._writable and self._ledger.changed

    @property
    def trouble(self) -> VectorStoreError | None:
        """Why the server is not searched at the moment."""
        return self._reachability.error

    @property
    def pending(self) -> int:
        """The number of ranges of passages that the server does not have as the catalogue has them."""
        return 0 if self._uploader is None else self._uploader.pending

    def listen(self, changed: Callable[[], None]) -> None:
        """Call this, on any thread, when `trouble` or `pending` has changed."""
        self._reachability.on_change = changed

    def sync(self, rows: VectorsTable, model_id: int) -> bool:
        """Send what differs from the catalogue, in the background; never has vectors to remove at once."""
        self._model_id = model_id
        if not self._writable:
            return False
        ranges = self._ledger.differing(rows.range_sums(model_id))
        self._ledger.mark(ranges)
        if self._uploader is None:
            self._uploader = Uploader(self._root, model_id, self._database, self._ledger, self._reachability)
            self._uploader.rewrite(ranges)
            self._uploader.start()
        else:
            self._uploader.rewrite(ranges)
        return False

    def add(self, ids: Ids, vectors: Vectors, contents: Ids | int) -> None:  # noqa: ARG002 - read from the catalogue
        """Send passages, as the catalogue has them."""
        self._touch(ids)

    def remove(self, ids: Ids) -> None:
        """Have passages deleted that the catalogue does not have any more."""
        self._touch(ids)

    def search(self, vector: Vectors, limit: int, scope: Candidates | None = None) -> list[tuple[int, float]]:
        """The nearest passages to a vector (shape: dimension) as (passage id, cosine), best first, within `scope`.

        Raises VectorStoreError, at once where the server did not answer a moment ago.
        """
        if not len(self._ledger):
            return []
        self._reachability.require()
        try:
            return scoped_search.search(self._database, vector, limit, scope, SEARCH_SECONDS)
        except VectorStoreError as error:
            self._reachability.failed(error)
            if self._uploader is not None:
                self._uploader.check()
            raise

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:  # noqa: ARG002
        """Nothing: who asks has the catalogue, which is nearer."""
        return {}

    def sample(self, count: int) -> Ids:
        """At most `count` passages of the catalogue, taken evenly from all."""
        with closing(Catalogue(self._root, writable=False)) as catalogue:
            sums = catalogue.vectors.range_sums(self._model_id)
            ends = np.cumsum(sums[:, 1])
            if not len(ends):
                return np.zeros(0, np.int64)
            places = np.linspace(0, ends[-1] - 1, min(count, int(ends[-1]))).astype(np.int64)
            rows = np.searchsorted(ends, places, side="right")
            chosen = []
            for row in np.unique(rows):
                ids = catalogue.vectors.indexed_ids(self._model_id, *range_of(int(sums[row, 0])))
                here = places[rows == row] - (ends[row] - sums[row, 1])
                chosen.append(ids[np.minimum(here, len(ids) - 1)])
        return np.concatenate(chosen)

    def compare(self, rows: VectorsTable, model_id: int, stopped: Callable[[], bool]) -> Difference:
        """Compare the server with the catalogue, range by range; as far as it got if `stopped`.

        Raises VectorStoreError.
        """
        self._database.open(CHECK_SECONDS)
        expected = missing = found = surplus = 0
        ranges = {*self._ledger.ranges, *rows.range_sums(model_id)[:, 0].tolist()}
        for number in sorted(ranges):
            if stopped():
                break
            stored = rows.indexed_ids(model_id, *range_of(number))
            present = self._database.ids(*range_of(number), CHECK_SECONDS)
            expected, found = expected + len(stored), found + len(present)
            missing += len(np.setdiff1d(stored, present, assume_unique=True))
            surplus += len(np.setdiff1d(present, stored, assume_unique=True))
        if not stopped():
            surplus += max(0, self._database.count(CHECK_SECONDS) - found)  # of ranges that nobody knows
        return Difference(expected, missing, surplus)

    def forget(self) -> None:
        """Have everything compared with the server, and sent, at the next opening."""
        self._ledger.mark(self._ledger.ranges)

    def save(self) -> None:
        """Write down what the server has acknowledged. Raises StorageFullError."""
        if self._writable:
            self._ledger.save()

    def compact(self) -> bool:
        """Nothing: that is the server's own work."""
        return False

    def encode_next(self) -> bool:
        """Nothing: that is the server's own work, too."""
        return False

    def unload(self) -> None:
        """Nothing: the vectors are not in this machine's memory."""

    def delete_files(self) -> None:
        """Nothing: the ledger says what the server has."""

    def close(self) -> None:
        """End the connection. Raises StorageFullError."""
        if self._uploader is not None:
            self._uploader.close()
        self._database.close()
        self.save()

    def _touch(self, ids: Ids) -> None:
        if self._uploader is not None and len(ids):
            self._uploader.touch(ids.astype(np.int64))
