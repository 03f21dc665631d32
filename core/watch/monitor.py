"""Live watching: what changes in the roots is looked at again once it is quiet."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import WatchLimitError
from core.watch import inotify_limits
from core.watch.classify import ChangedPaths, Classified, Root, Stale, classify, is_settled
from core.watch.debounce import Debouncer
from core.watch.mounts import MountMonitor, below, is_remote, is_remote_type
from core.watch.scan import ScannedFile, inode

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import InotifyFD

    from core.watch.inotify import InotifyWatches

QUIET = 1.0  # seconds without a notice before a path is looked at, and between two looks at it
LONGEST = 10.0  # seconds after its first notice a path is looked at though it is not quiet
PATIENCE = 60.0  # seconds after which a file that is written to all the time is taken as it is
MANY = 5_000  # paths of one root noticed at a time: then one scan of it costs less
POLL = 300.0  # seconds between two scans of a root that cannot be watched


class Monitor:
    """What is watched, and what was noticed. For the watcher's thread, but for `attach` and the two properties."""

    def __init__(
        self,
        *,
        quiet: float = QUIET,
        poll: float = POLL,
        inotify: Callable[[], InotifyFD] | None = None,
        is_remote: Callable[[bytes], bool] = is_remote,
        mounted: Callable[[bytes], dict[bytes, str]] = below,
    ) -> None:
        self._mounted = mounted
        self._inotify = inotify
        self._is_remote = is_remote
        self._quiet = quiet
        self._poll = poll
        self._wake: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._waiting = Debouncer(quiet, LONGEST)
        self._roots: dict[int, Root] = {}
        self._polls: dict[tuple[int, bytes], float] = {}  # when to scan a root, or a place in it, that tells too little
        self._mounts: dict[int, dict[bytes, str]] = {}  # what is mounted in each root
        self._mount_notices: MountMonitor | None = None
        self._blind: set[int] = set()  # the roots that are not watched, or not wholly
        self._limited: dict[int, WatchLimitError] = {}
        self._notices: InotifyWatches | None = None

    def attach(self, wake: Callable[[], None]) -> None:
        """Have something called, on any thread, when `until` became earlier."""
        self._wake = wake

    @property
    def expecting(self) -> bool:
        """Whether something was noticed that is not told yet."""
        with self._lock:
            return len(self._waiting) > 0

    @property
    def trouble(self) -> WatchLimitError | None:
        """Why not all can be watched, as long as that is so."""
        return next(iter(list(self._limited.values())), None)

    def begin(self, root: Root) -> None:
        """A root is about to be scanned: watch it anew, or poll it if it tells nothing."""
        self._release(root.id)
        mounts = self._mounted(root.path)
        with self._lock:
            self._roots[root.id] = replace(root, inode=inode(root.path))
            self._mounts[root.id] = mounts
        self._notice_mounts()
        if sys.platform != "linux" or self._is_remote(root.path):
            self._give_up(root.id)
        else:
            self._try(root.id, lambda notices: notices.guard(root))

    def enter(self, root_id: int, folder: bytes) -> None:
        """A folder is about to be listed: what happens in it from now on is noticed."""
        root = self._roots.get(root_id)
        if root is None or root_id in self._blind:
            return
        far = self._far(root_id, folder)
        if far is not None:
            self._polls.setdefault((root_id, far), time.monotonic() + self._poll)
        else:
            self._try(root_id, lambda notices: notices.watch(root, folder))

    def end(self, root_id: int) -> None:
        """A root was scanned."""
        if root_id not in self._blind:
            self._limited.pop(root_id, None)

    def seek(self, root_id: int) -> None:
        """A root is not there, or its disk is not: look for it from time to time."""
        if root_id in self._roots:
            self._poll_later(root_id)

    def forget(self, root_id: int) -> None:
        """A root was removed."""
        self._release(root_id)
        with self._lock:
            self._roots.pop(root_id, None)
            self._mounts.pop(root_id, None)
        self._limited.pop(root_id, None)

    def defer(self, root_id: int, found: ScannedFile) -> bool:
        """Whether a file is still being written, so that it is looked at later."""
        if is_settled(found.mtime_ns / 1e9, self._quiet):
            return False
        now = time.monotonic()
        with self._lock:
            self._waiting.put_back(root_id, found.path, now, now)
        return True

    def until(self) -> float | None:
        """Seconds until `due` has something to tell; None if that takes a notice."""
        with self._lock:
            soonest = min([self._waiting.next(), *self._polls.values()])
        return None if soonest == float("inf") else max(0.0, soonest - time.monotonic())

    def is_due(self) -> bool:
        """Whether something that was noticed is to be looked at now."""
        return self._waiting.next() <= time.monotonic()

    def due(self) -> list[Stale | ChangedPaths]:
        """Look at what is quiet now. What came is told before what went, so that a move forgets nothing in between."""
        now = time.monotonic()
        paths: dict[int, dict[bytes, float]] = defaultdict(dict)
        with self._lock:
            for root_id, path, first in self._waiting.take(now):
                paths[root_id][path] = first
            roots = dict(self._roots)
        looks = [(roots[root_id], self._look(roots[root_id], firsts, now)) for root_id, firsts in paths.items()]
        stale = [Stale(root.id, path) for root, looked in looks for path in looked.stale]
        came = [ChangedPaths(root.id, tuple(looked.found), ()) for root, looked in looks if looked.found]
        went = [ChangedPaths(root.id, (), tuple(looked.gone)) for root, looked in looks if looked.gone]
        return [*self._polled(now), *stale, *came, *went]

    def close(self) -> None:
        """End watchdog's thread."""
        if self._mount_notices is not None:
            self._mount_notices.close()
        if self._notices is not None:
            self._notices.close()

    def _look(self, root: Root, firsts: dict[bytes, float], now: float) -> Classified:
        looked = classify(
            root, {path: self._quiet if now - first < PATIENCE else 0.0 for path, first in firsts.items()}
        )
        with self._lock:
            for path in looked.unsettled:
                self._waiting.put_back(root.id, path, firsts[path], now)
        return looked

    def _polled(self, now: float) -> list[Stale]:
        due = [key for key, when in self._polls.items() if when <= now]
        for key in due:
            self._polls[key] = time.monotonic() + self._poll
        return [Stale(root_id, path) for root_id, path in due]

    def _far(self, root_id: int, folder: bytes) -> bytes | None:
        """The place in a root that a folder is in, if the file system mounted there tells nothing."""
        for place, kind in self._mounts.get(root_id, {}).items():
            if is_remote_type(kind) and (folder == place or folder.startswith(place + b"/")):
                return place
        return None

    def _notice_mounts(self) -> None:
        if self._mount_notices is None:
            with contextlib.suppress(OSError):  # then disks are looked for from time to time
                self._mount_notices = MountMonitor(self._mounts_changed)

    def _mounts_changed(self) -> None:
        """Look again where a disk came or went: in a root, or under it."""
        with self._lock:
            roots = dict(self._roots)
        for root in roots.values():
            now = self._mounted(root.path)
            with self._lock:
                before, self._mounts[root.id] = self._mounts.get(root.id, {}), now
            for place in before.items() ^ now.items():
                self._told(root.id, place[0])
            if inode(root.path) != root.inode:
                self._told(root.id, root.path)

    def _give_up(self, root_id: int) -> None:
        self._blind.add(root_id)
        self._poll_later(root_id)

    def _poll_later(self, root_id: int) -> None:
        self._polls[root_id, self._roots[root_id].path] = time.monotonic() + self._poll

    def _release(self, root_id: int) -> None:
        """What was noticed is seen by the scan, or is of no interest any more."""
        if self._notices is not None:
            self._notices.forget(root_id)
        self._polls = {key: when for key, when in self._polls.items() if key[0] != root_id}
        self._blind.discard(root_id)
        with self._lock:
            self._waiting.drop(root_id)

    def _try(self, root_id: int, watch: Callable[[InotifyWatches], None]) -> None:
        """Watch something, if it is still there and the system allows more."""
        try:
            watch(self._opened())
        except OSError as error:
            limit = inotify_limits.told(error)
            if limit is not None:
                self._limited[root_id] = limit
                self._give_up(root_id)

    def _opened(self) -> InotifyWatches:
        if self._notices is None:
            from watchdog.observers.inotify_c import InotifyFD

            from core.watch.inotify import InotifyWatches

            self._notices = InotifyWatches(self._told, self._lost, inotify=self._inotify or InotifyFD)
        return self._notices

    def _told(self, root_id: int, path: bytes) -> None:
        with self._lock:
            root = self._roots.get(root_id)
            if root is None:
                return
            was_empty = self._waiting.note(root_id, path, time.monotonic())
            if self._waiting.count(root_id) > MANY:
                self._waiting.drop(root_id)
                self._waiting.note(root_id, root.path, time.monotonic())
        if was_empty:
            self._wake()

    def _lost(self, root_id: int) -> None:
        root = self._roots.get(root_id)
        if root is not None:
            self._told(root_id, root.path)
