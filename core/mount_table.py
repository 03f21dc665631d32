"""The system's table of mounted file systems."""

from __future__ import annotations

import os
import re
from pathlib import Path

MOUNT_TABLE = Path("/proc/self/mountinfo")  # its format: proc_pid_mountinfo(5)


def mounts(table: Path = MOUNT_TABLE) -> list[tuple[bytes, str]]:
    """(mount point, file system type) of each mount; empty where the system has no mount table."""
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        before, _, after = line.partition(b" - ")
        fields = before.split(b" ")
        if len(fields) > 4 and after:
            found.append((_unescape(fields[4]), os.fsdecode(after.split(b" ")[0])))
    return found


def _unescape(field: bytes) -> bytes:
    r"""A path of the mount table, in which white space is written as octal escapes (\040)."""
    return re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), field)
