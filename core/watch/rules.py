"""Which names are left out: the defaults that protect, hidden ones, and what the person chose."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable

# Version control, caches, snapshots, waste: never a person's documents, often a million files.
FOLDERS = (
    ".git", ".hg", ".svn", ".bzr", "_darcs", "CVS", "node_modules", "bower_components", "__pycache__", ".cache",
    ".tox", ".nox", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".gradle", ".cargo", ".rustup", ".npm",
    ".Trash", ".Trash-*", "$RECYCLE.BIN", "System Volume Information", "lost+found", ".snapshots", ".zfs",
    ".thumbnails", ".stversions", ".sync", ".dropbox.cache", ".Spotlight-V100", ".fseventsd",
)  # fmt: skip
# Temporary and lock files, half downloads, what desktops leave behind.
FILES = (
    "~$*", ".~lock.*#", "*~", "*.tmp", "*.temp", "*.swp", "*.swo", "*.part", "*.partial", "*.crdownload", "*.download",
    "*.!ut", "Thumbs.db", "desktop.ini", ".DS_Store", "*.pyc", "*.icloud",
)  # fmt: skip


class Rules:
    """Decides by name, without touching the file. Names and paths are bytes."""

    def __init__(self, *, exclude: Iterable[str] = (), hidden: bool = False, never: Iterable[bytes] = ()) -> None:
        chosen = tuple(pattern for pattern in exclude if pattern)
        self._folders = _matcher((*FOLDERS, *chosen))
        self._files = _matcher((*FILES, *chosen))
        self._hidden = hidden
        self._never = frozenset(never)

    def skips_folder(self, path: bytes, name: bytes) -> bool:
        """Whether a folder, with all that is in it, is left out."""
        return self._skips(name, self._folders) or path in self._never

    def skips_file(self, name: bytes) -> bool:
        return self._skips(name, self._files)

    def lets_through(self, folder: str, target: str) -> bool:
        """Whether a path is somewhere in a folder, and a scan of the folder would come to it."""
        top = folder.rstrip("/") + "/"
        if not target.startswith(top):
            return False
        *names, last = os.fsencode(target[len(top) :]).split(b"/")
        skips_last = self.skips_folder(b"", last) if os.path.isdir(target) else self.skips_file(last)
        return not (skips_last or any(self.skips_folder(b"", name) for name in names))

    def _skips(self, name: bytes, matcher: re.Pattern[str]) -> bool:
        return (name.startswith(b".") and not self._hidden) or matcher.match(os.fsdecode(name)) is not None


def _matcher(patterns: Iterable[str]) -> re.Pattern[str]:
    """One expression for shell patterns; upper and lower case are the same, and a question mark is one character."""
    return re.compile("|".join(map(fnmatch.translate, patterns)), re.IGNORECASE)
