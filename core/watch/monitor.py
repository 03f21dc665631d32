"""Live watching of roots: collects, debounces and re-stats changed paths; polls remote folders."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import WatchLimitError
from core.watch import inotify_limits
from core.watch.classify import ChangedPaths, Classified, Root, Stale, classify, is_stable
from core.watch.debounce import Debouncer
from core.watch.mounts import MountMonitor, is_remote, is_remote_type, mounts_below
from core.watch.scan import ScannedFile, inode_of

if TYPE_CHECKING:
    from watchdog.observers.inotify_c import InotifyFD

    from core.watch.inotify import InotifyWatches

DEBOUNCE_SECONDS = 1.0  # without an event before a path is stat'ed, and between two stats of it
MAX_DEBOUNCE_SECONDS = 10.0  # after its first event a path is stat'ed even if events keep coming
MAX_WRITE_SECONDS = 60.0  # after its first event a file is indexed even if it is still being written
MAX_PENDING_PATHS = 5_000  # of one root: beyond that, one scan of the root costs less
POLL_SECONDS = 300.0  # between two scans of a root that cannot be watched


class Monitor:
    """The watched roots and their pending changes. Use it on the watcher's thread, except `attach` and properties."""

    def __init__(
        self,
        *,
        debounce: float = DEBOUNCE_SECONDS,
        poll: float = POLL_SECONDS,
        inotify: Callable[[], InotifyFD] | None = None,
        is_remote: Callable[[bytes], bool] = is_remote,
        mounts_below: Callable[[bytes], dict[bytes, str]] = mounts_below,
    ) -> None:
        self._mounts_below = mounts_below
        self._inotify = inotify
        self._is_remote = is_remote
        self._debounce = debounce
        self._poll = poll
        self._wake: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._pending = Debouncer(debounce, MAX_DEBOUNCE_SECONDS)
        self._roots: dict[int, Root] = {}
        self._next_polls: dict[tuple[int, bytes], float] = {}  # when to rescan a path that cannot be watched
        self._mounts: dict[int, dict[bytes, str]] = {}  # the mount points below each root
        self._remote_links: dict[int, set[bytes]] = defaultdict(set)  # followed links to remote folders
        self._mount_monitor: MountMonitor | None = None
        self._polled_roots: set[int] = set()  # the roots that are not watched, or not completely
        self._limit_errors: dict[int, WatchLimitError] = {}
        self._watches: InotifyWatches | None = None

    def attach(self, wake: Callable[[], None]) -> None:
        """Set the callback, called on any thread, for when `seconds_until_due` becomes shorter."""
        self._wake = wake

    @property
    def has_pending(self) -> bool:
        """Whether changes are pending that `take_due` has not returned yet."""
        with self._lock:
            return len(self._pending) > 0

    @property
    def limit_error(self) -> WatchLimitError | None:
        """The system limit that keeps roots from being watched, if any."""
        return next(iter(list(self._limit_errors.values())), None)

    def start_root(self, root: Root) -> None:
        """Watch a root that is about to be scanned, from its parents; poll it if it is remote."""
        self._release(root.id)
        mounts = self._mounts_below(root.path)
        with self._lock:
            self._roots[root.id] = replace(root, inode=inode_of(root.path))
            self._mounts[root.id] = mounts
        self._start_mount_monitor()
        if sys.platform != "linux" or self._is_remote(root.path):
            self._poll_instead(root.id)
        else:
            self._try_watch(root.id, lambda watches: watches.watch_parents(root))

    def watch_folder(self, root_id: int, folder: bytes) -> None:
        """Watch a folder of a root that is about to be listed; poll it if it is remote."""
        root = self._roots.get(root_id)
        if root is None or root_id in self._polled_roots:
            return
        if root.rules.follow_links and os.path.islink(folder) and self._is_remote(os.path.realpath(folder)):
            self._remote_links[root_id].add(folder)
        if mount := self._remote_mount(root_id, folder):
            self._next_polls.setdefault((root_id, mount), time.monotonic() + self._poll)
        else:
            self._try_watch(root_id, lambda watches: watches.watch(root, folder))

    def finish_root(self, root_id: int) -> None:
        """Record the end of a root's scan, which clears its limit error if all of the root is watched."""
        if root_id not in self._polled_roots:
            self._limit_errors.pop(root_id, None)

    def poll_root(self, root_id: int) -> None:
        """Poll for a missing root, or one whose disk is missing."""
        if root_id in self._roots:
            self._schedule_poll(root_id)

    def remove_root(self, root_id: int) -> None:
        """Stop watching a root."""
        self._release(root_id)
        with self._lock:
            self._roots.pop(root_id, None)
            self._mounts.pop(root_id, None)
        self._limit_errors.pop(root_id, None)

    def defer(self, root_id: int, found: ScannedFile) -> bool:
        """Make a scanned file pending if it is still being written; returns whether it is."""
        if is_stable(found.mtime_ns / 1e9, self._debounce):
            return False
        now = time.monotonic()
        with self._lock:
            self._pending.reschedule(root_id, found.path, now, now)
        return True

    def seconds_until_due(self) -> float | None:
        """Seconds until `take_due` has something to return; None if nothing is pending."""
        with self._lock:
            soonest = min([self._pending.next_due(), *self._next_polls.values()])
        return None if soonest == float("inf") else max(0.0, soonest - time.monotonic())

    def is_due(self) -> bool:
        """Whether a changed path is due now."""
        return self._pending.next_due() <= time.monotonic()

    def take_due(self) -> list[Stale | ChangedPaths]:
        """Re-stat the due paths; returns found paths before deleted ones, so that a moved file is never missing."""
        now = time.monotonic()
        paths: dict[int, dict[bytes, float]] = defaultdict(dict)
        with self._lock:
            for root_id, path, first in self._pending.pop_due(now):
                paths[root_id][path] = first
            roots = dict(self._roots)
        results = [(roots[root_id], self._classify(roots[root_id], firsts, now)) for root_id, firsts in paths.items()]
        stale = [Stale(root.id, path) for root, result in results for path in result.stale]
        found = [ChangedPaths(root.id, tuple(result.found), ()) for root, result in results if result.found]
        deleted = [ChangedPaths(root.id, (), tuple(result.deleted)) for root, result in results if result.deleted]
        return [*self._due_polls(now), *stale, *found, *deleted]

    def close(self) -> None:
        """End the threads."""
        if self._mount_monitor is not None:
            self._mount_monitor.close()
        if self._watches is not None:
            self._watches.close()

    def _classify(self, root: Root, firsts: dict[bytes, float], now: float) -> Classified:
        result = classify(
            root, {path: self._debounce if now - first < MAX_WRITE_SECONDS else 0.0 for path, first in firsts.items()}
        )
        with self._lock:
            for path in result.being_written:
                self._pending.reschedule(root.id, path, firsts[path], now)
        return result

    def _due_polls(self, now: float) -> list[Stale]:
        due = [key for key, when in self._next_polls.items() if when <= now]
        for key in due:
            self._next_polls[key] = time.monotonic() + self._poll
        return [Stale(root_id, path) for root_id, path in due]

    def _remote_mount(self, root_id: int, folder: bytes) -> bytes | None:
        """The mount point or link below the root by which a folder is on a remote file system; None if it is local."""
        mounts = (place for place, kind in self._mounts.get(root_id, {}).items() if is_remote_type(kind))
        places = (*self._remote_links[root_id], *mounts)
        return next((place for place in places if (folder + b"/").startswith(place + b"/")), None)

    def _start_mount_monitor(self) -> None:
        if self._mount_monitor is None:
            with contextlib.suppress(OSError):  # without it, missing disks are polled for
                self._mount_monitor = MountMonitor(self._on_mounts_changed)

    def _on_mounts_changed(self) -> None:
        """Mark mount points below roots, and roots themselves, as changed after a mount or unmount."""
        with self._lock:
            roots = dict(self._roots)
        for root in roots.values():
            now = self._mounts_below(root.path)
            with self._lock:
                before, self._mounts[root.id] = self._mounts.get(root.id, {}), now
            for place in before.items() ^ now.items():
                self._on_change(root.id, place[0])
            if inode_of(root.path) != root.inode:
                self._on_change(root.id, root.path)

    def _poll_instead(self, root_id: int) -> None:
        self._polled_roots.add(root_id)
        self._schedule_poll(root_id)

    def _schedule_poll(self, root_id: int) -> None:
        self._next_polls[root_id, self._roots[root_id].path] = time.monotonic() + self._poll

    def _release(self, root_id: int) -> None:
        """Remove the watches, polls and pending changes of a root, before it is scanned or after its removal."""
        if self._watches is not None:
            self._watches.unwatch(root_id)
        self._next_polls = {key: when for key, when in self._next_polls.items() if key[0] != root_id}
        self._polled_roots.discard(root_id)
        self._remote_links.pop(root_id, None)
        with self._lock:
            self._pending.drop(root_id)

    def _try_watch(self, root_id: int, add: Callable[[InotifyWatches], None]) -> None:
        """Add watches unless the folder vanished; poll the root if a limit of the system is reached."""
        try:
            add(self._open_watches())
        except OSError as error:
            if limit_error := inotify_limits.limit_error(error):
                self._limit_errors[root_id] = limit_error
                self._poll_instead(root_id)

    def _open_watches(self) -> InotifyWatches:
        if self._watches is None:
            from watchdog.observers.inotify_c import InotifyFD

            from core.watch.inotify import InotifyWatches

            self._watches = InotifyWatches(self._on_change, self._on_overflow, inotify=self._inotify or InotifyFD)
        return self._watches

    def _on_change(self, root_id: int, path: bytes) -> None:
        with self._lock:
            root = self._roots.get(root_id)
            if root is None:
                return
            was_empty = self._pending.add(root_id, path, time.monotonic())
            if self._pending.count(root_id) > MAX_PENDING_PATHS:
                self._pending.drop(root_id)
                self._pending.add(root_id, root.path, time.monotonic())
        if was_empty:
            self._wake()

    def _on_overflow(self, root_id: int) -> None:
        root = self._roots.get(root_id)
        if root is not None:
            self._on_change(root_id, root.path)
