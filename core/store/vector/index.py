"""The vector index (FAISS): derived from the catalogue, one vector per passage, ranked by inner product."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import blake3
import numpy as np

from core.errors import StorageFullError
from core.store.candidate_mask import Candidates
from core.store.catalogue.vectors_table import Ids, Vectors, VectorsTable

DIGEST_BYTES = 32  # bytes of BLAKE3 at the end of the file
log = logging.getLogger(__name__)


class VectorIndex:
    """Vectors of one model by passage id, in memory in half precision. Any thread may search while one writes.

    The file is only a cache: `sync` adds and removes what differs from the catalogue.
    """

    def __init__(self, path: Path, dimension: int) -> None:
        self.path = path
        self.dimension = dimension
        self._lock = threading.Lock()
        self._index = self._load()
        self._positions: Ids | None = None  # id -> row of the FAISS index, -1 if absent; built on demand
        self.changed = False

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def ids(self) -> Ids:
        """The ids of all indexed passages, unordered."""
        import faiss

        return faiss.vector_to_array(self._index.id_map).astype(np.int64)

    def sync(self, rows: VectorsTable, model_id: int) -> bool:
        """Make the index match the catalogue for this model; returns whether it had vectors to remove."""
        indexed, stored = self.ids(), rows.ids(model_id)
        if len(indexed) != len(np.unique(indexed)):
            with self._lock:
                self._index, self._positions = self._empty(), None
            indexed = self.ids()
        surplus, missing = np.setdiff1d(indexed, stored), np.setdiff1d(stored, indexed)
        self.remove(surplus)
        for ids, vectors in rows.read(model_id, missing):
            self.add(ids, vectors)
        return len(surplus) > 0

    def discard_file(self) -> None:
        """Delete the file until the next `save`."""
        self.path.unlink(missing_ok=True)
        self.changed = True

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors (shape: n x dimension, L2-normalised float32) of ids that are not indexed yet.

        Rows of zeros mark passages that the engine refused, and are left out.
        """
        accepted = vectors.any(axis=1)
        with self._lock:
            self._index.add_with_ids(
                np.ascontiguousarray(vectors[accepted], np.float32), ids[accepted].astype(np.int64)
            )
            self._positions = None
            self.changed = True

    def remove(self, ids: Ids) -> None:
        """Remove vectors; unknown ids are ignored."""
        if len(ids):
            with self._lock:
                self._index.remove_ids(ids.astype(np.int64))
                self._positions = None
                self.changed = True

    def search(self, vector: Vectors, limit: int, scope: Candidates | None = None) -> list[tuple[int, float]]:
        """The nearest passages to a vector (shape: dimension) as (passage id, cosine), best first, within `scope`."""
        import faiss

        parameters: Any = None
        if scope is not None:
            bits = np.packbits(scope.passages, bitorder="little")
            untyped_faiss: Any = faiss  # its stubs describe the names before they are wrapped for Python
            parameters = untyped_faiss.SearchParameters(sel=untyped_faiss.IDSelectorBitmap(bits))
        queries = vector.reshape(1, -1).astype(np.float32)
        with self._lock:
            scores, ids = self._index.search(queries, min(limit, max(1, len(self))), params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of passages with a vector (shape: dimension); passages that are not indexed are left out."""
        requested = np.array(ids, np.int64)
        with self._lock:
            positions = self._positions_of(requested)
            rows: Vectors = self._index.index.reconstruct_batch(positions[positions >= 0])
        return dict(zip(requested[positions >= 0].tolist(), (rows @ vector).tolist(), strict=True))

    def save(self) -> None:
        """Replace the file atomically. Raises StorageFullError if it cannot be written."""
        import faiss

        if not self.changed:
            return
        temporary = self.path.with_suffix(".tmp")
        with self._lock:
            data = faiss.serialize_index(self._index)
            self.changed = False
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                file.write(data.data)
                file.write(blake3.blake3(data.data).digest())
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
        except OSError as error:
            self.changed = True
            temporary.unlink(missing_ok=True)
            raise StorageFullError("storage.vector_index_not_saved", reason=error.strerror) from error

    def _positions_of(self, ids: Ids) -> Ids:
        """The row of each id in the FAISS index, -1 if it is absent."""
        if self._positions is None:
            indexed = self.ids()
            self._positions = np.full(int(indexed.max(initial=0)) + 1, -1, np.int64)
            self._positions[indexed] = np.arange(len(indexed))
        known = (ids >= 0) & (ids < len(self._positions))
        return np.where(known, self._positions[np.where(known, ids, 0)], -1)

    def _load(self) -> Any:
        import faiss

        if not self.path.exists():
            return self._empty()
        data = np.fromfile(self.path, np.uint8)
        body, digest = data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
        if blake3.blake3(body.data).digest() != digest.tobytes():
            log.warning("vector index %s is damaged and will be rebuilt from the catalogue", self.path.name)
            return self._empty()
        index = faiss.deserialize_index(body)
        fits = isinstance(index, faiss.IndexIDMap2 | faiss.IndexIDMap) and index.d == self.dimension
        return index if fits else self._empty()

    def _empty(self) -> Any:
        import faiss

        store = faiss.IndexScalarQuantizer(self.dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return faiss.IndexIDMap(store)
