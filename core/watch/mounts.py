"""What is mounted where: file systems that tell nothing of what others change, and disks that come and go."""

from __future__ import annotations

import os
import re
import select
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

REMOTE = frozenset(
    ("9p", "afs", "ceph", "cifs", "coda", "davfs", "fuse", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3",
     "smbfs", "vboxsf", "virtiofs", "vmhgfs")
)  # fmt: skip


TABLE = Path("/proc/self/mountinfo")


def is_remote(path: bytes, table: Path = TABLE) -> bool:
    """Whether a path lies on a file system of such a type, by the system's table of mounts (see proc(5))."""
    kind = ""
    longest = -1
    for place, found in _mounts(table):
        inside = path == place or path.startswith(place.rstrip(b"/") + b"/")
        if inside and len(place) >= longest:  # of two mounts on one place the later one is seen
            kind, longest = found, len(place)
    return is_remote_type(kind)


def is_remote_type(kind: str) -> bool:
    return kind in REMOTE or kind.startswith("fuse.")


def below(root: bytes, table: Path = TABLE) -> dict[bytes, str]:
    """The places in a folder, but not the folder itself, where something is mounted, with its type."""
    inside = root.rstrip(b"/") + b"/"
    return {place: kind for place, kind in _mounts(table) if place.startswith(inside) and place != root}


def away(root: bytes, places: Iterable[bytes], table: Path = TABLE) -> tuple[bytes, ...]:
    """Of places in a folder where disks were mounted, those that are missing or empty now."""
    here = below(root, table)
    return tuple(place for place in places if place not in here and not holds_something(place))


def holds_something(place: bytes) -> bool:
    """Whether a place is a folder that can be listed and is not empty."""
    try:
        with os.scandir(place) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


class MountMonitor:
    """Calls `changed` on a thread of its own whenever something is mounted or unmounted; the system wakes it up.

    Raises OSError where the system has no such table, or too many files are open.
    """

    def __init__(self, changed: Callable[[], None], table: Path = TABLE) -> None:
        self._changed = changed
        self._file = os.open(table, os.O_RDONLY)
        try:
            self._end, self._begin = os.pipe()
        except OSError:
            os.close(self._file)
            raise
        self._thread = threading.Thread(target=self._run, name="mounts")
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        os.close(self._begin)
        self._thread.join()
        for descriptor in (self._file, self._end):
            os.close(descriptor)

    def _run(self) -> None:
        waiting = select.poll()
        waiting.register(self._file, select.POLLPRI | select.POLLERR)
        waiting.register(self._end, select.POLLIN)
        while True:
            if any(descriptor == self._end for descriptor, _ in waiting.poll()):
                return
            os.lseek(self._file, 0, os.SEEK_SET)
            while os.read(self._file, 1 << 16):
                pass  # what was read is not told again
            self._changed()


def _mounts(table: Path) -> list[tuple[bytes, str]]:
    """(mount point, type) of each mount; none where the system has no such table."""
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return []
    mounts = []
    for line in lines:
        before, _, after = line.partition(b" - ")
        fields = before.split(b" ")
        if len(fields) > 4 and after:
            mounts.append((_unescaped(fields[4]), os.fsdecode(after.split(b" ")[0])))
    return mounts


def _unescaped(field: bytes) -> bytes:
    """A path of the table: blanks and the like are written as three octal digits."""
    return re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), field)
