"""The watcher's thread: folders to look at go in, batches of what is there come out of its queue."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from core.watch.rules import Rules
from core.watch.scan import Found, Unreadable, inode, is_bare, scan

BATCH = 500
AHEAD = 8  # batches that may wait: a fast disk does not fill the memory


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files of a folder, found by the scan of that number."""

    scan: int
    folder_id: int
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A folder was scanned to its end; nothing under `unreadable` was looked at.

    `inode` is the folder's own (0: it is not there), `bare` says that there was nothing at all in it.
    """

    scan: int
    folder_id: int
    unreadable: tuple[bytes, ...]
    inode: int = 0
    bare: bool = False


Change = Batch | Scanned


class Watcher:
    """Scans folders, one after another, on a thread of its own; `changes` are taken by the indexer.

    `wake` is called whenever there is something in `changes`.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self.changes: queue.Queue[Change] = queue.Queue(AHEAD)
        self._requests: queue.SimpleQueue[tuple[int, int, bytes, Rules] | None] = queue.SimpleQueue()
        self._wake = wake
        self._scans = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher")
        self._thread.start()

    def look_at(self, folder_id: int, path: bytes, rules: Rules) -> int:
        """Scan a folder soon; returns at once the scan's number, which all it finds and its `Scanned` carry."""
        self._scans += 1
        self._requests.put((self._scans, folder_id, path, rules))
        return self._scans

    def close(self) -> None:
        """Stop between two files, and end the thread."""
        self._stop.set()
        self._requests.put(None)
        while self._thread.is_alive():
            self._drain()
            self._thread.join(0.05)

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self.changes.get_nowait()

    def _run(self) -> None:
        while (request := self._requests.get()) is not None:
            if not self._stop.is_set():
                self._scan(*request)

    def _scan(self, number: int, folder_id: int, path: bytes, rules: Rules) -> None:
        batch: list[Found] = []
        unreadable: list[bytes] = []
        found = False
        for entry in scan(path, rules, self._stop):
            if isinstance(entry, Unreadable):
                unreadable.append(entry.path)
                continue
            batch.append(entry)
            found = True
            if len(batch) == BATCH:
                self._put(Batch(number, folder_id, tuple(batch)))
                batch.clear()
        if self._stop.is_set():
            return
        self._put(Batch(number, folder_id, tuple(batch)))
        bare = not (found or unreadable) and is_bare(path)
        self._put(Scanned(number, folder_id, tuple(unreadable), inode(path), bare))

    def _put(self, change: Change) -> None:
        self.changes.put(change)
        self._wake()
