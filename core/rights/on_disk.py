"""Reads the rules of files from the disk. Whatever cannot be read or is not understood has none: nobody may read it."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from core.mount_table import MOUNT_TABLE, mounts
from core.rights.rule import Want, condition_of, rule_of

ACL = "system.posix_acl_access"
NO_ACL = frozenset((errno.ENODATA, errno.ENOTSUP))
MAX_LINKS = 8  # on the way to a file, in one another
# The kernel itself decides on these by mode and ACL; what a server decides elsewhere (NFS, SMB) is not in either.
LOCAL_TYPES = frozenset(
    ("bcachefs", "btrfs", "erofs", "exfat", "ext2", "ext3", "ext4", "f2fs", "iso9660", "jfs", "msdos", "ntfs3",
     "overlay", "ramfs", "reiserfs", "squashfs", "tmpfs", "udf", "ufs", "vfat", "xfs", "zfs")
)  # fmt: skip

Conditions = frozenset[str]


class RuleReader:
    """Reads rules; what it has read of folders it keeps, so it is made anew for each round. Not thread-safe."""

    def __init__(self, table: Path = MOUNT_TABLE) -> None:
        self._mounts = sorted(((place.rstrip(b"/") + b"/", kind) for place, kind in mounts(table)), key=_length)
        self._ways: dict[tuple[bytes, bytes], Conditions | None] = {}

    def file(self, path: bytes, top: bytes = b"/") -> tuple[os.stat_result, str] | None:
        """(status, rule) of a regular file, with the folders from `top` on (itself as well) on the way to it."""
        way = self.way(os.path.dirname(path), top) if path != top else Conditions()
        try:
            status = os.lstat(path)
        except (OSError, ValueError):
            return None
        condition = self._condition(path, status, "r") if stat.S_ISREG(status.st_mode) else None
        if way is None or condition is None:
            return None
        return status, rule_of((*way, condition))

    def folder(self, path: bytes) -> str | None:
        """The rule of whoever may reach and list a folder."""
        way = self.way(path, b"/")
        try:
            status = os.lstat(path)
        except (OSError, ValueError):
            return None
        condition = self._condition(path, status, "r") if stat.S_ISDIR(status.st_mode) else None
        return None if way is None or condition is None else rule_of((*way, condition))

    def above(self, path: bytes) -> str | None:
        """The rule of whoever may reach what is in the folder of a path."""
        way = self.way(os.path.dirname(path), b"/")
        return None if way is None else rule_of(way)

    def way(self, folder: bytes, top: bytes, links: int = 0) -> Conditions | None:
        """The conditions of the folders from `top` down to a folder, both included; None if they cannot be read."""
        key = folder, top
        if key not in self._ways:
            self._ways[key] = self._read_way(folder, top, links)
        return self._ways[key]

    def _read_way(self, folder: bytes, top: bytes, links: int) -> Conditions | None:
        above = os.path.dirname(folder)
        before = Conditions() if folder in (top, above) else self.way(above, top, links)
        if before is None:
            return None
        try:
            status = os.lstat(folder)
            if stat.S_ISLNK(status.st_mode):
                target = self._link_way(folder, links)
                return None if target is None else before | target
        except (OSError, ValueError):
            return None
        condition = self._condition(folder, status, "x") if stat.S_ISDIR(status.st_mode) else None
        return None if condition is None else before | {condition}

    def _link_way(self, link: bytes, links: int) -> Conditions | None:
        """The way to where a link leads; None where its target goes back up behind a name, or after many links."""
        target = os.readlink(link)
        names = target.split(b"/")
        down = [place for place, name in enumerate(names) if name not in {b"", b".", b".."}]
        if links >= MAX_LINKS or (down and b".." in names[down[0] :]):
            return None
        real = os.path.join(os.path.realpath(os.path.dirname(link)), target)
        return self.way(os.path.normpath(real), b"/", links + 1)

    def _condition(self, path: bytes, status: os.stat_result, want: Want) -> str | None:
        place = path.rstrip(b"/") + b"/"
        kind = next((kind for mount, kind in reversed(self._mounts) if place.startswith(mount)), "")
        if kind not in LOCAL_TYPES:
            return None
        try:
            acl = os.getxattr(path, ACL, follow_symlinks=False)
        except OSError as error:
            if error.errno not in NO_ACL:
                return None
            acl = None
        return condition_of(want, status, acl)


def _length(mount: tuple[bytes, str]) -> int:
    return len(mount[0])
