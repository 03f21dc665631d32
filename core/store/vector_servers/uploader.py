"""Brings a server into step with the catalogue, on a thread of its own, range by range of passage ids."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np

from core.errors import FindlingError, VectorStoreError
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import RANGE_BITS, Ids
from core.store.vector_servers.database import VectorDatabase
from core.store.vector_servers.ledger import Ledger, range_of
from core.store.vector_servers.reachability import Reachability

ROWS = 512  # sent at a time
SECONDS = 15.0  # for one request
CLOSING_SECONDS = 3.0  # that a library which is closed waits for the request in flight
MIN_PAUSE, MAX_PAUSE = 1.0, 30.0  # seconds after a failure; doubled
SAVE_RANGES = 32  # after which the ledger is saved
KEPT_RANGES = 8  # whose passages on the server are remembered
log = logging.getLogger(__name__)


class Uploader:
    """Sends what was touched as the catalogue has it then, so that it matters not in which order changes are told.

    Of a range that is rewritten all rows are sent, of others only those touched. Thread-safe.
    """

    def __init__(
        self, root: Path, model_id: int, database: VectorDatabase, ledger: Ledger, reachability: Reachability
    ) -> None:
        self._root, self._model_id = root, model_id
        self._database, self._ledger, self._reachability = database, ledger, reachability
        self._lock = threading.Lock()
        self._waiting: dict[int, set[int] | None] = {}  # passages by range; None: all of it
        self._present: dict[int, Ids] = {}  # what the server has of the ranges changed last
        self._sending: int | None = None
        self._is_checked = False  # whether the server has as many rows as it was sent
        self._stop, self._wake = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="vector-store", daemon=True)

    def start(self) -> None:
        self._wake.set()
        self._thread.start()

    @property
    def pending(self) -> int:
        """The number of ranges with something to send."""
        with self._lock:
            return len(self._waiting) + (self._sending is not None)

    def touch(self, passages: Ids) -> None:
        """Send what the catalogue has of some passages; those that it does not have are deleted."""
        with self._lock:
            for passage in passages.tolist():
                touched = self._waiting.setdefault(passage >> RANGE_BITS, set())
                if touched is not None:
                    touched.add(passage)
        self._wake.set()

    def rewrite(self, ranges: Iterable[int]) -> None:
        """Send all of some ranges."""
        with self._lock:
            self._waiting.update(dict.fromkeys(ranges))
        self._wake.set()

    def check(self) -> None:
        """Ask the server again, as it has just failed; it may have lost rows."""
        self._is_checked = False
        self._wake.set()

    def close(self) -> None:
        """Stop after the request in flight; what was not sent is sent after the next opening."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        pause = 0.0
        while not self._stop.wait(pause):
            if not pause:
                self._wake.wait()
            self._wake.clear()
            if self._stop.is_set():
                return
            try:
                self._bring_into_step()
                pause = 0.0
            except _ClosedMeanwhile:
                return
            except VectorStoreError as error:
                self._present.clear()
                self._is_checked = False
                self._reachability.failed(error)
                pause = min(MAX_PAUSE, max(MIN_PAUSE, 2 * pause))
            except FindlingError as error:  # the library's own disk is full, or away
                log.warning("the vector store waits: %s", error)
                pause = MAX_PAUSE

    def _bring_into_step(self) -> None:
        self._database.open(SECONDS)
        self._reachability.answered()
        with closing(Catalogue(self._root, writable=False)) as catalogue:
            self._send_waiting(catalogue)
            if not self._is_checked and self._database.count(SECONDS) != len(self._ledger):
                self._start_again(catalogue)
                self._send_waiting(catalogue)
        self._is_checked = True
        self._reachability.on_change()

    def _start_again(self, catalogue: Catalogue) -> None:
        """Send everything into a new collection: the server has lost rows, or has others."""
        log.warning("the vector store %s is not as it was left; everything is sent again", self._database.address)
        self._database.drop(SECONDS)
        self._database.open(SECONDS)
        self._present.clear()
        self.rewrite({*self._ledger.ranges, *catalogue.vectors.range_sums(self._model_id)[:, 0].tolist()})

    def _send_waiting(self, catalogue: Catalogue) -> None:
        done = 0
        while (taken := self._take()) is not None:
            try:
                self._send_range(catalogue, *taken)
            except BaseException:
                self._put_back(*taken)
                raise
            self._sending = None
            done += 1
            if done % SAVE_RANGES == 0:
                self._ledger.save()
        self._ledger.save()

    def _take(self) -> tuple[int, Ids | None] | None:
        """The next range to send, and the passages of it (None: all); None if there is none, or no time."""
        with self._lock:
            if not self._waiting or self._stop.is_set():
                return None
            self._sending = min(self._waiting)
            touched = self._waiting.pop(self._sending)
        return self._sending, None if touched is None else np.array(sorted(touched), np.int64)

    def _put_back(self, number: int, chosen: Ids | None) -> None:
        with self._lock:
            self._sending = None
            later = self._waiting.get(number, set())
            self._waiting[number] = None if chosen is None or later is None else later | set(chosen.tolist())

    def _send_range(self, catalogue: Catalogue, number: int, chosen: Ids | None) -> None:
        low, high = range_of(number)
        self._ledger.mark([number])
        present = self._present.pop(number, None)
        if present is None:
            present = self._database.ids(low, high, SECONDS)
        stored = catalogue.vectors.indexed_ids(self._model_id, low, high)
        chosen_ids = stored if chosen is None else np.intersect1d(stored, chosen, assume_unique=True)
        surplus = np.setdiff1d(present, stored, assume_unique=True)
        for start in range(0, len(chosen_ids), ROWS):
            if self._stop.is_set():
                raise _ClosedMeanwhile
            for passages, vectors in catalogue.vectors.read(self._model_id, chosen_ids[start : start + ROWS]):
                self._database.upsert(passages, catalogue.vectors.contents_of(passages), vectors, SECONDS)
        if len(surplus):
            self._database.delete(surplus, SECONDS)
        present = np.union1d(np.setdiff1d(present, surplus, assume_unique=True), chosen_ids)
        self._present = {**dict(list(self._present.items())[1 - KEPT_RANGES :]), number: present}
        self._ledger.settle(number, present)


class _ClosedMeanwhile(Exception):
    """The library is closed."""
