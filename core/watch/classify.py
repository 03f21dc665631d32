"""Re-stat changed paths: present, deleted, or being written."""

from __future__ import annotations

import os
import stat
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.watch.debounce import path_and_parents
from core.watch.ignore_rules import GITIGNORE, IgnoreRules
from core.watch.scan import ScannedFile, inode_of


@dataclass(frozen=True, slots=True)
class Root:
    """An indexed folder or single document; `inode` is the one at the last scan, 0 if unknown."""

    id: int
    path: bytes
    rules: IgnoreRules
    inode: int = 0

    def accepts(self, path: bytes, name: bytes, *, is_folder: bool) -> bool:
        """Whether a change of an entry of a watched folder is relevant."""
        if self._is_gitignore_name(name):
            return True
        rules = self.rules.in_folder(self.path, os.path.dirname(path))
        return not (rules.skips_folder(path, name) if is_folder else rules.skips_file(name))

    def is_gitignore(self, path: bytes) -> bool:
        """Whether a path is a .gitignore file that this root follows."""
        return self._is_gitignore_name(os.path.basename(path))

    def _is_gitignore_name(self, name: bytes) -> bool:
        return self.rules.gitignore and name == GITIGNORE


@dataclass(frozen=True, slots=True)
class ChangedPaths:
    """The current state of some paths of a folder: files found, and paths deleted with everything below them."""

    folder_id: int
    found: tuple[ScannedFile, ...]
    deleted: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """A path that must be rescanned, because the known state of it and everything below may be wrong."""

    folder_id: int
    path: bytes


@dataclass(slots=True)
class Classified:
    """The result of `classify`: the current state of some paths of one root."""

    stale: dict[bytes, None] = field(default_factory=dict)  # an ordered set
    found: list[ScannedFile] = field(default_factory=list)
    deleted: list[bytes] = field(default_factory=list)
    being_written: list[bytes] = field(default_factory=list)


def classify(root: Root, paths: Mapping[bytes, float]) -> Classified:
    """Stat paths of a root; the value of each is the seconds without a write after which a file counts as stable.

    If the root is missing, was replaced, or is itself among the paths, only the root is reported, as stale.
    """
    result = Classified()
    if _is_unchanged(root):
        for path in sorted(paths):
            if not any(place in result.stale for place in path_and_parents(path)):
                _classify_path(root, path, paths[path], result)
        # If the root vanished during the loop, every path in it looks deleted.
        if not result.deleted or _is_unchanged(root):
            return result
    return Classified(stale={root.path: None})


def is_stable(mtime: float, quiet: float) -> bool:
    """Whether a file's mtime (seconds since 1970) is at least `quiet` seconds ago, or in the future."""
    return not 0 <= time.time() - mtime < quiet


def has_exact_name(path: bytes, status: os.stat_result) -> bool:
    """Whether a path that can be stat'ed is spelled as its folder lists it.

    File systems that ignore case or Unicode normalization also accept other spellings.
    """
    folder, name = os.path.split(path)
    text = os.fsdecode(name)
    others = {text.swapcase(), unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)} - {text}
    if not any(_is_same_file(os.path.join(folder, os.fsencode(other)), status) for other in others):
        return True
    try:
        return name in os.listdir(folder)
    except OSError:
        return True


def _is_unchanged(root: Root) -> bool:
    return bool(root.inode) and inode_of(root.path) == root.inode


def _is_same_file(path: bytes, status: os.stat_result) -> bool:
    try:
        other = os.lstat(path)
    except (OSError, ValueError):
        return False
    return (other.st_dev, other.st_ino) == (status.st_dev, status.st_ino)


def _classify_path(root: Root, path: bytes, quiet: float, result: Classified) -> None:
    if root.is_gitignore(path):
        result.stale[os.path.dirname(path)] = None
        return
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        result.deleted.append(path)
        return
    except OSError:
        return  # without permission for its folder, its state is unknown
    if not has_exact_name(path, status):
        result.deleted.append(path)
        return
    if stat.S_ISREG(status.st_mode) and not is_stable(status.st_mtime, quiet):
        result.being_written.append(path)
    elif stat.S_ISDIR(status.st_mode) or path == root.path or root.rules.follows(root.path, path):
        result.stale[path] = None
    elif stat.S_ISREG(status.st_mode):
        result.found.append(ScannedFile(path, status.st_size, status.st_mtime_ns, status.st_ino))
    else:
        result.deleted.append(path)  # replaced by a link or a special file
