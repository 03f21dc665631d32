"""The indexes of the model in use, and of the one before as long as it answers, in step with the catalogue."""

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

COMMIT_EVERY = 2.0  # seconds between two commits of a word index while texts keep coming
MEND_EVERY = 60.0  # seconds between two word indexes that are made anew because of damage
log = logging.getLogger(__name__)


class IndexStage:
    """For the indexer's thread; `indexes` for any."""

    def __init__(
        self, root: Path, catalogue: Catalogue, settings: Settings, previous: PreviousModelSettings | None
    ) -> None:
        fingerprint = chunking_config(settings).fingerprint
        self._catalogue = catalogue
        self._model = settings.model
        self.index_set = IndexSet(root, catalogue, settings.model_spec, fingerprint, writable=True)
        self._previous = None if previous is None else PreviousModel(root, catalogue, self.index_set, previous)
        self._committed = 0.0
        self._mended = -MEND_EVERY

    @property
    def indexes(self) -> Indexes:
        """What questions are put to."""
        previous = self._previous
        return self.index_set if previous is None else previous.indexes

    def next_wakeup(self) -> float | None:
        """Seconds until words are to be found that were taken over; None if all are."""
        return COMMIT_EVERY if self._has_uncommitted() else None

    def disable_previous(self) -> None:
        """Nothing makes vectors of the model used before: by meaning, what the one in use has read is found."""
        if self._previous is not None:
            self._previous.disable()

    def follow(self, fresh: Iterable[int], returned: Iterable[int]) -> None:
        """Let the model used before find contents, too, that are new or that files have again."""
        if self._previous is not None:
            self._previous.follow(fresh, returned)

    def take_over(self) -> bool:
        """Take over some of what came, uncommitted; False if there was nothing."""
        busy = self.index_set.apply_changes(self._catalogue)
        return (self._previous is not None and self._previous.step()) or busy

    def commit(self, *, idle: bool) -> bool:
        """Let the words be found that were taken over, when it is time for that; whether it was."""
        if not self._has_uncommitted() or not (idle or time.monotonic() - self._committed > COMMIT_EVERY):
            return False
        for words in self._words():
            words.commit()
        self._committed = time.monotonic()
        return True

    def hand_over(self, *, uncut: int) -> bool:
        """Let the model in use answer if it finds all that the one before found; whether that is so from now on.

        `uncut` contents are not cut for it yet.
        """
        if self._previous is None or uncut or self.index_set.words.pending_change > self.index_set.words.last_change:
            return False
        if self.index_set.pending(self._catalogue) or not self._previous.is_surpassed():
            return False
        previous, self._previous = self._previous, None
        previous.close()
        return True

    def mend(self) -> bool:
        """Start a word index anew that turned out to be damaged; False if it is sound, or was so only a moment ago."""
        now = time.monotonic()
        damaged = [words for words in self._words() if words.is_damaged]
        if not damaged or now - self._mended < MEND_EVERY:
            return False
        log.warning("the word index is made again from the catalogue")
        self._mended = now
        for words in damaged:
            words.reset()
        return True

    def forget_changes(self) -> None:
        """Drop from the catalogue what the word indexes need not be told any more."""
        self._catalogue.changes.compact(self.index_set.chunking_id, self.index_set.words.last_change)
        if self._previous is not None:
            self._previous.forget_changes()

    def remove(self, passages: Iterable[int]) -> None:
        """Find these passages no more."""
        gone = np.array(list(passages), np.int64)
        self.index_set.remove(gone)
        if self._previous is not None:
            self._previous.remove(gone)

    def measure(self, counts: Counts, *, uncut: int) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
        """Names, words and meaning as far as they are found now."""
        return self._own(counts, uncut) if self._previous is None else self._previous.lanes(counts)

    def handover(self, counts: Counts, *, uncut: int) -> ModelSwitch | None:
        """How far the model in use is on its way, while the one before answers."""
        if self._previous is None:
            return None
        return ModelSwitch(self._model, self._own(counts, uncut)[2], can_embed=self._previous.can_embed)

    def close(self) -> None:
        """Keep what can be kept; raises StorageFullError if vectors cannot be copied."""
        try:
            self.index_set.close()
        finally:
            if self._previous is not None:
                self._previous.close()

    def _own(self, counts: Counts, uncut: int) -> tuple[RetrieverProgress, RetrieverProgress, RetrieverProgress]:
        return retriever_progress(counts, words_pending=self.index_set.pending(self._catalogue) + uncut)

    def _has_uncommitted(self) -> bool:
        return any(words.pending_change > words.last_change for words in self._words())

    def _words(self) -> list[LexicalIndex]:
        return [self.index_set.words] if self._previous is None else [self.index_set.words, self._previous.words]
