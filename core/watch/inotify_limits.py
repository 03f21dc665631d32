"""The inotify limits of the system, and the command that raises them."""

from __future__ import annotations

import errno
from pathlib import Path

from core.errors import WatchLimitError

RECOMMENDED = {"max_user_watches": 524_288, "max_user_instances": 1_024}


def limit_error(error: OSError, folder: Path = Path("/proc/sys/fs/inotify")) -> WatchLimitError | None:
    """The inotify limit that an OSError reports, as an error with a remedy; None for any other error."""
    if error.errno == errno.ENOSPC:
        name, code = "max_user_watches", "watch.too_many_folders"
    elif error.errno in (errno.EMFILE, errno.ENFILE):
        name, code = "max_user_instances", "watch.too_many_instances"
    else:
        return None
    return WatchLimitError(code, setting=name, limit=max(RECOMMENDED[name], 2 * _current(folder / name)))


def _current(file: Path) -> int:
    """The current limit, 0 if it cannot be read."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0
