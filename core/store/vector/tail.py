"""The vectors that a vector index has not saved yet, in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.store.catalogue.vectors_table import STORED_DTYPE, Ids, Vectors
from core.store.vector import scan
from core.store.vector.scan import Bytes, Mask, Scores


class Tail:
    """Vectors by passage id. Not thread-safe."""

    def __init__(self, dimension: int, older: Any = None, ids: Ids | None = None) -> None:
        """Empty, or with the vectors of a FAISS index with ids, as version 0.1 saved it."""
        import faiss

        self.dimension = dimension
        self._older = older  # to which the vectors belong
        self._index: Any = scan.empty(dimension) if older is None else faiss.downcast_index(older.index)
        self._parts = [] if ids is None else [np.vstack([ids, np.zeros_like(ids)])]

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def ids(self) -> Ids:
        """The passage of each row."""
        ids: Ids = self._columns[0]
        return ids

    @property
    def contents(self) -> Ids:
        """The content of each row; 0 if it is not known."""
        contents: Ids = self._columns[1]
        return contents

    @contents.setter
    def contents(self, contents: Ids) -> None:
        self._parts = [np.vstack([self.ids, contents])]

    @property
    def _columns(self) -> Ids:
        if len(self._parts) != 1:
            self._parts = [np.concatenate([np.zeros((2, 0), np.int64), *self._parts], axis=1)]
        return self._parts[0]

    def add(self, ids: Ids, vectors: Vectors, contents: Ids | int) -> None:
        """Add vectors (shape: n x dimension, float32) of ids that it does not have, and their contents."""
        rounded = np.ascontiguousarray(vectors, STORED_DTYPE)  # as in the catalogue: FAISS rounds some components else
        self._index.add_sa_codes(rounded.view(np.uint8))
        self._parts.append(np.vstack([ids.astype(np.int64), np.broadcast_to(contents, len(ids)).astype(np.int64)]))

    def remove(self, ids: Ids) -> int:
        """Remove vectors; unknown ids are ignored. Returns how many it had."""
        import faiss

        rows = np.flatnonzero(np.isin(self.ids, ids)) if len(self) else np.zeros(0, np.int64)
        if len(rows):
            untyped_faiss: Any = faiss  # its stubs describe the names before they are wrapped for Python
            self._index.remove_ids(untyped_faiss.IDSelectorBatch(rows))
            self._parts = [np.delete(self._columns, rows, axis=1)]
        return len(rows)

    def search(self, query: Vectors, limit: int, allowed: Mask | None) -> tuple[Ids, Scores]:
        """The best passages for a query (shape: 1 x dimension) and their scores; `allowed` is one value a row."""
        if not len(self) or (allowed is not None and not allowed.any()):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        rows, scores = scan.search(self._index, query, limit, allowed)
        return self.ids[rows], scores

    def vectors(self, ids: Ids) -> tuple[Ids, Vectors]:
        """Those of some ids that it has, and their vectors."""
        rows = np.flatnonzero(np.isin(self.ids, ids)) if len(self) else np.zeros(0, np.int64)
        if not len(rows):
            return np.zeros(0, np.int64), np.zeros((0, self.dimension), np.float32)
        return self.ids[rows], self._index.reconstruct_batch(rows)

    def codes(self) -> Bytes:
        """The stored bytes (shape: n x row bytes), where they are in memory: valid until the tail changes."""
        import faiss

        shape = len(self), scan.row_bytes(self.dimension)
        if not len(self):
            return np.zeros(shape, np.uint8)
        untyped_faiss: Any = faiss
        found: Bytes = untyped_faiss.rev_swig_ptr(self._index.codes.data(), shape[0] * shape[1])
        return found.reshape(shape)
