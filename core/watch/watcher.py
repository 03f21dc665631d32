"""The watcher's thread: scan requests go in, batches of scanned files and changes come out of its queue."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from core.errors import FindlingError
from core.watch.classify import ChangedPaths, Root, Stale
from core.watch.ignore_rules import IgnoreRules
from core.watch.monitor import Monitor
from core.watch.scan import ScannedFile, Unreadable, inode_of, is_empty_folder, scan_folders

BATCH_FILES = 500
MAX_QUEUED_BATCHES = 8  # bounds the memory when the disk is faster than the indexer


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files of a folder, found by the scan with this number."""

    scan: int
    folder_id: int
    found: tuple[ScannedFile, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """The end of a scan; the paths in `unreadable` and everything below them could not be scanned.

    `inode` is the root's at the end (0 if it is missing), `is_empty` says that the scanned folder has no entry, and
    `root_replaced` that the root's inode changed during the scan, so that the result mixes two folders.
    """

    scan: int
    folder_id: int
    unreadable: tuple[bytes, ...]
    inode: int = 0
    is_empty: bool = False
    root_replaced: bool = False


Change = Batch | Scanned | Stale | ChangedPaths


@dataclass(frozen=True, slots=True)
class _RunningScan:
    """A requested scan of a root, or of a path in it."""

    number: int
    root: Root
    path: bytes

    @property
    def is_whole(self) -> bool:
        return self.path == self.root.path


class Watcher:
    """Scans folders one after another on its own thread, and puts the results into the queue `changes`.

    `wake` is called for every item put into the queue. With a `monitor`, which is closed with the watcher, scanned
    roots are watched until they are removed.
    """

    def __init__(self, wake: Callable[[], None], monitor: Monitor | None = None) -> None:
        self.changes: queue.Queue[Change] = queue.Queue(MAX_QUEUED_BATCHES)
        self._requests: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._wake = wake
        self._monitor = monitor
        self._scans = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher")
        if monitor is not None:
            monitor.attach(lambda: self._requests.put(lambda: None))
        self._thread.start()

    @property
    def has_pending_changes(self) -> bool:
        """Whether changes are pending that the indexer has not taken yet."""
        return not self.changes.empty() or (self._monitor is not None and self._monitor.has_pending)

    @property
    def limit_error(self) -> FindlingError | None:
        """The system limit that keeps folders from being watched, if any."""
        return None if self._monitor is None else self._monitor.limit_error

    def scan(self, folder_id: int, path: bytes, rules: IgnoreRules, *, below: bytes | None = None) -> int:
        """Request the scan of a folder, or of a path `below` it.

        Returns at once with the scan's number, which is repeated in its batches and its `Scanned`.
        """
        self._scans += 1
        request = _RunningScan(self._scans, Root(folder_id, path, rules), path if below is None else below)
        self._requests.put(lambda: self._scan(request))
        return request.number

    def poll_folder(self, folder_id: int) -> None:
        """Poll for a folder that is missing."""
        if self._monitor is not None:
            monitor = self._monitor
            self._requests.put(lambda: monitor.poll_root(folder_id))

    def remove_folder(self, folder_id: int) -> None:
        """Stop watching a folder."""
        if self._monitor is not None:
            monitor = self._monitor
            self._requests.put(lambda: monitor.remove_root(folder_id))

    def close(self) -> None:
        """Stop between two files, and end the thread."""
        self._stop.set()
        self._requests.put(None)
        while self._thread.is_alive():
            self._drain()
            self._thread.join(0.05)
        if self._monitor is not None:
            self._monitor.close()

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self.changes.get_nowait()

    def _run(self) -> None:
        while (request := self._next_request()) is not None:
            if not self._stop.is_set():
                request()
                self._put_due_changes()

    def _next_request(self) -> Callable[[], None] | None:
        try:
            return self._requests.get(timeout=None if self._monitor is None else self._monitor.seconds_until_due())
        except queue.Empty:
            return lambda: None

    def _put_due_changes(self) -> None:
        for change in () if self._monitor is None else self._monitor.take_due():
            self._put(change)

    def _scan(self, request: _RunningScan) -> None:
        batch: list[ScannedFile] = []
        unreadable: list[bytes] = []
        seen = False
        inode_before = inode_of(request.root.path)
        for listed in self._scan_folders(request):
            seen |= bool(listed)
            batch += [entry for entry in listed if isinstance(entry, ScannedFile)]
            unreadable += [entry.path for entry in listed if isinstance(entry, Unreadable)]
            # Report files saved during the scan without waiting for its end, but after the files scanned before.
            while len(batch) >= BATCH_FILES or (self._monitor is not None and self._monitor.is_due()):
                self._put(Batch(request.number, request.root.id, tuple(batch[:BATCH_FILES])))
                del batch[:BATCH_FILES]
                self._put_due_changes()
        if self._stop.is_set():
            return
        is_empty = not seen and is_empty_folder(request.path)
        if request.is_whole and self._monitor is not None:
            self._monitor.finish_root(request.root.id)
        self._put(Batch(request.number, request.root.id, tuple(batch)))
        inode = inode_of(request.root.path)
        replaced = inode != inode_before
        self._put(Scanned(request.number, request.root.id, tuple(unreadable), inode, is_empty, replaced))

    def _scan_folders(self, request: _RunningScan) -> Iterator[list[ScannedFile | Unreadable]]:
        """The results of a scan; each folder is watched before it is listed."""
        root, monitor = request.root, self._monitor
        if monitor is None:
            yield from scan_folders(request.path, root.rules, self._stop, root=root.path)
            return
        if request.is_whole:
            monitor.start_root(root)
        enter = partial(monitor.watch_folder, root.id)
        for listed in scan_folders(request.path, root.rules, self._stop, enter, root=root.path):
            yield listed if request.is_whole else [self._defer_if_written(root.id, monitor, entry) for entry in listed]

    def _defer_if_written(
        self, root_id: int, monitor: Monitor, entry: ScannedFile | Unreadable
    ) -> ScannedFile | Unreadable:
        """The entry of a partial scan; `Unreadable` if it is being written, because the monitor reports it later."""
        is_deferred = isinstance(entry, ScannedFile) and monitor.defer(root_id, entry)
        return Unreadable(entry.path) if is_deferred else entry

    def _put(self, change: Change) -> None:
        if not self._stop.is_set():
            self.changes.put(change)
            self._wake()
