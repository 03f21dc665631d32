"""Sends waiting files to the extract workers, and stores their texts and passages in the catalogue."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path

from core.chunk import ChunkingConfig
from core.extract.base import EXTRACTOR_VERSION, Limits
from core.extract_workers.jobs import ExtractionJob, ExtractionResult
from core.extract_workers.pool import WorkerPool
from core.indexer.policy.queue import QueuedFile, ReadPriority, ReadQueue
from core.indexer.stages.known_contents import KnownContents
from core.indexer.stages.rechunk import RechunkStage
from core.indexer.stages.stored_results import ResultStore
from core.store.catalogue.catalogue import Catalogue
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
        read_scans: bool = False,
        read_archives: bool = False,
    ) -> None:
        """With `read_scans` pictures without words of their own become documents, whose text OCR recognises.

        With `read_archives` so do the files in archives.
        """
        self._catalogue = catalogue
        self._wake = wake
        self._results: deque[ExtractionResult] = deque()
        self._queue = ReadQueue(catalogue.files.waiting())
        self._hash_checks: deque[tuple[int, bytes, int]] = deque()
        self._in_progress: dict[int, QueuedFile] = {}
        self.just_saved: set[int] = set()  # contents in the last `store` whose files were just saved
        self._changed_meanwhile: set[int] = set()  # files in progress that changed since they were submitted
        self._rechunk = RechunkStage(catalogue, chunking, index_set.chunking_id)
        self._without_sketch = deque(catalogue.sketches.missing())
        self._outdated = deque(catalogue.contents.extracted_by_other_versions(EXTRACTOR_VERSION))
        self._known = KnownContents(root, index_set.chunking_id)
        self._stored = ResultStore(catalogue, index_set, self._rechunk.add, read_scans=read_scans)
        limits = Limits(max_file_bytes=max_file_bytes, reads_archives=read_archives)
        self._pool = WorkerPool(workers, chunking, self._on_result, known=self._known, limits=limits)

    @property
    def restored(self) -> list[int]:
        """Retired contents in the last `store` that have a file again."""
        return self._stored.restored

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

    def reload_all(self) -> None:
        """Replace all queues by what waits in the catalogue: files, contents without passages or without a sketch."""
        self.reload()
        self._rechunk.reload()
        self._without_sketch = deque(self._catalogue.sketches.missing())

    def submit(self, lowest: ReadPriority = ReadPriority.OTHER) -> None:
        """Send files whose priority is at least `lowest` to free workers, then hash checks and outdated contents."""
        while self._pool.free_slots() > 0 and (queued := self._queue.pop(lowest)) is not None:
            if queued.file_id not in self._in_progress and self._catalogue.files.is_waiting(queued.file_id):
                self._submit(queued)
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

    def rechunk(self, content_id: int) -> None:
        """Chunk a stored content in one of the next steps."""
        self._rechunk.add(content_id)

    def read_named(self, path: bytes) -> None:
        """Read a file that is indexed by name only, such as a picture, before all others."""
        self._stored.read_for_ocr.add(path)
        with self._catalogue.transaction():
            self._catalogue.named_files.mark_waiting(path)
        known = self._catalogue.files.lookup(path)
        if known is not None:
            file = known[1]
            self._queue.add(file.id, path, file.size, file.mtime_ns, ReadPriority.SAVED)

    def store(self) -> list[int]:
        """Store some results, or rechunk some contents if there are none; returns new and restored, chunked contents.

        Results stay pending until they are stored.
        """
        self.restored.clear()
        batch = [self._results[i] for i in range(min(len(self._results), RESULTS_PER_TRANSACTION))]
        if not batch:
            return self._rechunk.step()
        new_contents: list[int] = []
        to_reread: list[tuple[ExtractionResult, ReadPriority]] = []
        self.just_saved.clear()
        with self._catalogue.transaction():
            for result in batch:
                priority = self._priority_of(result)
                stored, must_reread = self._store(result)
                new_contents += stored
                if must_reread is not None:
                    to_reread.append((result, max(priority, must_reread)))
                if priority == ReadPriority.SAVED:
                    self.just_saved.update(stored)
        for result in batch:
            self._results.popleft()
            self._in_progress.pop(result.token, None)
            self._changed_meanwhile.discard(result.token)
        for result, priority in to_reread:
            self._queue.add(result.token, result.path, result.size, result.mtime_ns, priority)
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
        self._known.close()

    def _extract_again(self, content_id: int, path: bytes) -> None:
        """Read a file whose text an older version extracted; its old text stays searchable meanwhile."""
        known = self._catalogue.files.lookup(path)
        if known is not None and self._catalogue.content_of(path) == content_id:
            file = known[1]
            self._submit(QueuedFile(ReadPriority.OTHER, -file.mtime_ns, file.id, path, file.size))

    def _submit(self, queued: QueuedFile) -> None:
        self._in_progress[queued.file_id] = queued
        known_members = self._catalogue.members.state(queued.file_id)
        self._pool.submit(
            ExtractionJob(queued.file_id, queued.path, queued.size, known_members=known_members)
        )  # fmt: skip

    def _priority_of(self, result: ExtractionResult) -> ReadPriority:
        queued = self._in_progress.get(result.token)
        return ReadPriority.OTHER if queued is None else queued.priority

    def _on_result(self, result: ExtractionResult) -> None:
        self._results.append(result)
        self._wake()

    def _store(self, result: ExtractionResult) -> tuple[list[int], ReadPriority | None]:
        """Store one result; returns the contents that the indexes must add, and the priority to read the file again."""
        if result.token in self._changed_meanwhile:
            return [], ReadPriority.SAVED
        new_contents, goes_on = self._stored.store(result)
        if goes_on:
            return new_contents, ReadPriority.OTHER
        return new_contents, ReadPriority.SAVED if self._catalogue.files.is_waiting(result.token) else None
