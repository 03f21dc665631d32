"""What a library needs of a vector store: its own index (`VectorIndex`), or one on a server (`ServerVectors`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from core.errors import VectorStoreError
from core.store.candidates import Candidates
from core.store.catalogue.vectors_table import Ids, Vectors, VectorsTable


class VectorStore(Protocol):
    """Vectors of one model by passage id, ranked by inner product; derived from the catalogue.

    A filter reaches it as the contents that it leaves (`Candidates`), never as a list of passages. Any thread may
    search while one writes.
    """

    dimension: int

    def __len__(self) -> int: ...

    @property
    def changed(self) -> bool:
        """Whether `save` has anything to write."""

    @property
    def trouble(self) -> VectorStoreError | None:
        """Why it cannot be searched at the moment; None where it can."""

    @property
    def pending(self) -> int:
        """How much of the catalogue is still being sent to it; 0 when it has everything."""

    def listen(self, changed: Callable[[], None]) -> None:
        """Call this, on any thread, when `trouble` or `pending` has changed."""

    def sync(self, rows: VectorsTable, model_id: int) -> bool:
        """Make it match the catalogue for this model; returns whether it had vectors to remove."""

    def add(self, ids: Ids, vectors: Vectors, contents: Ids | int) -> None:
        """Add or replace vectors (shape: n x dimension, L2-normalised float32) of passages of these contents."""

    def remove(self, ids: Ids) -> None:
        """Remove vectors; unknown ids are ignored."""

    def search(self, vector: Vectors, limit: int, scope: Candidates | None = None) -> list[tuple[int, float]]:
        """The nearest passages to a vector (shape: dimension) as (passage id, cosine), best first, within `scope`.

        Raises VectorStoreError.
        """

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of passages with a vector (shape: dimension); passages that it does not have are left out."""

    def sample(self, count: int) -> Ids:
        """At most `count` of its passages, taken evenly from all."""

    def save(self) -> None:
        """Make the disk keep what has changed. Raises StorageFullError."""

    def unload(self) -> None:
        """Give memory back until the next search."""

    def close(self) -> None:
        """Let go of files and connections; what was not saved or sent is, after the next opening."""
