"""The library is readable by its user only: its folder 0700, its files 0600, also those of an older version."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from core import private_files

# What Findling writes in a library's folder, which may be one that holds other files, too.
OWN_NAMES = (
    "catalogue.sqlite*", "settings.*", "former.*", "*.json", "lock", "in-use", "words", "vectors", "second",
    "adapter.npz", "backups", "logs", "rescue", "broken-*",
)  # fmt: skip


def tighten(root: Path) -> None:
    """Take all rights of others from the folder of a library and from what Findling wrote in it.

    What this user may not change, such as files on a disk without rights, stays as it is.
    """
    private_files.tighten(root)
    for path in _own_paths(root):
        with suppress(OSError):
            if stat.S_IFMT(os.lstat(path).st_mode) in (stat.S_IFDIR, stat.S_IFREG):
                private_files.tighten(path)


def _own_paths(root: Path) -> Iterator[Path]:
    for pattern in OWN_NAMES:
        for path in root.glob(pattern):
            yield path
            if not path.is_symlink():
                for folder, folders, files in os.walk(path):
                    yield from (Path(folder, name) for name in (*folders, *files))
