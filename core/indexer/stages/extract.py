"""Waiting files to the readers, their texts and passages into the catalogue."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from core.chunk import ChunkingConfig
from core.document import Document
from core.errors import FindlingError
from core.extract.base import EXTRACTOR_VERSION, Limits
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.pool import WorkerPool
from core.indexer.policy.queue import QueuedFile, ReadPriority, ReadQueue
from core.indexer.stages.rechunk import RechunkStage
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.index_set import IndexSet
from core.store.near_duplicates.sketch import sketch
from core.watch.scan import ScannedFile

STORED_AT_ONCE = 50  # results in one transaction
SIGNED_AT_ONCE = 5  # texts of an older library, between two looks at other work


class ExtractStage:
    """The words lane up to the catalogue: reads, cuts, stores. `largest` is the most bytes of a file that is read."""

    def __init__(
        self,
        root: Path,
        catalogue: Catalogue,
        index_set: IndexSet,
        chunking: ChunkingConfig,
        *,
        workers: int,
        largest: int,
        wake: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._index_set = index_set
        self._wake = wake
        self._results: deque[ExtractionResult] = deque()
        self._queue = ReadQueue(catalogue.files.waiting())
        self._checks: deque[tuple[int, bytes, int]] = deque()
        self._under_way: dict[int, QueuedFile] = {}
        self.just_saved: set[int] = set()  # contents of the last `store` that somebody waits for
        self._outdated: set[int] = set()  # changed since their reading began
        self.returned: list[int] = []  # contents of the last `store` that files have again
        self._cutting = RechunkStage(catalogue, chunking, index_set.chunking_id)  # after a change of model
        self._unsigned = deque(catalogue.sketches.missing())
        self._stale = deque(catalogue.contents.extracted_by_other_versions(EXTRACTOR_VERSION))
        self._lookup = _KnownHashes(root, index_set.chunking_id)
        limits = Limits(max_file_bytes=largest)
        self._pool = WorkerPool(workers, chunking, self._deliver, is_known=self._lookup.knows, limits=limits)

    @property
    def idle(self) -> bool:
        return not (self._queue or self._under_way or self._results or self._cutting)

    @property
    def backlog(self) -> int:
        """How many files wait for a reader that is free."""
        return len(self._queue)

    def place_of(self, file_id: int) -> int | None:
        """How many files are read before one, on any thread: 0 if it is being read, None if it does not wait here."""
        if file_id in self._under_way:
            return 0
        return self._queue.place_of(file_id)

    @property
    def current(self) -> bytes:
        """The path of a file that is being read, empty if none is."""
        return next((waiting.path for waiting in list(self._under_way.values())), b"")

    @property
    def uncut(self) -> int:
        """How many contents are not cut in the way in use yet."""
        return len(self._cutting)

    def add(self, file_id: int, found: ScannedFile, rank: ReadPriority) -> None:
        """Read a file that is new or changed, when its turn comes."""
        if file_id in self._under_way:
            self._outdated.add(file_id)  # it comes back from `store`
        else:
            self._queue.add(file_id, found.path, found.size, found.mtime_ns, rank)

    def reload(self) -> None:
        """Take the list of waiting files from the catalogue again."""
        self._queue.reload(row for row in self._catalogue.files.waiting() if row[0] not in self._under_way)

    def feed(self, last: ReadPriority = ReadPriority.OTHER) -> None:
        """Give the readers as much as they can take, of files whose rank is not behind `last`."""
        while self._pool.free_slots() > 0 and (waiting := self._queue.take(last)) is not None:
            if waiting.file_id not in self._under_way and self._catalogue.files.is_waiting(waiting.file_id):
                self._under_way[waiting.file_id] = waiting
                self._pool.submit(ExtractionJob(token=waiting.file_id, path=waiting.path, size=waiting.size))
        while self._checks and last == ReadPriority.OTHER and self._pool.free_slots() > 0:
            file_id, path, size = self._checks.popleft()
            if file_id not in self._under_way:
                self._under_way[file_id] = QueuedFile(ReadPriority.OTHER, 0, file_id, path, size)
                self._pool.submit(ExtractionJob(token=file_id, path=path, size=size, hash_only=True))
        if self._stale and self.idle and last == ReadPriority.OTHER and self._pool.free_slots() > 0:
            self._read_again(*self._stale.popleft())

    def _read_again(self, content_id: int, path: bytes) -> None:
        """Read a file whose text an older reader made, once nothing else waits; what it has is found meanwhile."""
        known = self._catalogue.files.lookup(path)
        if known is not None and self._catalogue.content_of(path) == content_id:
            file = known[1]
            self._under_way[file.id] = QueuedFile(ReadPriority.OTHER, -file.mtime_ns, file.id, path, file.size)
            self._pool.submit(ExtractionJob(token=file.id, path=path, size=file.size))

    def check(self, files: Iterable[tuple[int, bytes, int]]) -> None:
        """Hash files (id, path, size) that are read already, when nothing else waits; those that differ are read."""
        self._checks.extend(files)

    def store(self) -> list[int]:
        """Store what was read; returns the contents that are new, or came back, and cut.

        A result is let go only once it is stored.
        """
        self.returned.clear()
        some = [self._results[i] for i in range(min(len(self._results), STORED_AT_ONCE))]
        if not some:
            return self._cutting.cut()
        fresh: list[int] = []
        again: list[ExtractionResult] = []
        self.just_saved.clear()
        with self._catalogue.transaction():
            for result in some:
                content_id = self._store(result, again)
                fresh += [content_id] if content_id else []
                if self._rank_of(result) == ReadPriority.SAVED:
                    self.just_saved.add(content_id)
        for result in some:
            self._results.popleft()
            self._under_way.pop(result.token, None)
            self._outdated.discard(result.token)
        for result in again:
            self._queue.add(result.token, result.path, result.size, result.mtime_ns, ReadPriority.SAVED)
        return fresh

    def sign(self) -> bool:
        """Sign some texts of which none was kept when they were read; False if there are none."""
        some = [self._unsigned.popleft() for _ in range(min(SIGNED_AT_ONCE, len(self._unsigned)))]
        if some:
            contents = self._catalogue.contents
            with self._catalogue.transaction():
                for content_id in some:
                    if contents.get(content_id) is not None:
                        self._catalogue.sketches.put(content_id, sketch(contents.text(content_id)))
        return bool(some)

    def close(self) -> None:
        self._pool.close()
        self._lookup.close()

    def _rank_of(self, result: ExtractionResult) -> ReadPriority:
        waiting = self._under_way.get(result.token)
        return ReadPriority.OTHER if waiting is None else waiting.rank

    def _deliver(self, result: ExtractionResult) -> None:
        self._results.append(result)
        self._wake()

    def _store(self, result: ExtractionResult, again: list[ExtractionResult]) -> int:
        """Store one result; returns its content's id if that is news to the indexes, else 0."""
        contents = self._catalogue.contents
        if result.token in self._outdated:
            again.append(result)
            return 0
        known = contents.by_hash(result.hash) if result.hash is not None else None
        if result.document is None and result.problem is not None and known is None:
            self._catalogue.files.set_failed(result.token, *result.problem)
            return 0
        if result.hash is None:
            return 0
        if known is None and result.document is None:  # other bytes than before, or dropped since they were known
            self._catalogue.files.mark_waiting(result.token)
            again.append(result)
            return 0
        news = known is None or (result.document is not None and self._is_more(known, _whole(result)))
        content_id = contents.put(result.hash, _whole(result), replaces=known) if news else known
        assert content_id is not None
        if known is not None and not news and (result.document is not None or result.problem is not None):
            contents.set_extractor_version(known, EXTRACTOR_VERSION)
        if news:
            self._catalogue.passages.put(content_id, self._index_set.chunking_id, result.passages)
            self._catalogue.sketches.put(content_id, result.sketch or sketch(_whole(result).text))
        stat = KnownFile.of(result.token, result.size, result.mtime_ns, result.inode)
        self._catalogue.files.set_read(result.token, content_id, stat, self._problem(content_id, result.size))
        return content_id if news or self._came_back(content_id) else 0

    def _came_back(self, content_id: int) -> bool:
        """Whether a content had been put away, and is cut in the way in use; if not, it will be."""
        if not self._catalogue.contents.restore(content_id):
            return False
        self.returned.append(content_id)
        is_cut = self._catalogue.passages.is_chunked(content_id, self._index_set.chunking_id)
        if not is_cut:
            self._cutting.add(content_id)
        return is_cut

    def _is_more(self, known: int, document: Document) -> bool:
        """Whether a reading got further than the one before, which a crash or the clock had ended.

        Or says something else than an older reader's.
        """
        before = self._catalogue.contents.get(known)
        if before is None:
            return False
        if "partial" not in before.notes:
            is_better = "partial" not in document.notes and is_outdated(before.extractor)
            return is_better and self._catalogue.contents.text(known) != document.text
        return "partial" not in document.notes or len(document.text) > before.length

    def _problem(self, content_id: int, size: int) -> str | None:
        content = self._catalogue.contents.get(content_id)
        notes = content.notes if content is not None else ()
        return next((note for note in ("partial", "truncated", "no_text", "refused") if note in notes and size), None)


class _KnownHashes:
    """Whether a content is stored and cut already: asked on the reader pool's threads."""

    def __init__(self, root: Path, chunking_id: int) -> None:
        self._lock = threading.Lock()
        self._catalogue = Catalogue(root, writable=False)
        self._chunking_id = chunking_id

    def knows(self, digest: bytes) -> bool:
        """Not if only a part of it was read, or by an older reader.

        Nor on any trouble, which the indexer's thread meets too and tells.
        """
        contents = self._catalogue.contents
        with self._lock, suppress(FindlingError):
            content_id = contents.by_hash(digest)
            content = None if content_id is None else contents.get(content_id)
            if content is None or "partial" in content.notes or is_outdated(content.extractor):
                return False
            return self._catalogue.passages.is_chunked(content.id, self._chunking_id)
        return False

    def close(self) -> None:
        with self._lock:
            self._catalogue.close()


def is_outdated(extractor: str) -> bool:
    """Whether a text was made by a reader of another version; a blank file has none."""
    return bool(extractor) and not extractor.endswith(f"/{EXTRACTOR_VERSION}")


def _whole(result: ExtractionResult) -> Document:
    """The document with the reader's own problem ("partial") among its notes."""
    document = result.document
    assert document is not None
    extra: Iterable[str] = () if result.problem is None else (result.problem[0],)
    notes = tuple(dict.fromkeys((*document.notes, *extra)))
    return Document(
        document.text, document.kind, document.title, document.author, document.parts, notes, document.extractor
    )
