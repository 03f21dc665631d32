"""The previous model, which keeps answering until the configured model has embedded the same contents."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from core.chunk import chunking_config
from core.errors import ModelError
from core.events import RetrieverProgress
from core.indexer.progress import retriever_progress
from core.indexer.stages.rechunk import RechunkStage
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue, Counts
from core.store.catalogue.vectors_table import Ids
from core.store.index_set import CombinedIndexes, Indexes, IndexSet, LexicalIndexSet
from core.store.lexical.index import LexicalIndex
from core.store.vector_servers.choice import chosen_store

RECHUNK_SECONDS = 0.2  # at most in one step: as fast as two extract workers deliver
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreviousModelSettings:
    """The settings of the previous model; it `can_embed` if an engine can embed queries with it."""

    settings: Settings
    can_embed: bool


class PreviousModel:
    """The indexes of the previous model, kept in sync with the catalogue; new texts get only into its lexical index.

    Use it on the indexer's thread; `indexes` is thread-safe.
    """

    def __init__(self, root: Path, catalogue: Catalogue, index_set: IndexSet, previous: PreviousModelSettings) -> None:
        """`index_set` is the one of the configured model."""
        chunking = chunking_config(previous.settings)
        self._catalogue = catalogue
        self._next = index_set
        self._index_set: LexicalIndexSet
        if previous.can_embed:
            model_spec = previous.settings.model_spec
            self._index_set = IndexSet(
                root,
                catalogue,
                model_spec,
                chunking.fingerprint,
                writable=True,
                names=index_set.names,
                store=chosen_store(previous.settings),
            )
        else:
            self._index_set = LexicalIndexSet(root, catalogue, chunking.fingerprint, writable=True)
        self._rechunk = RechunkStage(catalogue, chunking, self._index_set.chunking_id)
        self._restored: deque[int] = deque()
        self._unembedded = 0  # a content that the model in use had not embedded at the last check
        self.indexes: Indexes = (
            self._index_set if isinstance(self._index_set, IndexSet) else CombinedIndexes(index_set, self._index_set)
        )

    @property
    def can_embed(self) -> bool:
        """Whether its vectors are searched."""
        return isinstance(self.indexes, IndexSet)

    @property
    def vector_sets(self) -> list[IndexSet]:
        """Its index set if that has vectors, whether they are searched or not."""
        return [self._index_set] if isinstance(self._index_set, IndexSet) else []

    @property
    def words(self) -> LexicalIndex:
        """Its lexical index."""
        return self._index_set.words

    def disable(self) -> None:
        """Search only its lexical index from now on, because no engine embeds queries with the model any more."""
        if isinstance(self.indexes, IndexSet):
            self.indexes = CombinedIndexes(self._next, self._index_set)

    def add_contents(self, new: Iterable[int], restored: Iterable[int]) -> None:
        """Add new and restored contents to its indexes with the next steps."""
        for content_id in restored:
            self._restored.append(content_id)
            self._rechunk.add(content_id)
        for content_id in new:
            self._rechunk.add(content_id)

    def step(self) -> bool:
        """Apply some changes of the catalogue to its indexes; False if there was nothing to do."""
        busy = bool(self._restored or self._rechunk)
        while self._restored:
            self._restore_vectors(self._restored[0])
            self._restored.popleft()
        end = time.monotonic() + RECHUNK_SECONDS
        try:
            while self._rechunk and time.monotonic() < end:
                self._rechunk.step()
        except ModelError as error:
            log.warning("new texts get into the lexical index later: %s", error)
            self._rechunk.clear()
        return self._index_set.apply_changes(self._catalogue) or busy

    def remove(self, passages: Ids) -> None:
        """Remove passages from its vector index."""
        self._index_set.remove(passages)

    def pending(self, catalogue: Catalogue) -> int:
        """The number of chunked contents that are not in its lexical index yet."""
        return self._index_set.pending(catalogue)

    def compact_changes(self) -> None:
        """Delete from the catalogue the changes that its lexical index has applied."""
        self._catalogue.changes.compact(self._index_set.chunking_id, self._index_set.words.last_change)

    def is_superseded(self) -> bool:
        """Whether the configured model, whose lexical index is complete, has embedded all that this model has."""
        if not isinstance(self.indexes, IndexSet):
            return True
        next_unembedded, model, previous = (
            self._catalogue.vectors.next_unembedded,
            self._next.model_id,
            self.indexes.model_id,
        )
        content_id = next_unembedded(model, previous, self._unembedded - 1)
        if content_id is None and self._unembedded:
            content_id = next_unembedded(model, previous, 0)  # an earlier one may have been restored
        self._unembedded = content_id or 0
        return content_id is None

    def progress(self, counts: Counts) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
        """The progress of its filename, lexical and semantic retrievers; `counts` are those of the model in use."""
        if isinstance(self.indexes, IndexSet):
            counts = replace(counts, embedded=self._catalogue.embedded_count(self.indexes.model_id))
        return retriever_progress(counts, words_pending=self._index_set.pending(self._catalogue) + len(self._rechunk))

    def close(self) -> None:
        """Save and close its indexes. Raises StorageFullError if its vector index cannot be saved."""
        self._index_set.close()

    def _restore_vectors(self, content_id: int) -> None:
        if isinstance(self._index_set, IndexSet):
            known = self._catalogue.vectors.ids_of_content(self._index_set.model_id, content_id)
            for ids, vectors in self._catalogue.vectors.read(self._index_set.model_id, known):
                self._index_set.vectors.add(ids, vectors, content_id)
