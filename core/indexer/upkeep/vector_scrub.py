"""Checks the files of the vector indexes for bit rot in idle time, some blocks at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence

from core.store.vector.index import VectorIndex

INTERVAL = 120.0  # seconds between two batches, and before the first
ROUND_INTERVAL = 86_400.0  # seconds after which the blocks that were checked are checked again
BLOCKS = 32  # a batch: up to 131,072 vectors, some tenths of a second


class VectorScrub:
    """Use it on the indexer's thread."""

    def __init__(self) -> None:
        self._next = time.monotonic() + INTERVAL
        self._checked = 0  # blocks in this round

    def next_batch(self, indexes: Sequence[VectorIndex]) -> bool:
        """Check the next blocks of each index if a batch is due.

        Returns whether vectors were removed, which must be added again.
        """
        if self.next_wakeup() > 0:
            return False
        self._next = time.monotonic() + INTERVAL
        loaded = [vectors for vectors in indexes if vectors.is_loaded]
        if not loaded:
            return False
        self._checked += BLOCKS
        if self._checked >= max(vectors.block_count for vectors in loaded):
            self._checked, self._next = 0, time.monotonic() + ROUND_INTERVAL
        damaged = [vectors for vectors in loaded if vectors.check_blocks(BLOCKS)]
        return bool(damaged)

    def next_wakeup(self) -> float:
        """Seconds until the next batch is due."""
        return max(0.0, self._next - time.monotonic())
