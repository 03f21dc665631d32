"""Which folders lie where the system tells nothing of what others change: network and FUSE file systems."""

from __future__ import annotations

import os
import re
from pathlib import Path

REMOTE = frozenset(
    ("9p", "afs", "ceph", "cifs", "coda", "davfs", "fuse", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3",
     "smbfs", "vboxsf", "virtiofs", "vmhgfs")
)  # fmt: skip


def is_remote(path: bytes, table: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether a path lies on a file system of such a type, by the system's table of mounts (see proc(5))."""
    kind = ""
    longest = -1
    for place, found in _mounts(table):
        inside = path == place or path.startswith(place.rstrip(b"/") + b"/")
        if inside and len(place) >= longest:  # of two mounts on one place the later one is seen
            kind, longest = found, len(place)
    return kind in REMOTE or kind.startswith("fuse.")


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
