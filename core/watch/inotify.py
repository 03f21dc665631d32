"""The operating system's notices: which paths changed in the folders that were entered, and nothing of any other.

watchdog's inotify reader is used without its observer. That one watches excluded folders too, passes over in silence
a limit that is met below a root, tells nobody of an overflow, and delays each move out of a root.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Callable

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

from core.watch.classify import Root

MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVE
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
)
UNREADABLE = -1  # watchdog's descriptor for a folder that may not be watched


class InotifyWatches:
    """One inotify instance. `told` (root id, path) and `lost` (root id) are called on its thread.

    Raises OSError if there are too many instances already.
    """

    def __init__(
        self,
        told: Callable[[int, bytes], None],
        lost: Callable[[int], None],
        *,
        inotify: Callable[[], InotifyFD] = InotifyFD,
    ) -> None:
        self.told = told
        self.lost = lost
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._watches: dict[int, dict[bytes, _Watch]] = {}
        self._inotify = inotify()
        self._inotify.start()

    def watch(self, root: Root, folder: bytes) -> None:
        """Tell of what happens to the entries of a folder of a root. Raises OSError."""
        if folder not in self._watches.get(root.id, ()):
            self._add(_Watch(self, root, folder))

    def guard(self, root: Root) -> None:
        """Tell when a root itself goes, comes or changes, by the folders that it is in, as far as they are there.

        Raises OSError.
        """
        folder = root.path
        while (above := os.path.dirname(folder)) != folder:
            folder = above
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                self._add(_Watch(self, root, folder))

    def forget(self, root_id: int, below: bytes | None = None) -> None:
        """Watch nothing more of a root, or of what was at a path of it."""
        with self._lock:
            watches = self._watches.get(root_id, {})
            gone = [folder for folder in watches if below is None or folder == below or folder.startswith(below + b"/")]
            dropped = [watches.pop(folder) for folder in gone]
        self._inotify.remove_callbacks([(watch.descriptor, watch.number) for watch in dropped])

    def forget_one(self, root_id: int, folder: bytes) -> None:
        """A folder of a root was deleted."""
        with self._lock:
            watch = self._watches.get(root_id, {}).pop(folder, None)
        if watch is not None:
            self._inotify.remove_callbacks([(watch.descriptor, watch.number)])

    def deleted(self, watch: _Watch) -> None:
        """The system watches a folder no more."""
        with self._lock:
            watches = self._watches.get(watch.root.id, {})
            if watches.get(watch.folder) is watch:
                del watches[watch.folder]

    def close(self) -> None:
        """End the thread."""
        with self._lock:
            self._watches.clear()
        self._inotify.stop()
        self._inotify.join()

    def _add(self, watch: _Watch) -> None:
        watch.number = CallbackId(next(self._numbers))
        with self._lock:  # until it is noted here: it may be deleted at once
            watch.descriptor = self._inotify.add_callback(watch.folder, MASK, watch, watch.number)
            if watch.descriptor != UNREADABLE:
                self._watches.setdefault(watch.root.id, {})[watch.folder] = watch
                return
        self._inotify.remove_callbacks([(watch.descriptor, watch.number)])


class _Watch(WatchCallback):
    """One folder of one root: a folder of two roots has two, and one that was moved is told by its path of then."""

    __slots__ = ("_notices", "descriptor", "folder", "number", "root")

    number: CallbackId
    descriptor: WatchDescriptor

    def __init__(self, notices: InotifyWatches, root: Root, folder: bytes) -> None:
        self._notices = notices
        self.root = root
        self.folder = folder

    def on_event(self, event: InotifyEvent) -> None:
        path = os.path.join(self.folder, event.name)
        if event.name and self._concerns(path, event):
            if event.is_directory and event.is_moved_from:
                self._notices.forget(self.root.id, path)
            elif event.is_directory and event.is_delete:
                self._notices.forget_one(self.root.id, path)  # the system's own word comes once nobody uses it
            self._notices.told(self.root.id, self.root.path if self._leads_to_root(path) else path)

    def on_watch_deleted(self, _wd: WatchDescriptor) -> None:
        self._notices.deleted(self)

    def on_queue_overflow(self) -> None:
        self._notices.lost(self.root.id)

    def _concerns(self, path: bytes, event: InotifyEvent) -> bool:
        """In the folder that the root is in, it is the root alone; above it, whether the way to the root is another."""
        if path.startswith(self.root.path.rstrip(b"/") + b"/"):
            return self.root.lets_through(path, event.name, is_folder=event.is_directory)
        if self._leads_to_root(path):
            return event.is_create or event.is_delete or event.is_moved_from or event.is_moved_to
        return path == self.root.path

    def _leads_to_root(self, path: bytes) -> bool:
        return self.root.path.startswith(path + b"/")
