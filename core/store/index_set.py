"""The filename, lexical and vector indexes of one model, synchronized with the catalogue when opened."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.errors import StorageFullError
from core.models import ModelSpec
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Ids
from core.store.filenames.index import FilenameIndex
from core.store.lexical.analyzers import heading
from core.store.lexical.index import LexicalIndex
from core.store.vector.files import log_path
from core.store.vector.index import VectorIndex
from core.store.vector.store import VectorStore
from core.store.vector_servers.choice import StoreChoice, open_vectors
from core.store.vector_servers.vectors import ServerVectors

CHANGES_PER_COMMIT = 200  # contents that a lexical index applies between two commits
LIBRARY_STORE = StoreChoice()  # vectors in the library's own index


class Indexes(Protocol):
    """The indexes that a query searches.

    `chunking_id` and `model_id` are the catalogue's ids of their chunking config and model; 0 if nothing was indexed.
    """

    @property
    def names(self) -> FilenameIndex: ...
    @property
    def words(self) -> LexicalIndex: ...
    @property
    def chunking_id(self) -> int: ...
    @property
    def vectors(self) -> VectorStore: ...
    @property
    def model_id(self) -> int: ...
    @property
    def model_spec(self) -> ModelSpec: ...


class LexicalIndexSet:
    """The lexical index of one chunking config. One thread writes, any thread may search.

    `chunking_id` is 0 in a read-only library that has no such chunks.
    """

    def __init__(self, root: Path, catalogue: Catalogue, chunking_fingerprint: str, *, writable: bool) -> None:
        self.root = root
        self._last_synced = (-1, -1)  # (change count, last change) when nothing was left to apply
        with catalogue.transaction() if writable else nullcontext():
            self.chunking_id = catalogue.passages.chunking_id(chunking_fingerprint)
        self.words = LexicalIndex(root / "words" / chunking_fingerprint, writable=writable)
        # A restored or recreated catalogue reuses ids, which stand for other passages in an old index.
        if writable and not catalogue.changes.exists(self.words.last_change, self.chunking_id):
            self.words.reset()

    def apply_changes(self, catalogue: Catalogue) -> bool:
        """Apply up to `CHANGES_PER_COMMIT` changes of the catalogue, uncommitted; False if there were none."""
        reached = max(self.words.last_change, self.words.pending_change)
        now = catalogue.change_count, reached
        if self._last_synced == now:  # skips the query: the indexer calls this between any two steps
            return False
        changes = catalogue.changes.after(reached, self.chunking_id, CHANGES_PER_COMMIT)
        if not changes:
            self._last_synced = now
        for number, content_id, added in changes:
            if added:
                self._add_content(catalogue, content_id, number)
            else:
                self.words.remove(content_id, number=number)
        return bool(changes)

    def pending(self, catalogue: Catalogue) -> int:
        """The number of chunked contents that are not in the lexical index yet."""
        return catalogue.changes.count_after(self.words.last_change, self.chunking_id)

    def remove(self, passages: Ids) -> None:
        """Remove passages from the indexes that do not follow the catalogue's change log."""

    def close(self) -> None:
        """Close the index files."""
        self.words.close()

    def _add_content(self, catalogue: Catalogue, content_id: int, number: int) -> None:
        content = catalogue.contents.get(content_id)
        if content is None:  # deleted since; its removal is in the log too
            self.words.remove(content_id, number=number)
            return
        rows = catalogue.passages.of_content(content_id, self.chunking_id)
        text = catalogue.contents.text(content_id)
        title = content.title or heading(text)
        self.words.add(content_id, title, ((row.id, text[row.start : row.stop]) for row in rows), number=number)


class IndexSet(LexicalIndexSet):
    """The filename, lexical and vector indexes of one model. One thread writes, any thread may search.

    `model_id` is 0 in a read-only library that was never indexed with this model. Index sets of one library share
    `names`.
    """

    def __init__(
        self,
        root: Path,
        catalogue: Catalogue,
        model_spec: ModelSpec,
        chunking_fingerprint: str,
        *,
        writable: bool,
        names: FilenameIndex | None = None,
        store: StoreChoice = LIBRARY_STORE,
    ) -> None:
        """`store` is what the vectors are kept in. Raises VectorStoreError without the package for it."""
        super().__init__(root, catalogue, chunking_fingerprint, writable=writable)
        self.model_spec = model_spec
        with catalogue.transaction() if writable else nullcontext():
            self.model_id = catalogue.vectors.model_id(model_spec, self.chunking_id)
        self.names = FilenameIndex(catalogue.files.all_paths()) if names is None else names
        self.vectors: VectorIndex | ServerVectors
        if store.is_server:
            self.vectors = open_vectors(root, store, model_spec, chunking_fingerprint, writable=writable)
        else:
            path = log_path(root, model_spec.fingerprint, chunking_fingerprint)
            self.vectors = VectorIndex(path, model_spec.dimension, writable=writable)
        had_surplus = self.vectors.sync(catalogue.vectors, self.model_id)
        if writable and (had_surplus or self.vectors.is_of_older_version):
            self._save_now(catalogue)

    def remove(self, passages: Ids) -> None:
        """Remove passages from the indexes that do not follow the catalogue's change log."""
        self.vectors.remove(passages)

    def _save_now(self, catalogue: Catalogue) -> None:
        """Save what the comparison has removed: ids that a restored catalogue gives out again mean other passages."""
        try:
            self.vectors.save()
        except StorageFullError:
            self.vectors.delete_files()
            self.vectors.sync(catalogue.vectors, self.model_id)

    def close(self) -> None:
        """Save the vectors and close the index files. Raises StorageFullError if the vectors cannot be saved."""
        try:
            super().close()
        finally:
            try:
                self.vectors.save()
            finally:
                self.vectors.close()


@dataclass(frozen=True, slots=True)
class CombinedIndexes:
    """Filenames and vectors of one index set with the lexical index of another."""

    index_set: IndexSet
    lexical_set: LexicalIndexSet

    @property
    def names(self) -> FilenameIndex:
        return self.index_set.names

    @property
    def words(self) -> LexicalIndex:
        return self.lexical_set.words

    @property
    def chunking_id(self) -> int:
        return self.lexical_set.chunking_id

    @property
    def vectors(self) -> VectorStore:
        return self.index_set.vectors

    @property
    def model_id(self) -> int:
        return self.index_set.model_id

    @property
    def model_spec(self) -> ModelSpec:
        return self.index_set.model_spec
