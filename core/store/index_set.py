"""The three indexes of a library for the model in use, brought into step with the catalogue when they are opened."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from core.models import ModelSpec
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Ids
from core.store.filenames.index import FilenameIndex
from core.store.lexical.analyzers import heading
from core.store.lexical.index import LexicalIndex
from core.store.vector.index import VectorIndex

CHANGES_PER_COMMIT = 200  # contents that the word index takes over between two commits when it catches up


class Indexes(Protocol):
    """What a question is put to: names, the words of one way of cutting, the vectors of one model.

    `chunking_id` is the number of that way of cutting, `model_id` of that model; 0 where nothing was indexed so.
    """

    @property
    def names(self) -> FilenameIndex: ...
    @property
    def words(self) -> LexicalIndex: ...
    @property
    def chunking_id(self) -> int: ...
    @property
    def vectors(self) -> VectorIndex: ...
    @property
    def model_id(self) -> int: ...
    @property
    def model_spec(self) -> ModelSpec: ...


class LexicalIndexSet:
    """The words of one way of cutting. One thread changes them, any may search them.

    `chunking_id` is 0 in a read-only library that was never cut in this way.
    """

    def __init__(self, root: Path, catalogue: Catalogue, chunking_fingerprint: str, *, writable: bool) -> None:
        self.root = root
        self._caught_up_at = (-1, -1)  # the catalogue's number of changes, and what was reached, with nothing left then
        with catalogue.transaction() if writable else nullcontext():
            self.chunking_id = catalogue.passages.chunking_id(chunking_fingerprint)
        self.words = LexicalIndex(root / "words" / chunking_fingerprint, writable=writable)
        # A catalogue that was restored or made anew gives numbers again that mean other passages in old indexes.
        if writable and not catalogue.changes.exists(self.words.last_change, self.chunking_id):
            self.words.reset()

    def apply_changes(self, catalogue: Catalogue) -> bool:
        """Bring some of the catalogue's changes into the word index, uncommitted; False if there were none."""
        reached = max(self.words.last_change, self.words.pending_change)
        now = catalogue.change_count, reached
        if self._caught_up_at == now:  # it is asked between any two steps
            return False
        changes = catalogue.changes.after(reached, self.chunking_id, CHANGES_PER_COMMIT)
        if not changes:
            self._caught_up_at = now
        for number, content_id, added in changes:
            if added:
                self._add_content(catalogue, content_id, number)
            else:
                self.words.remove(content_id, number=number)
        return bool(changes)

    def pending(self, catalogue: Catalogue) -> int:
        """How many contents were cut but cannot be found by their words yet."""
        return catalogue.changes.count_after(self.words.last_change, self.chunking_id)

    def remove(self, passages: Ids) -> None:
        """Find these passages no more, apart from the words, which the catalogue's changes tell of."""

    def close(self) -> None:
        """Let go of the files."""
        self.words.close()

    def _add_content(self, catalogue: Catalogue, content_id: int, number: int) -> None:
        content = catalogue.contents.get(content_id)
        if content is None:  # gone meanwhile: its removal is on the list too
            self.words.remove(content_id, number=number)
            return
        rows = catalogue.passages.of_content(content_id, self.chunking_id)
        text = catalogue.contents.text(content_id)
        title = content.title or heading(text)
        self.words.add(content_id, title, ((row.id, text[row.start : row.stop]) for row in rows), number=number)


class IndexSet(LexicalIndexSet):
    """Names, words and vectors. One thread changes them, any may search them.

    `model_id` is 0 in a read-only library that was never indexed with this model. Shelves of one library share `names`.
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
    ) -> None:
        super().__init__(root, catalogue, chunking_fingerprint, writable=writable)
        self.model_spec = model_spec
        with catalogue.transaction() if writable else nullcontext():
            self.model_id = catalogue.vectors.model_id(model_spec, self.chunking_id)
        self.names = FilenameIndex(catalogue.files.all_paths()) if names is None else names
        self.vectors = VectorIndex(
            root / "vectors" / f"{model_spec.fingerprint}-{chunking_fingerprint}.faiss", model_spec.dimension
        )
        if self.vectors.sync(catalogue.vectors, self.model_id) and writable:
            self.vectors.discard_file()

    def remove(self, passages: Ids) -> None:
        """Find these passages no more, apart from the words, which the catalogue's changes tell of."""
        self.vectors.remove(passages)

    def close(self) -> None:
        """Keep what can be kept and let go of the files; raises StorageFullError if the vectors cannot be copied."""
        try:
            super().close()
        finally:
            self.vectors.save()


@dataclass(frozen=True, slots=True)
class CombinedIndexes:
    """Names and vectors of one shelf, and the words of another."""

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
    def vectors(self) -> VectorIndex:
        return self.index_set.vectors

    @property
    def model_id(self) -> int:
        return self.index_set.model_id

    @property
    def model_spec(self) -> ModelSpec:
        return self.index_set.model_spec
