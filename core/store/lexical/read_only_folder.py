"""tantivy's files on a disk that cannot be written: tantivy makes and locks a file even before it reads."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

LOCKS = ".tantivy-*.lock"
RETRIES = (0.01, 0.05, 0.2)  # seconds


class ReadOnlyFolder:
    """A temporary folder with a link to each file of an index, in which locks can be made, until `close`."""

    def __init__(self, folder: Path) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="findling-words-")
        self.path = Path(self._temporary.name)
        locks = set(folder.glob(LOCKS))
        for file in folder.iterdir():
            if file not in locks:
                (self.path / file.name).symlink_to(file.absolute())

    def close(self) -> None:
        """Delete the links, also if tantivy, on a thread of its own, is just making a lock beside them."""
        for pause in RETRIES:
            with contextlib.suppress(OSError):
                self._temporary.cleanup()
                return
            time.sleep(pause)
        self._temporary.cleanup()


def is_needed(folder: Path) -> bool:
    """Whether nothing can be made in a folder; asks the system, which also knows of disks that are read-only."""
    return folder.is_dir() and not os.access(folder, os.W_OK)
