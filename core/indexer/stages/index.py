"""Keeps the indexes of the configured model, and of the previous one while it answers, in sync with the catalogue."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from core.chunk import chunking_config
from core.events import ModelSwitch, RetrieverProgress
from core.indexer.previous_model import PreviousModel, PreviousModelSettings
from core.indexer.progress import retriever_progress
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue, Counts
from core.store.index_set import Indexes, IndexSet
from core.store.lexical import set_aside
from core.store.lexical.index import LexicalIndex
from core.store.vector import files
from core.store.vector.index import VectorIndex
from core.store.vector_servers.choice import chosen_store

COMMIT_INTERVAL = 2.0  # seconds between two commits of a lexical index while texts keep arriving
MAX_COMMIT_INTERVAL = 15.0  # where a commit takes long: each makes a segment, which is merged with others later
COMMIT_SHARE = 0.02  # of the time may go into commits
REBUILD_INTERVAL = 60.0  # seconds between two rebuilds of a damaged lexical index
log = logging.getLogger(__name__)


class IndexStage:
    """Updates the indexes on the indexer's thread; `indexes` is thread-safe."""

    def __init__(
        self, root: Path, catalogue: Catalogue, settings: Settings, previous: PreviousModelSettings | None
    ) -> None:
        fingerprint = chunking_config(settings).fingerprint
        self._root, self._catalogue = root, catalogue
        self._model = settings.model
        self.index_set = IndexSet(
            root, catalogue, settings.model_spec, fingerprint, writable=True, store=chosen_store(settings)
        )
        self._previous = None if previous is None else PreviousModel(root, catalogue, self.index_set, previous)
        self._committed_at = 0.0
        self._commit_interval = COMMIT_INTERVAL
        self._rebuilt_at = -REBUILD_INTERVAL
        self._is_rebuilding = set_aside.is_set_aside(root)

    @property
    def indexes(self) -> Indexes:
        """The indexes to query."""
        previous = self._previous
        return self.index_set if previous is None else previous.indexes

    @property
    def index_sets(self) -> list[IndexSet]:
        """Those with vectors: that of the configured model, and that of the previous one."""
        return [self.index_set, *([] if self._previous is None else self._previous.vector_sets)]

    @property
    def vector_indexes(self) -> list[VectorIndex]:
        """The vectors of `index_sets` that are in the library: a server looks after its own."""
        return [one.vectors for one in self.index_sets if isinstance(one.vectors, VectorIndex)]

    def next_wakeup(self) -> float | None:
        """Seconds until the next commit; None if there is nothing to commit."""
        return self._commit_interval if self._has_uncommitted() else None

    def disable_previous(self) -> None:
        """Stop semantic search with the previous model, because no engine serves it any more."""
        if self._previous is not None:
            self._previous.disable()

    def add_to_previous(self, new: Iterable[int], restored: Iterable[int]) -> None:
        """Pass new and restored contents on to the indexes of the previous model."""
        if self._previous is not None:
            self._previous.add_contents(new, restored)

    def apply_changes(self) -> bool:
        """Apply some changes of the catalogue without committing; False if there were none."""
        busy = self.index_set.apply_changes(self._catalogue)
        return (self._previous is not None and self._previous.step()) or busy

    def commit(self, *, idle: bool) -> bool:
        """Commit the lexical indexes if due or if the pipeline is `idle`; returns whether they were committed."""
        started = time.monotonic()
        if not self._has_uncommitted() or not (idle or started - self._committed_at > self._commit_interval):
            return False
        for lexical in self._lexical_indexes():
            lexical.commit()
        self._committed_at = time.monotonic()
        longest = (self._committed_at - started) / COMMIT_SHARE
        self._commit_interval = min(max(longest, COMMIT_INTERVAL), MAX_COMMIT_INTERVAL)
        return True

    def switch_model(self, *, unchunked: int) -> bool:
        """Drop the previous model if the configured one finds everything that it finds; returns whether it did.

        `unchunked` is the number of contents that are not chunked for the configured model yet.
        """
        words = self.index_set.words
        if self._previous is None or unchunked or words.pending_change > words.last_change:
            return False
        if self.index_set.pending(self._catalogue) or not self._previous.is_superseded():
            return False
        previous, self._previous = self._previous, None
        previous.close()
        return True

    def finish_rebuild(self) -> None:
        """Delete the indexes that a rebuild set aside, once the new ones have all that was read."""
        if not self._is_rebuilding or self._has_uncommitted():
            return
        waiting = self.index_set.pending(self._catalogue)
        if not waiting and (self._previous is None or not self._previous.pending(self._catalogue)):
            self._is_rebuilding = False
            set_aside.discard(self._root)

    def rebuild_damaged(self) -> bool:
        """Reset damaged lexical indexes; False if none is damaged, or if one was reset recently."""
        now = time.monotonic()
        damaged = [lexical for lexical in self._lexical_indexes() if lexical.is_damaged]
        if not damaged or now - self._rebuilt_at < REBUILD_INTERVAL:
            return False
        log.warning("rebuilding a damaged lexical index from the catalogue")
        self._rebuilt_at = now
        for lexical in damaged:
            lexical.reset()
        return True

    def sync_vectors(self) -> None:
        """Make the vector indexes match the catalogue after rows were deleted."""
        for index_set in self.index_sets:
            index_set.vectors.sync(self._catalogue.vectors, index_set.model_id)

    def compact_changes(self) -> None:
        """Delete from the catalogue the changes that the lexical indexes have applied, also those set aside."""
        if self._is_rebuilding:
            return
        self._catalogue.changes.compact(self.index_set.chunking_id, self.index_set.words.last_change)
        if self._previous is not None:
            self._previous.compact_changes()

    def remove(self, passages: Iterable[int]) -> None:
        """Remove passages from the vector indexes."""
        ids = np.array(list(passages), np.int64)
        self.index_set.remove(ids)
        if self._previous is not None:
            self._previous.remove(ids)

    def save_vectors(self) -> None:
        """Save the vector indexes, and delete the files of other models', which are made anew when these are used.

        Raises StorageFullError.
        """
        for vectors in self.vector_indexes:
            vectors.save()
        files.delete_others(self._root / "vectors", keep=[one.path for one in self.vector_indexes])

    def progress(
        self, counts: Counts, *, unchunked: int
    ) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
        """The progress of the filename, lexical and semantic retrievers in the indexes that queries use."""
        return self._own_progress(counts, unchunked) if self._previous is None else self._previous.progress(counts)

    def model_switch(self, counts: Counts, *, unchunked: int) -> ModelSwitch | None:
        """The progress of the configured model while the previous one still answers; None if it does not."""
        if self._previous is None:
            return None
        return ModelSwitch(self._model, self._own_progress(counts, unchunked)[2], can_embed=self._previous.can_embed)

    def close(self) -> None:
        """Save and close the indexes. Raises StorageFullError if the vector index cannot be saved."""
        try:
            self.index_set.close()
        finally:
            if self._previous is not None:
                self._previous.close()

    def _own_progress(
        self, counts: Counts, unchunked: int
    ) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
        return retriever_progress(counts, words_pending=self.index_set.pending(self._catalogue) + unchunked)

    def _has_uncommitted(self) -> bool:
        return any(lexical.pending_change > lexical.last_change for lexical in self._lexical_indexes())

    def _lexical_indexes(self) -> list[LexicalIndex]:
        return [self.index_set.words] if self._previous is None else [self.index_set.words, self._previous.words]
