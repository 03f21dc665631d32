"""The model used before, which goes on answering until the one in use has read what it had read."""

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

CUT_FOR = 0.2  # seconds at most between two looks at other work: as much comes as two readers read
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreviousModelSettings:
    """The settings of the model used before. It `can_embed` if an engine can answer queries with its vectors."""

    settings: Settings
    can_embed: bool


class PreviousModel:
    """Its indexes, kept in step with what comes and goes: by names and words all is found, by meaning what it had.

    For the indexer's thread; `indexes` for any.
    """

    def __init__(
        self, root: Path, catalogue: Catalogue, index_set: IndexSet, predecessor: PreviousModelSettings
    ) -> None:
        chunking = chunking_config(predecessor.settings)
        self._catalogue = catalogue
        self._next = index_set
        self._index_set: LexicalIndexSet
        if predecessor.can_embed:
            model_spec = predecessor.settings.model_spec
            self._index_set = IndexSet(
                root, catalogue, model_spec, chunking.fingerprint, writable=True, names=index_set.names
            )
        else:
            self._index_set = LexicalIndexSet(root, catalogue, chunking.fingerprint, writable=True)
        self._cutting = RechunkStage(catalogue, chunking, self._index_set.chunking_id)
        self._returned: deque[int] = deque()
        self._lacking = 0  # the content that the model in use was found to lack
        self.indexes: Indexes = (
            self._index_set if isinstance(self._index_set, IndexSet) else CombinedIndexes(index_set, self._index_set)
        )

    @property
    def can_embed(self) -> bool:
        """Whether it answers by meaning, too."""
        return isinstance(self.indexes, IndexSet)

    @property
    def words(self) -> LexicalIndex:
        return self._index_set.words

    def disable(self) -> None:
        """Let it answer in words only from now on: no engine makes its vectors any more."""
        if isinstance(self.indexes, IndexSet):
            self.indexes = CombinedIndexes(self._next, self._index_set)

    def follow(self, fresh: Iterable[int], returned: Iterable[int]) -> None:
        """Take note of contents that are new, or that files have again."""
        for content_id in returned:
            self._returned.append(content_id)
            self._cutting.add(content_id)
        for content_id in fresh:
            self._cutting.add(content_id)

    def step(self) -> bool:
        """Take over some of what came; False if there was nothing."""
        busy = bool(self._returned or self._cutting)
        while self._returned:
            self._take_back(self._returned[0])
            self._returned.popleft()
        end = time.monotonic() + CUT_FOR
        try:
            while self._cutting and time.monotonic() < end:
                self._cutting.cut()
        except ModelError as error:
            log.warning("what is new is found by its words later: %s", error)
            self._cutting.give_up()
        return self._index_set.apply_changes(self._catalogue) or busy

    def remove(self, passages: Ids) -> None:
        """Find these passages no more."""
        self._index_set.remove(passages)

    def forget_changes(self) -> None:
        """Drop from the catalogue what the word index need not be told any more."""
        self._catalogue.changes.compact(self._index_set.chunking_id, self._index_set.words.last_change)

    def is_surpassed(self) -> bool:
        """Whether the model in use, with all words in its index, has everything that this one finds by meaning too."""
        if not isinstance(self.indexes, IndexSet):
            return True
        lacks, mine, its = self._catalogue.vectors.next_unembedded, self.indexes.model_id, self._next.model_id
        lacking = lacks(its, mine, self._lacking - 1)
        if lacking is None and self._lacking:
            lacking = lacks(its, mine, 0)  # one before it may have come back
        self._lacking = lacking or 0
        return lacking is None

    def lanes(self, counts: Counts) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
        """Names, words and meaning, as far as they are found now; `counts` are those of the model in use."""
        if isinstance(self.indexes, IndexSet):
            counts = replace(counts, embedded=self._catalogue.embedded_count(self.indexes.model_id))
        return retriever_progress(counts, words_pending=self._index_set.pending(self._catalogue) + len(self._cutting))

    def close(self) -> None:
        """Keep what can be kept; raises StorageFullError if the vectors cannot be copied."""
        self._index_set.close()

    def _take_back(self, content_id: int) -> None:
        if isinstance(self._index_set, IndexSet):
            known = self._catalogue.vectors.ids_of_content(self._index_set.model_id, content_id)
            for ids, vectors in self._catalogue.vectors.read(self._index_set.model_id, known):
                self._index_set.vectors.add(ids, vectors)
