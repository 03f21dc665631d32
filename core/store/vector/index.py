"""The vector index (FAISS): derived from the catalogue, one vector per passage, ranked by inner product."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from core.errors import StorageFullError, VectorStoreError
from core.store.candidates import Candidates
from core.store.catalogue.vectors_table import Ids, Vectors, VectorsTable
from core.store.vector import files, scan, segments
from core.store.vector.differences import differences
from core.store.vector.saved import SavedVectors
from core.store.vector.tail import Tail

log = logging.getLogger(__name__)


class VectorIndex:
    """Vectors of one model by passage id, in half precision. Any thread may search while one writes.

    Its files are only a cache: `sync` adds and removes what differs from the catalogue. What they hold is searched
    where it is mapped to memory; what was added since is in memory until `save` appends it.
    """

    def __init__(self, path: Path, dimension: int, *, writable: bool = False) -> None:
        """`path` is that of the log (`files.log_path`); the vectors are in a file beside it.

        One that is `writable` saves many vectors that `sync` adds, instead of holding all of them in memory.
        """
        self.path = path
        self.dimension = dimension
        self._writable = writable
        self._lock = threading.Lock()  # held while the two below are read or replaced
        self._saved: SavedVectors | None = None  # None while unloaded
        self._tail = Tail(dimension)
        self._count = 0  # of saved vectors, while unloaded
        self._checked = secrets.randbelow(1 << 16)  # blocks, for bit rot: a short session begins anywhere
        self._may_compact = True
        self._crossing: float | None = None  # the number of vectors from which codes are faster; None: not measured
        self.changed = self.is_of_older_version = False
        self._open()

    def __len__(self) -> int:
        with self._lock:
            return len(self._tail) + (self._count if self._saved is None else len(self._saved))

    @property
    def trouble(self) -> VectorStoreError | None:
        """Nothing: it is on this machine."""
        return None

    @property
    def pending(self) -> int:
        """Nothing: `sync` and `add` wait until it has everything."""
        return 0

    def listen(self, changed: Callable[[], None]) -> None:
        """Nothing changes by itself."""

    def close(self) -> None:
        """Nothing is open but what `unload` gives back."""

    @property
    def is_loaded(self) -> bool:
        """Whether its files are mapped."""
        return self._saved is not None

    @property
    def block_count(self) -> int:
        """The number of blocks in its files that have a digest of their own; 0 while unloaded."""
        saved = self._saved
        return 0 if saved is None else len(saved.state.blocks)

    def unload(self) -> None:
        """Give the memory back until the vectors are needed again; does nothing before changes are saved."""
        with self._lock:
            if self._saved is not None and not self.changed:
                self._count, self._saved = len(self._saved), None

    def ids(self) -> Ids:
        """The ids of all indexed passages, ascending."""
        with self._lock:
            saved, tail = self._loaded().ids, self._tail.ids
        found = np.concatenate([saved, tail]) if len(tail) else saved
        return found if np.all(found[:-1] < found[1:]) else np.sort(found)

    def sample(self, count: int) -> Ids:
        """At most `count` of the indexed passages, taken evenly from all."""
        ids = self.ids()
        return ids[np.linspace(0, len(ids) - 1, min(count, len(ids))).astype(int)] if len(ids) else ids

    def sound_ids(self) -> Ids:
        """The ids of the passages whose vectors are as they were written, ascending; reads all of them."""
        with self._lock:
            saved = self._loaded()
        return np.setdiff1d(self.ids(), saved.damaged_ids(saved.state.blocks))

    def sync(self, rows: VectorsTable, model_id: int) -> bool:
        """Make the index match the catalogue for this model; returns whether it had vectors to remove."""
        if self.is_of_older_version:  # and so does not know them
            self._tail.contents = rows.contents_of(self._tail.ids)
        surplus, missing = differences(self.ids(), rows, model_id)
        self.remove(surplus)
        for ids, vectors in rows.read(model_id, missing):
            self.add(ids, vectors, rows.contents_of(ids))
            if self._writable and len(self._tail) >= segments.SEGMENT_ROWS:
                with suppress(StorageFullError):  # whoever saves next is told
                    self.save()
        return len(surplus) > 0

    def delete_files(self) -> None:
        """Start again without any vector, and without files until the next `save`."""
        with self._lock:
            files.delete(self.path)
            self._saved, self._tail = files.nothing(self.dimension), Tail(self.dimension)
            self.changed = self.is_of_older_version = False

    def add(self, ids: Ids, vectors: Vectors, contents: Ids | int) -> None:
        """Add vectors (shape: n x dimension, L2-normalised float32); those that the ids have already are replaced.

        `contents` are the content ids of the passages, or the one of all; filters go by them.
        Rows of zeros mark passages that the engine refused, and are left out.
        """
        accepted = vectors.any(axis=1)
        if not accepted.any():
            return
        with self._lock:
            self._remove(ids[accepted])
            owners = np.broadcast_to(contents, len(ids))[accepted]
            self._tail.add(ids[accepted], vectors[accepted], owners)
            self.changed = True

    def remove(self, ids: Ids) -> None:
        """Remove vectors; unknown ids are ignored."""
        if len(ids):
            with self._lock:
                self._remove(ids.astype(np.int64))

    def search(self, vector: Vectors, limit: int, scope: Candidates | None = None) -> list[tuple[int, float]]:
        """The nearest passages to a vector (shape: dimension) as (passage id, cosine), best first, within `scope`."""
        query = vector.reshape(1, -1).astype(np.float32)
        with self._lock:
            saved = self._loaded()
            allowed = None if scope is None else scope.has(self._tail.contents)
            new = self._tail.search(query, limit, allowed)
        ids, scores = scan.best_of([saved.search(query, limit, scope), new], limit)
        return list(zip(ids.tolist(), scores.tolist(), strict=True))

    def cosines(self, vector: Vectors, ids: Sequence[int]) -> dict[int, float]:
        """The cosines of passages with a vector (shape: dimension); passages that are not indexed are left out."""
        requested = np.array(ids, np.int64)
        with self._lock:
            saved = self._loaded()
            parts = [self._tail.vectors(requested)]
        parts.append(saved.vectors(requested))
        found: dict[int, float] = {}
        for known, rows in parts:
            found.update(zip(known.tolist(), (rows @ vector).tolist(), strict=True))
        return found

    def save(self) -> None:
        """Append what has changed to the files. Raises StorageFullError if they cannot be written."""
        if not self.changed:
            return
        self._write(files.append)

    def _write(self, write: Callable[[Path, SavedVectors, Tail], SavedVectors]) -> None:
        with self._lock:
            saved = self._loaded()
        # Only the thread that saves changes the tail, so that questions need not wait for the disk.
        try:
            self.path.parent.mkdir(exist_ok=True)  # not its parent, whose disk may have been removed
            written = write(self.path, saved, self._tail)
        except OSError as error:
            raise StorageFullError("storage.vector_index_not_saved", reason=error.strerror) from error
        with self._lock:
            self._saved, self._tail = written, Tail(self.dimension)
            self.changed = self.is_of_older_version = False

    def check_blocks(self, count: int) -> bool:
        """Check the next blocks of the files for bit rot; returns whether vectors were removed because of it.

        After that, `sync` adds them again.
        """
        with self._lock:
            saved = self._loaded()
        blocks = saved.state.blocks
        chosen = [blocks[(self._checked + place) % len(blocks)] for place in range(min(count, len(blocks)))]
        self._checked += count
        damaged = saved.damaged_ids(chosen)
        if len(damaged):
            log.warning("vector index %s is damaged and will be rebuilt from the catalogue", self.path.name)
            self.remove(damaged)
        return len(damaged) > 0

    def compact(self) -> bool:
        """Write the files anew if many of their rows are deleted or their blocks are small; returns whether it did.

        Questions go on meanwhile. Where the disk has no room, they stay as they are.
        """
        saved = self._saved
        if saved is None or self.changed or not self._may_compact or not saved.is_fragmented:
            return False
        try:
            self._write(files.rewrite)
        except StorageFullError:
            self._may_compact = False
            log.warning("vector index %s keeps its deleted rows, as the disk is full", self.path.name)
        return self._may_compact

    def encode_next(self) -> bool:
        """Make one more part of the codes that answer faster, if so many vectors are worth it on this machine.

        Returns whether it did anything; the first time it only measures. Questions go on meanwhile.
        """
        saved = self._saved
        if saved is None or not saved.has_full_segments:
            return False
        if self._crossing is None:
            self._crossing = saved.measured_crossing()
            log.info("vectors are searched by codes from %.0f on", self._crossing)
            return True
        return saved.coarse_scan.encode_next(saved.mapped, self._crossing)

    def _remove(self, ids: Ids) -> None:
        """Remove vectors, with the lock held."""
        self.changed |= bool(self._tail.remove(ids))
        saved = self._loaded()
        rows = saved.rows_of(ids)
        if len(rows):
            self._saved = saved.without(rows)
            self.changed = True

    def _open(self) -> None:
        older = files.read_older(self.path, self.dimension)
        self._saved = files.nothing(self.dimension) if older is not None else files.read(self.path, self.dimension)
        if older is not None:
            self._tail = older
            self.changed = self.is_of_older_version = True

    def _loaded(self) -> SavedVectors:
        """What the files hold, mapped again if it was unloaded; with the lock held."""
        if self._saved is None:
            self._saved = files.read(self.path, self.dimension)
            if len(self._saved) != self._count:
                log.error("vector index %s has changed and is rebuilt at the next start", self.path.name)
        return self._saved
