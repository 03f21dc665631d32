"""A folder in, its files out, by stat alone: no file is opened and no link is followed."""

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
    """A regular file: size in bytes, mtime in ns. Equal size, mtime and inode mean unchanged."""

    path: bytes
    size: int
    mtime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder that could not be listed: what was known in it is neither changed nor gone."""

    path: bytes


def scan(path: bytes, rules: IgnoreRules, stop: Event) -> Iterator[ScannedFile | Unreadable]:
    """Every file under a path (or the path itself, if it is a file) that the rules of this root let through."""
    for listed in listings(path, rules, stop):
        yield from listed


def listings(
    path: bytes,
    rules: IgnoreRules,
    stop: Event,
    enter: Callable[[bytes], object] | None = None,
    *,
    root: bytes | None = None,
) -> Iterator[list[ScannedFile | Unreadable]]:
    """As `scan`, the files of one folder after another, by the rules of `root` (without one the path is it).

    Ends early when `stop` is set. An unreadable or vanished path is one `Unreadable`. `enter` is called with each
    folder right before it is listed.
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
        found, below = _listed(folder, rules.inside(path if root is None else root, folder))
        yield found
        folders += reversed(below)


def is_bare(root: bytes) -> bool:
    """Whether a folder holds nothing at all, as one does on which no disk is mounted."""
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is None
    except OSError:
        return False


def inode(root: bytes) -> int:
    """The inode of a folder, 0 if it is not there."""
    try:
        return os.stat(root).st_ino & (2**63 - 1)
    except OSError:
        return 0


def _listed(folder: bytes, rules: FolderRules) -> tuple[list[ScannedFile | Unreadable], list[bytes]]:
    """The files of one folder, and the folders in it."""
    files: list[ScannedFile | Unreadable] = []
    below: list[bytes] = []
    skips = rules.file_skipper
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=attrgetter("name")):
                if entry.is_file(follow_symlinks=False):  # first: most of them are, and it is asked at every start
                    if not skips(entry.name) and (status := _status(entry)) is not None:
                        found = (entry.path, status.st_size, status.st_mtime_ns, status.st_ino)
                        files.append(tuple.__new__(ScannedFile, found))
                elif entry.is_dir(follow_symlinks=False) and not rules.skips_folder(entry.path, entry.name):
                    below.append(entry.path)
    except OSError:
        files.append(Unreadable(folder))
    return files, below


def _status(entry: os.DirEntry[bytes]) -> os.stat_result | None:
    """None if it is gone since its folder was listed; any other error is the folder's."""
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
