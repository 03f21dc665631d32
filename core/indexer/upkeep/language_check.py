"""Takes the vectors of passages without language that a version before 0940 embedded out of the library, when idle."""

from __future__ import annotations

from core.embed import has_language
from core.indexer.stages.index import IndexStage
from core.store.catalogue.catalogue import Catalogue

PER_STEP = 250  # passages; some hundredths of a second
PER_FLUSH = 50_000  # passages after which the vector indexes are saved if any vector was taken out


class LanguageCheck:
    """Walks once over the passages that were embedded before it first ran. Use it on the indexer's thread.

    The catalogue follows the saved vector index: the other way round, a crash would leave vectors in the index that the
    catalogue no longer has, and their ids would not tell.
    """

    def __init__(self, catalogue: Catalogue, index: IndexStage) -> None:
        self._catalogue, self._index = catalogue, index
        with catalogue.transaction():
            self._reached, self._end = catalogue.vectors.language_check()
        self._unsaved = 0  # passages since the stored place
        self._without: list[int] = []  # passages whose vectors are to be taken out
        self._changed = False

    def take_changed(self) -> bool:
        """Whether search results have changed since the last call."""
        changed, self._changed = self._changed, False
        return changed

    def step(self) -> bool:
        """Check some passages; False if none is left."""
        if self._reached >= self._end:
            return False
        ids = self._catalogue.vectors.ids_between(self._reached, self._end, PER_STEP)
        rows = self._catalogue.passages.get_many(ids, retired=True)
        text = self._catalogue.contents.text
        self._without += [
            row.id for row in rows.values() if not has_language(text(row.content_id, row.start, row.stop))
        ]
        reached = ids[-1] if len(ids) == PER_STEP else self._end
        self._unsaved += len(ids)
        if reached >= self._end or self._unsaved >= PER_FLUSH:
            self._flush(reached)
        self._reached = reached
        return True

    def _flush(self, reached: int) -> None:
        """Take the vectors out, and store how far the check came. Raises StorageFullError; call it again then."""
        if self._without:
            self._index.remove(self._without)
            self._index.save_vectors()
        with self._catalogue.transaction():
            self._catalogue.vectors.clear(self._without)
            self._catalogue.vectors.set_language_checked(reached)
        self._changed |= bool(self._without)
        self._without, self._unsaved = [], 0
