"""The watcher's thread: folders to look at go in, batches of what is there come out of its queue."""

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
from core.watch.scan import ScannedFile, Unreadable, inode, is_bare, listings

BATCH = 500
AHEAD = 8  # batches that may wait: a fast disk does not fill the memory


@dataclass(frozen=True, slots=True)
class Batch:
    """Some files of a folder, found by the scan of that number."""

    scan: int
    folder_id: int
    found: tuple[ScannedFile, ...]


@dataclass(frozen=True, slots=True)
class Scanned:
    """A folder was scanned to its end; nothing is told of what is at, or under, `unreadable`.

    `inode` is that of the whole root at the end (0: it is not there), `bare` says that there was nothing in the folder,
    `torn` that the root was another one at the beginning: what was found and missed is of two.
    """

    scan: int
    folder_id: int
    unreadable: tuple[bytes, ...]
    inode: int = 0
    bare: bool = False
    torn: bool = False


Change = Batch | Scanned | Stale | ChangedPaths


@dataclass(frozen=True, slots=True)
class _RunningScan:
    """What to scan: a root, or what is at a path of it."""

    number: int
    root: Root
    path: bytes

    @property
    def is_whole(self) -> bool:
        return self.path == self.root.path


class Watcher:
    """Scans folders, one after another, on a thread of its own; `changes` are taken by the indexer.

    `wake` is called whenever there is something in `changes`. With `live`, what was scanned is watched from then on,
    until it is forgotten or scanned anew; it is closed with the watcher.
    """

    def __init__(self, wake: Callable[[], None], live: Monitor | None = None) -> None:
        self.changes: queue.Queue[Change] = queue.Queue(AHEAD)
        self._requests: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._wake = wake
        self._live = live
        self._scans = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher")
        if live is not None:
            live.attach(lambda: self._requests.put(lambda: None))
        self._thread.start()

    @property
    def expecting(self) -> bool:
        """Whether changes were noticed that nobody took yet."""
        return not self.changes.empty() or (self._live is not None and self._live.expecting)

    @property
    def trouble(self) -> FindlingError | None:
        """Why not all folders can be watched, as long as that is so."""
        return None if self._live is None else self._live.trouble

    def look_at(self, folder_id: int, path: bytes, rules: IgnoreRules, *, below: bytes | None = None) -> int:
        """Scan a folder soon, or what is at a path `below` it.

        Returns at once the scan's number, which all it finds and its `Scanned` carry.
        """
        self._scans += 1
        request = _RunningScan(self._scans, Root(folder_id, path, rules), path if below is None else below)
        self._requests.put(lambda: self._scan(request))
        return request.number

    def seek(self, folder_id: int) -> None:
        """Look from time to time whether a folder is there again."""
        if self._live is not None:
            live = self._live
            self._requests.put(lambda: live.seek(folder_id))

    def forget(self, folder_id: int) -> None:
        """Watch a folder no more."""
        if self._live is not None:
            live = self._live
            self._requests.put(lambda: live.forget(folder_id))

    def close(self) -> None:
        """Stop between two files, and end the thread."""
        self._stop.set()
        self._requests.put(None)
        while self._thread.is_alive():
            self._drain()
            self._thread.join(0.05)
        if self._live is not None:
            self._live.close()

    def _drain(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self.changes.get_nowait()

    def _run(self) -> None:
        while (request := self._next()) is not None:
            if not self._stop.is_set():
                request()
                self._look()

    def _next(self) -> Callable[[], None] | None:
        try:
            return self._requests.get(timeout=None if self._live is None else self._live.until())
        except queue.Empty:
            return lambda: None

    def _look(self) -> None:
        """Tell what became quiet meanwhile."""
        for change in () if self._live is None else self._live.due():
            self._put(change)

    def _scan(self, request: _RunningScan) -> None:
        batch: list[ScannedFile] = []
        unreadable: list[bytes] = []
        seen = False
        begun = inode(request.root.path)
        for listed in self._listings(request):
            seen |= bool(listed)
            batch += [entry for entry in listed if isinstance(entry, ScannedFile)]
            unreadable += [entry.path for entry in listed if isinstance(entry, Unreadable)]
            # What was just saved does not wait for the end; what was seen before is told before.
            while len(batch) >= BATCH or (self._live is not None and self._live.is_due()):
                self._put(Batch(request.number, request.root.id, tuple(batch[:BATCH])))
                del batch[:BATCH]
                self._look()
        if self._stop.is_set():
            return
        bare = not seen and is_bare(request.path)
        if request.is_whole and self._live is not None:
            self._live.end(request.root.id)
        self._put(Batch(request.number, request.root.id, tuple(batch)))
        ended = inode(request.root.path)
        self._put(Scanned(request.number, request.root.id, tuple(unreadable), ended, bare, ended != begun))

    def _listings(self, request: _RunningScan) -> Iterator[list[ScannedFile | Unreadable]]:
        """What the scan finds, watching folder after folder; a file below that is still being written comes later."""
        root, live = request.root, self._live
        if live is None:
            yield from listings(request.path, root.rules, self._stop, root=root.path)
            return
        if request.is_whole:
            live.begin(root)
        enter = partial(live.enter, root.id)
        for listed in listings(request.path, root.rules, self._stop, enter, root=root.path):
            yield listed if request.is_whole else [self._later(root.id, live, entry) for entry in listed]

    def _later(self, root_id: int, live: Monitor, entry: ScannedFile | Unreadable) -> ScannedFile | Unreadable:
        late = isinstance(entry, ScannedFile) and live.defer(root_id, entry)
        return Unreadable(entry.path) if late else entry

    def _put(self, change: Change) -> None:
        if not self._stop.is_set():
            self.changes.put(change)
            self._wake()
