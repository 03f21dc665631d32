"""How many folders the system lets a person's programs watch, and how to allow more."""

from __future__ import annotations

import errno
from pathlib import Path

from core.errors import WatchLimitError

ENOUGH = {"max_user_watches": 524_288, "max_user_instances": 1_024}


def told(error: OSError, place: Path = Path("/proc/sys/fs/inotify")) -> WatchLimitError | None:
    """An error of the system as a limit that was met, with its remedy; None if it is another error."""
    if error.errno == errno.ENOSPC:
        name, what = "max_user_watches", "so many folders"
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        name, what = "max_user_instances", "one more program's folders"
    else:
        return None
    return WatchLimitError(
        f"The system does not watch {what}: changes in some are found within minutes only.",
        f"Allow more: sudo sysctl fs.inotify.{name}={max(ENOUGH[name], 2 * _now(place / name))}",
    )


def _now(file: Path) -> int:
    """The limit of now, 0 if it cannot be told."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0
