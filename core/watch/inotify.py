"""Watches on folders through watchdog's inotify reader, without its observer.

Why not the observer: .github/decisions/0301-inotify-layer.md.
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
MASK_THROUGH_LINKS = Mask(MASK & ~InotifyConstants.IN_DONT_FOLLOW)
NO_PERMISSION = -1  # the descriptor that watchdog returns for a folder that may not be watched


class InotifyWatches:
    """The watches of one inotify instance. `on_change` (root id, path) and `on_overflow` (root id) run on its thread.

    Raises OSError if the system's limit of instances is reached.
    """

    def __init__(
        self,
        on_change: Callable[[int, bytes], None],
        on_overflow: Callable[[int], None],
        *,
        inotify: Callable[[], InotifyFD] = InotifyFD,
    ) -> None:
        self.on_change = on_change
        self.on_overflow = on_overflow
        self._callback_ids = itertools.count(1)
        self._lock = threading.Lock()
        self._watches: dict[int, dict[bytes, _Watch]] = {}
        self._inotify = inotify()
        self._inotify.start()

    def watch(self, root: Root, folder: bytes) -> None:
        """Report changes of the entries of a folder of a root. Raises OSError."""
        if folder not in self._watches.get(root.id, ()):
            self._add(_Watch(self, root, folder))

    def watch_parents(self, root: Root) -> None:
        """Report when the root itself appears, disappears or changes, by watching its parent folders.

        Raises OSError.
        """
        folder = root.path
        while (above := os.path.dirname(folder)) != folder:
            folder = above
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                self._add(_Watch(self, root, folder))

    def unwatch(self, root_id: int, below: bytes | None = None) -> None:
        """Remove the watches of a root, or of a path of it and everything below."""
        with self._lock:
            watches = self._watches.get(root_id, {})
            gone = [folder for folder in watches if below is None or folder == below or folder.startswith(below + b"/")]
            removed = [watches.pop(folder) for folder in gone]
        self._inotify.remove_callbacks([(watch.descriptor, watch.callback_id) for watch in removed])

    def unwatch_link(self, root_id: int, path: bytes) -> None:
        """Remove the watches of a followed link that was deleted, and of everything below."""
        if path in self._watches.get(root_id, ()):
            self.unwatch(root_id, path)

    def unwatch_folder(self, root_id: int, folder: bytes) -> None:
        """Remove the watch of a deleted folder of a root."""
        with self._lock:
            watch = self._watches.get(root_id, {}).pop(folder, None)
        if watch is not None:
            self._inotify.remove_callbacks([(watch.descriptor, watch.callback_id)])

    def discard(self, watch: _Watch) -> None:
        """Forget a watch that the kernel removed."""
        with self._lock:
            watches = self._watches.get(watch.root.id, {})
            if watches.get(watch.folder) is watch:
                del watches[watch.folder]

    def close(self) -> None:
        """Remove all watches and end the thread."""
        with self._lock:
            self._watches.clear()
        self._inotify.stop()
        self._inotify.join()

    def _add(self, watch: _Watch) -> None:
        watch.callback_id = CallbackId(next(self._callback_ids))
        with self._lock:  # held until it is stored in `_watches`, because the kernel may delete it at once
            mask = MASK_THROUGH_LINKS if watch.root.rules.follow_links else MASK
            watch.descriptor = self._inotify.add_callback(watch.folder, mask, watch, watch.callback_id)
            if watch.descriptor != NO_PERMISSION:
                self._watches.setdefault(watch.root.id, {})[watch.folder] = watch
                return
        self._inotify.remove_callbacks([(watch.descriptor, watch.callback_id)])


class _Watch(WatchCallback):
    """One folder of one root. A folder in two roots has two watches; a moved folder keeps its path at the time."""

    __slots__ = ("_watches", "callback_id", "descriptor", "folder", "root")

    callback_id: CallbackId
    descriptor: WatchDescriptor

    def __init__(self, watches: InotifyWatches, root: Root, folder: bytes) -> None:
        self._watches = watches
        self.root = root
        self.folder = folder

    def on_event(self, event: InotifyEvent) -> None:
        path = os.path.join(self.folder, event.name)
        if event.name and self._is_relevant(path, event):
            if event.is_directory and event.is_moved_from:
                self._watches.unwatch(self.root.id, path)
            elif event.is_directory and event.is_delete:
                self._watches.unwatch_folder(self.root.id, path)  # IN_IGNORED only follows once no process has it open
            elif event.is_delete or event.is_moved_from:
                self._watches.unwatch_link(self.root.id, path)
            self._watches.on_change(self.root.id, self.root.path if self._is_parent_of_root(path) else path)

    def on_watch_deleted(self, _wd: WatchDescriptor) -> None:
        self._watches.discard(self)

    def on_queue_overflow(self) -> None:
        self._watches.on_overflow(self.root.id)

    def _is_relevant(self, path: bytes, event: InotifyEvent) -> bool:
        """Whether the rules accept an event below the root; above the root, whether it changes the path to the root."""
        if path.startswith(self.root.path.rstrip(b"/") + b"/"):
            return self.root.accepts(path, event.name, is_folder=event.is_directory)
        if self._is_parent_of_root(path):
            return event.is_create or event.is_delete or event.is_moved_from or event.is_moved_to
        return path == self.root.path

    def _is_parent_of_root(self, path: bytes) -> bool:
        return self.root.path.startswith(path + b"/")
