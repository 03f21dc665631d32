"""The coarse scan of one generation of vectors: its groups of codes, read when needed and made step by step."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

import numpy as np

from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.vector import coarse, coarse_files, scan
from core.store.vector.coarse import CoarseGroup
from core.store.vector.log import LogState
from core.store.vector.scan import Scores
from core.store.vector.segments import MappedSegments

MIN_SEGMENTS = 2  # full ones, below which it is not looked at
MAX_SHARE = 0.25  # of the rows: who wants more than that of them as candidates compares all
log = logging.getLogger(__name__)


class CoarseScan:
    """One thread encodes, any thread may search."""

    def __init__(self, log_path: Path, state: LogState) -> None:
        """`state` is that of the log when it was read; later ones of its generation have more rows."""
        self._path = log_path
        self._state = state
        self._lock = threading.Lock()  # held while the groups are read
        self._groups: tuple[CoarseGroup, ...] | None = None
        self._may_write = True

    def candidates(self, query: Vectors, count: int) -> tuple[Ids, int] | None:
        """The rows that are probably the best `count` for a query, ascending, of how many rows from the first one on.

        None if all should be compared.
        """
        groups = self._known()
        if not groups or count > MAX_SHARE * groups[-1].stop:
            return None

        def search(group: CoarseGroup) -> tuple[Ids, Scores]:
            return group.search(query, count)

        rows, _ = scan.best_of(scan.in_threads(search, groups, len(groups)), count)
        return np.sort(rows), groups[-1].stop

    def encode_next(self, mapped: MappedSegments, crossing: float) -> bool:
        """Encode the next full segment, if there are `crossing` vectors or more; returns whether it did.

        Below half of them, the codes that are there are deleted. Questions go on meanwhile.
        """
        segment_rows = mapped.layout.segment_rows
        full = mapped.rows_mapped // segment_rows
        groups = self._known()
        done = groups[-1].stop if groups else 0
        if full * segment_rows < crossing:
            if groups and 2 * full * segment_rows < crossing:
                self._groups = ()
                coarse_files.delete(self._path, keep="")
            return False
        if done >= full * segment_rows:
            return False
        number, place = divmod(done, self._group_rows)
        first = number * self._group_rows
        older = None
        if place:  # a copy, as questions are searching this one
            older = coarse_files.copy(groups[-1].index)
            groups = groups[:-1]
        index = coarse.encode(mapped.codes(done, segment_rows), mapped.layout.dimension, older)
        self._groups = (*groups, CoarseGroup(first, index))
        if self._may_write and (index.ntotal == self._group_rows or done + segment_rows == full * segment_rows):
            self._write(number)
        return True

    @property
    def _group_rows(self) -> int:
        return coarse.GROUP_SEGMENTS * self._state.layout.segment_rows

    def _known(self) -> tuple[CoarseGroup, ...]:
        groups = self._groups
        if groups is None:
            with self._lock:
                groups = self._groups
                if groups is None:
                    groups = ()
                    if self._state.generation:
                        groups = coarse_files.read(self._path, self._state, self._group_rows)
                    self._groups = groups
        return groups

    def _write(self, number: int) -> None:
        groups = self._known()
        try:
            coarse_files.write(self._path, self._state, number, groups[number].index)
        except OSError as error:
            self._may_write = False
            log.warning("the codes of vector index %s are not saved: %s", self._path.name, error.strerror)
