"""The three indexes of a library for the model in use, brought into step with the catalogue when they are opened."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from core.profiles import ModelProfile
from core.store.analysis import heading
from core.store.catalogue import Catalogue
from core.store.names import Names
from core.store.vectors import VectorIndex
from core.store.words import WordIndex

CHANGES = 200  # contents that the word index takes over between two commits when it catches up


class Shelf:
    """Names, words and vectors. One thread changes them, any may search them.

    `recipe_id` and `model_id` are 0 in a read-only library that was never indexed with this model.
    """

    def __init__(
        self, root: Path, catalogue: Catalogue, profile: ModelProfile, recipe_fingerprint: str, *, writable: bool
    ) -> None:
        self.profile = profile
        self.root = root
        with catalogue.transaction() if writable else nullcontext():
            self.recipe_id = catalogue.contents.recipe_id(recipe_fingerprint)
            self.model_id = catalogue.vectors.model_id(profile, self.recipe_id)
        self.names = Names(catalogue.files.names())
        self.words = WordIndex(root / "words" / recipe_fingerprint, writable=writable)
        self.vectors = VectorIndex(
            root / "vectors" / f"{profile.fingerprint}-{recipe_fingerprint}.faiss", profile.dimension
        )
        surplus = self.vectors.sync(catalogue.vectors, self.model_id)
        if writable:
            self._forget_another_catalogue(catalogue, surplus=surplus)

    def _forget_another_catalogue(self, catalogue: Catalogue, *, surplus: bool) -> None:
        """A catalogue that was restored or made anew gives numbers again that mean other passages in old indexes."""
        if not catalogue.contents.has_change(self.words.reached, self.recipe_id):
            self.words.start_anew()
        if surplus:
            self.vectors.discard_file()

    def take_over(self, catalogue: Catalogue) -> bool:
        """Bring some of the catalogue's changes into the word index, uncommitted; False if there were none."""
        reached = max(self.words.reached, self.words.pending)
        changes = catalogue.contents.changes_after(reached, self.recipe_id, CHANGES)
        for number, content_id, added in changes:
            if added:
                self._add_words(catalogue, content_id, number)
            else:
                self.words.remove(content_id, number=number)
        return bool(changes)

    def pending(self, catalogue: Catalogue) -> int:
        """How many contents were cut but cannot be found by their words yet."""
        return catalogue.contents.changes_count(self.words.reached, self.recipe_id)

    def close(self) -> None:
        """Keep what can be kept and let go of the files; raises StorageFullError if the vectors cannot be copied."""
        try:
            self.words.close()
        finally:
            self.vectors.save()

    def _add_words(self, catalogue: Catalogue, content_id: int, number: int) -> None:
        content = catalogue.contents.get(content_id)
        if content is None:  # gone meanwhile: its removal is on the list too
            self.words.remove(content_id, number=number)
            return
        rows = catalogue.contents.passages_of(content_id, self.recipe_id)
        text = catalogue.contents.text(content_id)
        title = content.title or heading(text)
        self.words.add(content_id, title, ((row.id, text[row.start : row.stop]) for row in rows), number=number)
