"""What is left out of a folder: the defaults that protect, hidden names, what the person and .gitignore files say."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from core.errors import BadInputError
from core.settings import Exclusions, Settings
from core.watch.gitignore import GitignorePatterns, PatternMatch

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
NO_FOLDERS, NO_FILES = (
    re.compile("|".join(map(fnmatch.translate, names)).encode(), re.IGNORECASE) for names in (FOLDERS, FILES)
)
_no_file = NO_FILES.match
_no_file_nor_hidden = re.compile(b"[.]|" + NO_FILES.pattern, re.IGNORECASE).match
GITIGNORE = b".gitignore"
MOST_BYTES = 1_000_000  # of a .gitignore file


class IgnoreRules:
    """What is left out of one folder; asked through `inside`, for what is in one of the folders of it.

    `exclude` are names with * and ?, `never` paths of folders, `own` what the person chose for this folder: their
    patterns come last and may bring back what anything else leaves out. Names and paths are bytes.
    """

    def __init__(
        self,
        *,
        exclude: Iterable[str] = (),
        hidden: bool = False,
        never: Iterable[bytes] = (),
        own: Exclusions = Exclusions(),  # noqa: B008 - it is frozen
    ) -> None:
        chosen = tuple(pattern for pattern in exclude if pattern)
        self.chosen = _matcher(chosen) if chosen else None
        self.hidden = hidden
        self.never = frozenset(never)
        self.gitignore = own.gitignore
        self.own = GitignorePatterns(own.patterns, any_case=True) if own.patterns else None

    @classmethod
    def of(cls, settings: Settings, *, never: bytes, own: Exclusions = Exclusions()) -> IgnoreRules:  # noqa: B008
        """The rules of a folder under some settings; patterns that cannot be understood leave nothing out."""
        try:
            return cls(exclude=settings.exclude, hidden=settings.hidden_files, never=(never,), own=own)
        except BadInputError:
            return cls(exclude=settings.exclude, hidden=settings.hidden_files, never=(never,))

    def inside(self, root: bytes, folder: bytes) -> FolderRules:
        """The rules for the entries of a folder, which is `root` or somewhere in it."""
        return FolderRules(self, root, folder)

    def why(self, root: bytes, path: bytes) -> str | None:
        """The rule that leaves a path out of a root, as one sentence; None if it is let through, or is the root."""
        below = os.path.relpath(path, root)
        if below == b"." or below.startswith(b".."):
            return None
        folder = root
        *names, last = below.split(b"/")
        for name in names:
            reason = self.inside(root, folder).why(name, is_folder=True)
            folder = os.path.join(folder, name)
            if reason is not None:
                return f"It is in the folder “{_shown(folder)}”. {reason}"
        return self.inside(root, folder).why(last, is_folder=os.path.isdir(path))

    def leaves_out(self, root: bytes, path: bytes) -> bool:
        """Whether a scan of a root would not come to a path of it."""
        return self.why(root, path) is not None


class FolderRules:
    """The rules for the entries of one folder."""

    __slots__ = ("_folder", "_is_plain", "_lists", "_root", "_rules")

    def __init__(self, rules: IgnoreRules, root: bytes, folder: bytes) -> None:
        self._rules = rules
        self._folder = folder
        self._root = root
        self._is_plain = rules.own is None and not rules.gitignore
        self._lists = _ignored_above(root, folder) if rules.gitignore else []

    def skips_folder(self, path: bytes, name: bytes) -> bool:
        """Whether a folder, with all that is in it, is left out."""
        return path in self._rules.never or self._skips(name, NO_FOLDERS.match, is_folder=True)

    @property
    def file_skipper(self) -> Callable[[bytes], object]:
        """As `skips_file`, by whether it is true: the shortest way, as it is asked of every file at every start."""
        if self._is_plain and self._rules.chosen is None:
            return _no_file if self._rules.hidden else _no_file_nor_hidden
        return self.skips_file

    def skips_file(self, name: bytes) -> bool:
        return self._skips(name, _no_file, is_folder=False)

    def why(self, name: bytes, *, is_folder: bool) -> str | None:
        """Why an entry is left out, as one sentence; None if it is let through."""
        if is_folder and os.path.join(self._folder, name) in self._rules.never:
            return "Findling's own library is left out."
        place, verdict = self._verdict(name, is_folder=is_folder)
        if verdict is None:
            return self._by_name(name, is_folder=is_folder)
        if not verdict.leaves_out:
            return None
        if not place:
            return f"The folder's line “{verdict.line}” leaves it out."
        return f"The line “{verdict.line}” of {_shown(os.path.join(place, GITIGNORE))} leaves it out."

    def _skips(self, name: bytes, defaults: Callable[[bytes], object], *, is_folder: bool) -> bool:
        if not self._is_plain:
            verdict = self._verdict(name, is_folder=is_folder)[1]
            if verdict is not None:
                return verdict.leaves_out
        if (name.startswith(b".") and not self._rules.hidden) or defaults(name) is not None:
            return True
        chosen = self._rules.chosen
        return chosen is not None and chosen.match(os.fsdecode(name)) is not None

    def _verdict(self, name: bytes, *, is_folder: bool) -> tuple[bytes, PatternMatch | None]:
        """What was chosen for this folder says (no place), or the nearest .gitignore that does not bring back."""
        path = os.path.join(self._folder, name)
        if self._rules.own is not None:
            verdict = self._rules.own.verdict(_below(self._root, path), is_folder=is_folder)
            if verdict is not None:
                return b"", verdict
        for place, patterns in self._lists:
            verdict = patterns.verdict(_below(place, path), is_folder=is_folder)
            if verdict is not None:
                return place, verdict if verdict.leaves_out else None
        return b"", None

    def _by_name(self, name: bytes, *, is_folder: bool) -> str | None:
        text = os.fsdecode(name)
        if self._rules.chosen is not None and self._rules.chosen.match(text):
            return "A name in the settings leaves it out."
        for pattern in FOLDERS if is_folder else FILES:
            if _matcher((pattern,)).match(text):
                return f"Anything called “{pattern}” is left out: it holds no documents of yours."
        if name.startswith(b".") and not self._rules.hidden:
            return "Hidden files and folders are left out."
        return None


def _below(place: bytes, path: bytes) -> str:
    """A path as it is seen from a folder that it is in."""
    return os.fsdecode(path[len(place.rstrip(b"/")) + 1 :])


def _ignored_above(root: bytes, folder: bytes) -> list[tuple[bytes, GitignorePatterns]]:
    """(folder, what its .gitignore says) from a folder up to the root: the nearest one that says something decides."""
    found = []
    while True:
        patterns = _gitignore(folder)
        if patterns:
            found.append((folder, patterns))
        if len(folder) <= len(root):
            return found
        folder = os.path.dirname(folder)


def _gitignore(folder: bytes) -> GitignorePatterns | None:
    path = os.path.join(folder, GITIGNORE)
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return _gitignore_as_of(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=1024)
def _gitignore_as_of(path: bytes, _mtime_ns: int, _size: int, _inode: int) -> GitignorePatterns | None:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            lines = os.fsdecode(file.read(MOST_BYTES)).splitlines()
    except OSError:
        return None
    return GitignorePatterns(lines, lenient=True)


@lru_cache(maxsize=256)
def _matcher(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One expression for shell patterns; upper and lower case are the same, and a question mark is one character."""
    return re.compile("|".join(map(fnmatch.translate, patterns)), re.IGNORECASE)


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "replace")
