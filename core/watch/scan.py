"""Recursive listing of a folder by stat alone: no file is opened, and links are followed to folders only, by choice."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from threading import Event
from typing import NamedTuple

from core.watch.ignore_rules import FolderRules, IgnoreRules


class ScannedFile(NamedTuple):
    """A regular file: size in bytes, mtime in ns. A file with the same size, mtime and inode is unchanged."""

    path: bytes
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder that could not be listed; its known files count as neither changed nor deleted."""

    path: bytes


def scan(path: bytes, rules: IgnoreRules, stop: Event) -> Iterator[ScannedFile | Unreadable]:
    """Yield every file below a path (or the path itself, if it is a file) that the rules do not exclude."""
    for listed in scan_folders(path, rules, stop):
        yield from listed


def scan_folders(
    path: bytes,
    rules: IgnoreRules,
    stop: Event,
    enter: Callable[[bytes], object] | None = None,
    *,
    root: bytes | None = None,
) -> Iterator[list[ScannedFile | Unreadable]]:
    """Like `scan`, but yields a list per folder; the rules apply relative to `root`, which defaults to the path.

    Stops early when `stop` is set. An unreadable or missing path yields one `Unreadable`. `enter(folder)` is called
    right before a folder is listed.
    """
    try:
        status = os.lstat(path)
    except OSError:
        yield [Unreadable(path)]
        return
    if stat.S_ISREG(status.st_mode):
        yield [ScannedFile(path, status.st_size, status.st_mtime_ns, status.st_ino)]
        return
    folders = [path]
    while folders and not stop.is_set():
        folder = folders.pop()
        if enter is not None:
            enter(folder)
        files, subfolders = _list_folder(folder, rules.in_folder(path if root is None else root, folder))
        yield files
        folders += reversed(subfolders)


def is_empty_folder(path: bytes) -> bool:
    """Whether a path is a folder without any entry, as an unused mount point is."""
    try:
        with os.scandir(path) as entries:
            return next(entries, None) is None
    except OSError:
        return False


def inode_of(path: bytes) -> int:
    """The inode of a path, 0 if it does not exist; reduced to 63 bits, as SQLite stores it."""
    try:
        return os.stat(path).st_ino & (2**63 - 1)
    except OSError:
        return 0


def _list_folder(folder: bytes, rules: FolderRules) -> tuple[list[ScannedFile | Unreadable], list[bytes]]:
    """The files and the subfolders of one folder. Optimized for speed, because every start-up scans all files."""
    files: list[ScannedFile | Unreadable] = []
    subfolders: list[bytes] = []
    skips = rules.file_matcher
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=attrgetter("name")):
                if entry.is_file(follow_symlinks=False):  # first, as most entries are files
                    if not skips(entry.name) and (status := _stat(entry)) is not None:
                        found = (entry.path, status.st_size, status.st_mtime_ns, status.st_ino)
                        files.append(tuple.__new__(ScannedFile, found))
                elif (
                    entry.is_dir(follow_symlinks=False) or (entry.is_symlink() and rules.follows(entry.path))
                ) and not rules.skips_folder(entry.path, entry.name):
                    subfolders.append(entry.path)
    except OSError:
        files.append(Unreadable(folder))
    return files, subfolders


def _stat(entry: os.DirEntry[bytes]) -> os.stat_result | None:
    """None if the file was deleted since its folder was listed; any other error makes the folder unreadable."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
