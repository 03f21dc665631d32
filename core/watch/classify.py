"""A second look at what was noticed, by stat alone: what is there now, what is gone, what is still being written."""

from __future__ import annotations

import os
import stat
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.watch.debounce import and_above
from core.watch.ignore_rules import GITIGNORE, IgnoreRules
from core.watch.scan import ScannedFile, inode


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that a person added, or a single document; `inode` is its own when it was scanned last."""

    id: int
    path: bytes
    rules: IgnoreRules
    inode: int = 0

    def lets_through(self, path: bytes, name: bytes, *, is_folder: bool) -> bool:
        """Whether something in a folder that was entered is of interest."""
        if self._is_list(name):
            return True
        inside = self.rules.inside(self.path, os.path.dirname(path))
        return not (inside.skips_folder(path, name) if is_folder else inside.skips_file(name))

    def decides(self, path: bytes) -> bool:
        """Whether a path says what is left out of its folder."""
        return self._is_list(os.path.basename(path))

    def _is_list(self, name: bytes) -> bool:
        return self.rules.gitignore and name == GITIGNORE


@dataclass(frozen=True, slots=True)
class ChangedPaths:
    """Some paths of a folder as they are now: files, and places where nothing is any more, nor below."""

    folder_id: int
    found: tuple[ScannedFile, ...]
    gone: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """What is known of a path, and of all below, may be wrong: it is to be scanned."""

    folder_id: int
    path: bytes


@dataclass(slots=True)
class Classified:
    """What some paths of one root turned out to be."""

    stale: dict[bytes, None] = field(default_factory=dict)  # in order
    found: list[ScannedFile] = field(default_factory=list)
    gone: list[bytes] = field(default_factory=list)
    unsettled: list[bytes] = field(default_factory=list)


def classify(root: Root, paths: Mapping[bytes, float]) -> Classified:
    """Look at paths of a root; a file that was written to in the last so many seconds is unsettled.

    A root that is not there, or another one than before, or noticed itself, is stale: nothing else is told of it.
    """
    result = Classified()
    if _is_there(root):
        for path in sorted(paths):
            if not any(place in result.stale for place in and_above(path)):
                _look_at(root, path, paths[path], result)
        if not result.gone or _is_there(root):  # else it went meanwhile, and all of it seemed to
            return result
    return Classified(stale={root.path: None})


def is_settled(mtime: float, quiet: float) -> bool:
    """Whether a file was last written to (seconds since 1970) at least so many seconds ago, or in the future."""
    return not 0 <= time.time() - mtime < quiet


def is_spelled_so(path: bytes, status: os.stat_result) -> bool:
    """Whether something that answers to a path has that very name: some disks take "a" for "A", or é for e and ´."""
    folder, name = os.path.split(path)
    text = os.fsdecode(name)
    others = {text.swapcase(), unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)} - {text}
    if not any(_is_same_file(os.path.join(folder, os.fsencode(other)), status) for other in others):
        return True
    try:
        return name in os.listdir(folder)
    except OSError:
        return True


def _is_there(root: Root) -> bool:
    return bool(root.inode) and inode(root.path) == root.inode


def _is_same_file(path: bytes, status: os.stat_result) -> bool:
    try:
        other = os.lstat(path)
    except (OSError, ValueError):
        return False
    return (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino)


def _look_at(root: Root, path: bytes, quiet: float, result: Classified) -> None:
    if root.decides(path):
        result.stale[os.path.dirname(path)] = None
        return
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        result.gone.append(path)
        return
    except OSError:
        return  # its folder may not be entered: nothing is known of it
    if not is_spelled_so(path, status):
        result.gone.append(path)
        return
    if stat.S_ISREG(status.st_mode) and not is_settled(status.st_mtime, quiet):
        result.unsettled.append(path)
    elif stat.S_ISDIR(status.st_mode) or path == root.path:
        result.stale[path] = None
    elif stat.S_ISREG(status.st_mode):
        result.found.append(ScannedFile(path, status.st_size, status.st_mtime_ns, status.st_ino))
    else:
        result.gone.append(path)  # a link or the like took its place
