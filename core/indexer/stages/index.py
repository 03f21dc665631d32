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
from core.store.lexical.index import LexicalIndex

COMMIT_INTERVAL = 2.0  # seconds between two commits of a lexical index while texts keep arriving
REBUILD_INTERVAL = 60.0  # seconds between two rebuilds of a damaged lexical index
log = logging.getLogger(__name__)


class IndexStage:
    """Updates the indexes on the indexer's thread; `indexes` is thread-safe."""

    def __init__(
        self, root: Path, catalogue: Catalogue, settings: Settings, previous: PreviousModelSettings | None
    ) -> None:
        fingerprint = chunking_config(settings).fingerprint
        self._catalogue = catalogue
        self._model = settings.model
        self.index_set = IndexSet(root, catalogue, settings.model_spec, fingerprint, writable=True)
        self._previous = None if previous is None else PreviousModel(root, catalogue, self.index_set, previous)
        self._committed_at = 0.0
        self._rebuilt_at = -REBUILD_INTERVAL

    @property
    def indexes(self) -> Indexes:
        """The indexes to query."""
        previous = self._previous
        return self.index_set if previous is None else previous.indexes

    def next_wakeup(self) -> float | None:
        """Seconds until the next commit; None if there is nothing to commit."""
        return COMMIT_INTERVAL if self._has_uncommitted() else None

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
        if not self._has_uncommitted() or not (idle or time.monotonic() - self._committed_at > COMMIT_INTERVAL):
            return False
        for lexical in self._lexical_indexes():
            lexical.commit()
        self._committed_at = time.monotonic()
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

    def compact_changes(self) -> None:
        """Delete from the catalogue the changes that the lexical indexes have applied."""
        self._catalogue.changes.compact(self.index_set.chunking_id, self.index_set.words.last_change)
        if self._previous is not None:
            self._previous.compact_changes()

    def remove(self, passages: Iterable[int]) -> None:
        """Remove passages from the vector indexes."""
        ids = np.array(list(passages), np.int64)
        self.index_set.remove(ids)
        if self._previous is not None:
            self._previous.remove(ids)

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
