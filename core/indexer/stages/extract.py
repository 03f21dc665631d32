"""Sends waiting files to the extract workers, and stores their texts and passages in the catalogue."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from core.chunk import ChunkingConfig
from core.document import Document
from core.extract.base import EXTRACTOR_VERSION, Limits
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.pool import WorkerPool
from core.indexer.policy.queue import QueuedFile, ReadPriority, ReadQueue
from core.indexer.stages.known_hashes import KnownHashes, is_outdated
from core.indexer.stages.rechunk import RechunkStage
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.files import KnownFile
from core.store.index_set import IndexSet
from core.store.near_duplicates.sketch import sketch
from core.watch.scan import ScannedFile

RESULTS_PER_TRANSACTION = 50
SKETCHES_PER_STEP = 5


class ExtractStage:
    """Reads files up to `max_file_bytes` and stores the chunked results. Use it on the indexer's thread."""

    def __init__(
        self,
        root: Path,
        catalogue: Catalogue,
        index_set: IndexSet,
        chunking: ChunkingConfig,
        *,
        workers: int,
        max_file_bytes: int,
        wake: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._index_set = index_set
        self._wake = wake
        self._results: deque[ExtractionResult] = deque()
        self._queue = ReadQueue(catalogue.files.waiting())
        self._hash_checks: deque[tuple[int, bytes, int]] = deque()
        self._in_progress: dict[int, QueuedFile] = {}
        self.just_saved: set[int] = set()  # contents in the last `store` whose files were just saved
        self._changed_meanwhile: set[int] = set()  # files in progress that changed since they were submitted
        self.restored: list[int] = []  # retired contents in the last `store` that have a file again
        self._rechunk = RechunkStage(catalogue, chunking, index_set.chunking_id)
        self._without_sketch = deque(catalogue.sketches.missing())
        self._outdated = deque(catalogue.contents.extracted_by_other_versions(EXTRACTOR_VERSION))
        self._known_hashes = KnownHashes(root, index_set.chunking_id)
        limits = Limits(max_file_bytes=max_file_bytes)
        self._pool = WorkerPool(workers, chunking, self._on_result, is_known=self._known_hashes.is_known, limits=limits)

    @property
    def idle(self) -> bool:
        """Whether no file is queued or in progress, and no content waits to be rechunked."""
        return not (self._queue or self._in_progress or self._results or self._rechunk)

    @property
    def backlog(self) -> int:
        """The number of queued files, without those in progress."""
        return len(self._queue)

    def queue_position(self, file_id: int) -> int | None:
        """The position of a file in the queue, on any thread: 0 if it is in progress, None if it is not queued."""
        if file_id in self._in_progress:
            return 0
        return self._queue.position_of(file_id)

    @property
    def current(self) -> bytes:
        """The path of a file in progress, empty if there is none."""
        return next((queued.path for queued in list(self._in_progress.values())), b"")

    @property
    def unchunked(self) -> int:
        """The number of contents that are not chunked with the current config yet."""
        return len(self._rechunk)

    def enqueue(self, file_id: int, found: ScannedFile, priority: ReadPriority) -> None:
        """Queue a new or changed file."""
        if file_id in self._in_progress:
            self._changed_meanwhile.add(file_id)  # `store` queues it again
        else:
            self._queue.add(file_id, found.path, found.size, found.mtime_ns, priority)

    def reload(self) -> None:
        """Replace the queue by the waiting files of the catalogue."""
        self._queue.reload(row for row in self._catalogue.files.waiting() if row[0] not in self._in_progress)

    def submit(self, lowest: ReadPriority = ReadPriority.OTHER) -> None:
        """Send files whose priority is at least `lowest` to free workers, then hash checks and outdated contents."""
        while self._pool.free_slots() > 0 and (queued := self._queue.pop(lowest)) is not None:
            if queued.file_id not in self._in_progress and self._catalogue.files.is_waiting(queued.file_id):
                self._in_progress[queued.file_id] = queued
                self._pool.submit(ExtractionJob(token=queued.file_id, path=queued.path, size=queued.size))
        while self._hash_checks and lowest == ReadPriority.OTHER and self._pool.free_slots() > 0:
            file_id, path, size = self._hash_checks.popleft()
            if file_id not in self._in_progress:
                self._in_progress[file_id] = QueuedFile(ReadPriority.OTHER, 0, file_id, path, size)
                self._pool.submit(ExtractionJob(token=file_id, path=path, size=size, hash_only=True))
        if self._outdated and self.idle and lowest == ReadPriority.OTHER and self._pool.free_slots() > 0:
            self._extract_again(*self._outdated.popleft())

    def check_hashes(self, files: Iterable[tuple[int, bytes, int]]) -> None:
        """Hash files (id, path, size) once the workers are idle, and read those whose hash changed."""
        self._hash_checks.extend(files)

    def store(self) -> list[int]:
        """Store some results, or rechunk some contents if there are none; returns new and restored, chunked contents.

        Results stay pending until they are stored.
        """
        self.restored.clear()
        batch = [self._results[i] for i in range(min(len(self._results), RESULTS_PER_TRANSACTION))]
        if not batch:
            return self._rechunk.step()
        new_contents: list[int] = []
        to_reread: list[ExtractionResult] = []
        self.just_saved.clear()
        with self._catalogue.transaction():
            for result in batch:
                content_id = self._store(result, to_reread)
                new_contents += [content_id] if content_id else []
                if self._priority_of(result) == ReadPriority.SAVED:
                    self.just_saved.add(content_id)
        for result in batch:
            self._results.popleft()
            self._in_progress.pop(result.token, None)
            self._changed_meanwhile.discard(result.token)
        for result in to_reread:
            self._queue.add(result.token, result.path, result.size, result.mtime_ns, ReadPriority.SAVED)
        return new_contents

    def add_sketches(self) -> bool:
        """Add sketches of some texts that an older version stored without one; False if there are none."""
        batch = [self._without_sketch.popleft() for _ in range(min(SKETCHES_PER_STEP, len(self._without_sketch)))]
        if batch:
            contents = self._catalogue.contents
            with self._catalogue.transaction():
                for content_id in batch:
                    if contents.get(content_id) is not None:
                        self._catalogue.sketches.put(content_id, sketch(contents.text(content_id)))
        return bool(batch)

    def close(self) -> None:
        """End the workers."""
        self._pool.close()
        self._known_hashes.close()

    def _extract_again(self, content_id: int, path: bytes) -> None:
        """Read a file whose text an older version extracted; its old text stays searchable meanwhile."""
        known = self._catalogue.files.lookup(path)
        if known is not None and self._catalogue.content_of(path) == content_id:
            file = known[1]
            self._in_progress[file.id] = QueuedFile(ReadPriority.OTHER, -file.mtime_ns, file.id, path, file.size)
            self._pool.submit(ExtractionJob(token=file.id, path=path, size=file.size))

    def _priority_of(self, result: ExtractionResult) -> ReadPriority:
        queued = self._in_progress.get(result.token)
        return ReadPriority.OTHER if queued is None else queued.priority

    def _on_result(self, result: ExtractionResult) -> None:
        self._results.append(result)
        self._wake()

    def _store(self, result: ExtractionResult, to_reread: list[ExtractionResult]) -> int:
        """Store one result; returns the id of its content if the indexes must add it, else 0.

        Appends a result to `to_reread` if its file must be read again.
        """
        contents = self._catalogue.contents
        if result.token in self._changed_meanwhile:
            to_reread.append(result)
            return 0
        known = contents.by_hash(result.hash) if result.hash is not None else None
        if result.document is None and result.problem is not None and known is None:
            self._catalogue.files.set_failed(result.token, *result.problem)
            return 0
        if result.hash is None:
            return 0
        if known is None and result.document is None:  # the file changed, or its content was purged
            self._catalogue.files.mark_waiting(result.token)
            to_reread.append(result)
            return 0
        is_new = known is None or (result.document is not None and self._is_better(known, _document(result)))
        content_id = contents.put(result.hash, _document(result), replaces=known) if is_new else known
        assert content_id is not None
        if known is not None and not is_new and (result.document is not None or result.problem is not None):
            contents.set_extractor_version(known, EXTRACTOR_VERSION)
        if is_new:
            self._catalogue.passages.put(content_id, self._index_set.chunking_id, result.passages)
            self._catalogue.sketches.put(content_id, result.sketch or sketch(_document(result).text))
        stat = KnownFile.of(result.token, result.size, result.mtime_ns, result.inode)
        self._catalogue.files.set_read(result.token, content_id, stat, self._problem(content_id, result.size))
        return content_id if is_new or self._restore(content_id) else 0

    def _restore(self, content_id: int) -> bool:
        """Restore a retired content, and queue it for chunking if necessary; returns whether it is ready to index."""
        if not self._catalogue.contents.restore(content_id):
            return False
        self.restored.append(content_id)
        is_chunked = self._catalogue.passages.is_chunked(content_id, self._index_set.chunking_id)
        if not is_chunked:
            self._rechunk.add(content_id)
        return is_chunked

    def _is_better(self, known: int, document: Document) -> bool:
        """Whether a document should replace the stored text: more complete, or changed by a new extractor version."""
        stored = self._catalogue.contents.get(known)
        if stored is None:
            return False
        if "partial" not in stored.notes:
            is_current = "partial" not in document.notes and is_outdated(stored.extractor)
            return is_current and self._catalogue.contents.text(known) != document.text
        return "partial" not in document.notes or len(document.text) > stored.length

    def _problem(self, content_id: int, size: int) -> str | None:
        content = self._catalogue.contents.get(content_id)
        notes = content.notes if content is not None else ()
        return next((note for note in ("partial", "truncated", "no_text", "refused") if note in notes and size), None)


def _document(result: ExtractionResult) -> Document:
    """The document of a result, with the problem code of the worker itself ("partial") added to its notes."""
    document = result.document
    assert document is not None
    extra: Iterable[str] = () if result.problem is None else (result.problem[0],)
    notes = tuple(dict.fromkeys((*document.notes, *extra)))
    return Document(
        document.text, document.kind, document.title, document.author, document.parts, notes, document.extractor
    )
