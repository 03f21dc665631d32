"""The system's mount table: remote file systems, and removable disks that appear and disappear."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from core.mount_table import MOUNT_TABLE, mounts

# File systems that send no events for changes made by other machines.
REMOTE_TYPES = frozenset(
    ("9p", "afs", "ceph", "cifs", "coda", "davfs", "fuse", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3",
     "smbfs", "vboxsf", "virtiofs", "vmhgfs")
)  # fmt: skip


def is_remote(path: bytes, table: Path = MOUNT_TABLE) -> bool:
    """Whether a path lies on a remote file system."""
    kind = ""
    longest = -1
    for place, found in mounts(table):
        inside = path == place or path.startswith(place.rstrip(b"/") + b"/")
        if inside and len(place) >= longest:  # of two mounts on one mount point the later one is visible
            kind, longest = found, len(place)
    return is_remote_type(kind)


def is_remote_type(kind: str) -> bool:
    """Whether a file system type is a remote one; FUSE file systems count as such."""
    return kind in REMOTE_TYPES or kind.startswith("fuse.")


def mounts_below(root: bytes, table: Path = MOUNT_TABLE) -> dict[bytes, str]:
    """The mount points below a folder, without the folder itself, with their file system types."""
    inside = root.rstrip(b"/") + b"/"
    return {place: kind for place, kind in mounts(table) if place.startswith(inside) and place != root}


def missing_mounts(root: bytes, places: Iterable[bytes], table: Path = MOUNT_TABLE) -> tuple[bytes, ...]:
    """Those of `places`, earlier mount points below a folder, that are not mounted and are missing or empty."""
    mounted = mounts_below(root, table)
    return tuple(place for place in places if place not in mounted and not is_nonempty_folder(place))


def is_nonempty_folder(path: bytes) -> bool:
    """Whether a path is a folder that can be listed and has an entry."""
    try:
        with os.scandir(path) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


class MountMonitor:
    """Calls `on_change` on its own thread after every mount and unmount, without polling.

    Raises OSError if the system has no mount table, or too many files are open.
    """

    def __init__(self, on_change: Callable[[], None], table: Path = MOUNT_TABLE) -> None:
        self._on_change = on_change
        self._table = os.open(table, os.O_RDONLY)
        try:
            self._stop_reader, self._stop_writer = os.pipe()
        except OSError:
            os.close(self._table)
            raise
        self._thread = threading.Thread(target=self._run, name="mounts")
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        os.close(self._stop_writer)
        self._thread.join()
        for descriptor in (self._table, self._stop_reader):
            os.close(descriptor)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._table, select.POLLPRI | select.POLLERR)
        poll.register(self._stop_reader, select.POLLIN)
        while True:
            if any(descriptor == self._stop_reader for descriptor, _ in poll.poll()):
                return
            os.lseek(self._table, 0, os.SEEK_SET)
            while os.read(self._table, 1 << 16):
                pass  # reading to the end clears the event
            self._on_change()
