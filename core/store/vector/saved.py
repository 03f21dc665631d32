"""The vectors that a vector index has in its files: mapped to memory, and never changed there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from core.store.candidates import Candidates
from core.store.catalogue.vectors_table import Ids, Vectors
from core.store.vector import coarse, scan, segments
from core.store.vector.coarse_scan import MIN_SEGMENTS, CoarseScan
from core.store.vector.log import LogState, SavedBlock
from core.store.vector.scan import Mask, Scores
from core.store.vector.segments import MappedSegments

SEGMENTS_PER_THREAD = 2  # at least
MIN_DELETED = 1000  # rows, below which the files are not written anew
MAX_DELETED_SHARE = 0.2
MIN_BLOCKS = 1000
SMALL_BLOCK = 256  # rows


class SavedVectors:
    """The rows of a log and the vectors in its file. A deletion makes another one; any thread may search.

    A row stays where it is; `state.alive` says whether it still counts.
    """

    def __init__(
        self, state: LogState, mapped: MappedSegments, coarse_scan: CoarseScan, unlogged: tuple[Ids, ...] = ()
    ) -> None:
        """`unlogged` are rows that were deleted, but of which the log does not say so yet."""
        self.state = state
        self.unlogged = unlogged
        self.mapped = mapped
        self.coarse_scan = coarse_scan
        self.deleted = len(state.alive) - int(np.count_nonzero(state.alive))

    def __len__(self) -> int:
        return len(self.state.alive) - self.deleted

    @property
    def ids(self) -> Ids:
        """The passages whose rows count, unordered."""
        if not self.deleted:
            return self.state.ids
        found: Ids = self.state.ids[self.state.alive]
        return found

    @property
    def is_fragmented(self) -> bool:
        """Whether the files are worth writing anew: many rows are deleted, or many blocks are small."""
        rows, blocks = len(self.state.ids), len(self.state.blocks)
        return self.deleted > max(MIN_DELETED, MAX_DELETED_SHARE * rows) or blocks > MIN_BLOCKS + rows // SMALL_BLOCK

    def rows_of(self, ids: Ids) -> Ids:
        """The row of each passage that has one, in the order of the ids."""
        sorted_ids, rows = self._by_id
        if not len(sorted_ids):
            return np.zeros(0, np.int64)
        places = np.minimum(np.searchsorted(sorted_ids, ids), len(sorted_ids) - 1)
        found = rows[places[sorted_ids[places] == ids]]
        alive: Ids = found[self.state.alive[found]]
        return alive

    def without(self, rows: Ids) -> SavedVectors:
        """The same without some rows."""
        alive = self.state.alive.copy()
        alive[rows] = False
        other = SavedVectors(replace(self.state, alive=alive), self.mapped, self.coarse_scan, (*self.unlogged, rows))
        if "_by_id" in self.__dict__:
            other.__dict__["_by_id"] = self._by_id  # `rows_of` leaves out what was deleted since
        return other

    def search(self, query: Vectors, limit: int, scope: Candidates | None) -> tuple[Ids, Scores]:
        """The best passages for a query (shape: 1 x dimension) and their scores, best first, within `scope`.

        Only without a scope are candidates taken from the coarse scan, which knows no filter.
        """
        depth = coarse.REFINED * limit * len(self.state.alive) // max(1, len(self))  # some of them are deleted
        candidates = self.coarse_scan.candidates(query, depth) if scope is None else None
        if candidates is None:
            return self._search_all(query, limit, scope, 0)
        rows, start = candidates
        rows = rows[self.state.alive[rows]]
        chosen, scores = coarse.refine(query, limit, self.mapped.rows(rows))
        rest = self._search_all(query, limit, None, start)
        return scan.best_of([(self.state.ids[rows[chosen]], scores), rest], limit)

    def _search_all(self, query: Vectors, limit: int, scope: Candidates | None, start: int) -> tuple[Ids, Scores]:
        """The best passages of the segments from the row `start` on."""
        allowed = self._allowed(scope)

        def search(segment: tuple[int, Any]) -> tuple[Ids, Scores]:
            first, index = segment
            inside = None if allowed is None else allowed[first : first + index.ntotal]
            if inside is not None and not inside.any():
                return np.zeros(0, np.int64), np.zeros(0, np.float32)
            rows, scores = scan.search(index, query, limit, inside)
            return self.state.ids[first + rows], scores

        parts = [segment for segment in self.mapped.segments if segment[0] >= start]
        return scan.best_of(scan.in_threads(search, parts, len(parts) // SEGMENTS_PER_THREAD), limit)

    def vectors(self, ids: Ids) -> tuple[Ids, Vectors]:
        """Those of some ids that it has, and their vectors."""
        rows = self.rows_of(ids)
        return self.state.ids[rows], self.mapped.vectors(rows)

    @property
    def has_full_segments(self) -> bool:
        """Whether there are enough vectors for codes to be looked at."""
        return self.mapped.rows_mapped >= MIN_SEGMENTS * self.mapped.layout.segment_rows

    def measured_crossing(self) -> float:
        """The number of vectors from which codes answer faster on this machine, from the first segment.

        Takes some tenths of a second of a processor.
        """
        first, index = self.mapped.segments[0]
        return coarse.crossing(index, self.mapped.codes(first, index.ntotal))

    def damaged_ids(self, blocks: Iterable[SavedBlock]) -> Ids:
        """The passages in those of some blocks whose vectors are not as they were written; reads the blocks."""
        found = [np.zeros(0, np.int64)]
        for block in blocks:
            if segments.digest(self.mapped.codes(block.first, block.count).reshape(-1)) != block.digest:
                rows = slice(block.first, block.first + block.count)
                found.append(self.state.ids[rows][self.state.alive[rows]])
        return np.concatenate(found)

    def _allowed(self, scope: Candidates | None) -> Mask | None:
        """Which rows a search may find; None for all."""
        if scope is None:
            return self.state.alive if self.deleted else None
        return scope.has(self.state.contents) & self.state.alive

    @cached_property
    def _by_id(self) -> tuple[Ids, Ids]:
        """The passage ids of the rows that count, ascending, and their rows."""
        rows = np.flatnonzero(self.state.alive)
        ids = self.state.ids[rows]
        if np.all(ids[:-1] < ids[1:]):
            return ids, rows
        order = np.argsort(ids, kind="stable")
        return ids[order], rows[order]


def codes_path(log_path: Path, generation: str) -> Path:
    """The file of the vectors that belong to a log."""
    return log_path.with_name(f"{log_path.stem}.{generation}.codes")
