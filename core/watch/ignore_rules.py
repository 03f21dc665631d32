"""Decides which files and folders are excluded: built-in defaults, hidden names, user patterns, .gitignore files."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from core.errors import BadInputError
from core.messages import Message
from core.settings import Exclusions, Settings
from core.watch.gitignore import GitignorePatterns, PatternMatch
from core.watch.links import is_followed

# Version control, caches, snapshots, wastebaskets: never a user's own documents, often a million files.
DEFAULT_FOLDERS = (
    ".git", ".hg", ".svn", ".bzr", "_darcs", "CVS", "node_modules", "bower_components", "__pycache__", ".cache",
    ".tox", ".nox", ".venv", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".gradle", ".cargo", ".rustup", ".npm",
    ".Trash", ".Trash-*", "$RECYCLE.BIN", "System Volume Information", "lost+found", ".snapshots", ".zfs",
    ".thumbnails", ".stversions", ".sync", ".dropbox.cache", ".Spotlight-V100", ".fseventsd",
    # Wastebaskets, versions and thumbnails of network storage: Synology, QNAP, Samba, Buffalo, WD, NetApp.
    "#recycle", "@eaDir", "#snapshot", "@Recycle", "@Recently-Snapshot", ".@__thumb", "@tmp", ".recycle", "trashbox",
    "RECYCLER", ".wdmc", "~snapshot", ".snapshot", "Network Trash Folder", "Temporary Items", ".TemporaryItems",
    ".DocumentRevisions-V100",
)  # fmt: skip
# Temporary and lock files, partial downloads, metadata of desktops.
DEFAULT_FILES = (
    "~$*", ".~lock.*#", "*~", "*.tmp", "*.temp", "*.swp", "*.swo", "*.part", "*.partial", "*.crdownload", "*.download",
    "*.!ut", "Thumbs.db", "desktop.ini", ".DS_Store", "*.pyc", "*.icloud",
)  # fmt: skip
_FOLDERS, _FILES = (
    re.compile("|".join(map(fnmatch.translate, names)).encode(), re.IGNORECASE)
    for names in (DEFAULT_FOLDERS, DEFAULT_FILES)
)
_match_default = _FILES.match
_match_default_or_hidden = re.compile(b"[.]|" + _FILES.pattern, re.IGNORECASE).match
GITIGNORE = b".gitignore"
MAX_GITIGNORE_BYTES = 1_000_000


class IgnoreRules:
    """The exclusion rules of one root; `in_folder` returns the rules for one of its folders.

    `exclude` are name patterns with * and ?, `skip_paths` are paths of folders, with
    `follow_links` links to folders are followed. `exclusions` are the user's own for
    this root: they take precedence and may re-include; an invalid pattern raises BadInputError. All paths are bytes.
    """

    def __init__(
        self,
        *,
        exclude: Iterable[str] = (),
        include_hidden: bool = False,
        skip_paths: Iterable[bytes] = (),
        follow_links: bool = False,
        exclusions: Exclusions = Exclusions(),  # noqa: B008 - it is frozen
    ) -> None:
        patterns = tuple(pattern for pattern in exclude if pattern)
        self.excluded_names = _compile(patterns) if patterns else None
        self.include_hidden = include_hidden
        self.skip_paths = frozenset(skip_paths)
        self.follow_links = follow_links
        self._skip_names = frozenset(map(os.path.basename, self.skip_paths)) if follow_links else frozenset()
        self.gitignore = exclusions.gitignore
        self.patterns = GitignorePatterns(exclusions.patterns, ignore_case=True) if exclusions.patterns else None

    @classmethod
    def from_settings(
        cls,
        settings: Settings,
        *,
        library: bytes,
        exclusions: Exclusions = Exclusions(),  # noqa: B008 - it is frozen
    ) -> IgnoreRules:
        """The rules of a root under some settings, without the library's own folder; invalid exclusions are ignored."""
        try:
            return cls(
                exclude=settings.exclude,
                include_hidden=settings.hidden_files,
                skip_paths=(library,),
                follow_links=settings.follow_links,
                exclusions=exclusions,
            )
        except BadInputError:
            return cls.from_settings(settings, library=library)

    def is_skipped_path(self, path: bytes) -> bool:
        """Whether a path is one of `skip_paths`, be it through a link."""
        if path in self.skip_paths:
            return True
        return os.path.basename(path) in self._skip_names and os.path.realpath(path) in self.skip_paths

    def follows(self, root: bytes, path: bytes) -> bool:
        """Whether a path is a link to a folder that is followed as a folder of the root."""
        return self.follow_links and os.path.islink(path) and is_followed(root, path, self.skip_paths)

    def in_folder(self, root: bytes, folder: bytes) -> FolderRules:
        """The rules for the entries of a folder, which is `root` or below it."""
        return FolderRules(self, root, folder)

    def explain(self, root: bytes, path: bytes) -> Message | None:
        """The rule that excludes a path of a root; None if it is not excluded, is the root, or is not below it."""
        below = os.path.relpath(path, root)
        if below == b"." or below.startswith(b".."):
            return None
        folder = root
        *names, last = below.split(b"/")
        for name in names:
            reason = self.in_folder(root, folder).explain(name, is_folder=True)
            folder = os.path.join(folder, name)
            if reason is not None:
                return Message("exclusion.in_folder", folder=_display(folder), reason=reason)
        return self.in_folder(root, folder).explain(last, is_folder=os.path.isdir(path))

    def excludes(self, root: bytes, path: bytes) -> bool:
        """Whether a scan of a root skips a path of it."""
        return self.explain(root, path) is not None


class FolderRules:
    """The exclusion rules for the entries of one folder."""

    __slots__ = ("_by_name_only", "_folder", "_gitignores", "_root", "_rules")

    def __init__(self, rules: IgnoreRules, root: bytes, folder: bytes) -> None:
        self._rules = rules
        self._folder = folder
        self._root = root
        self._by_name_only = rules.patterns is None and not rules.gitignore
        self._gitignores = _gitignores_above(root, folder) if rules.gitignore else []

    def skips_folder(self, path: bytes, name: bytes) -> bool:
        """Whether a folder is excluded, with everything below it."""
        return self._rules.is_skipped_path(path) or self._skips(name, _FOLDERS.match, is_folder=True)

    def follows(self, path: bytes) -> bool:
        """Whether an entry that is a link is followed as a folder."""
        return self._rules.follows(self._root, path)

    @property
    def file_matcher(self) -> Callable[[bytes], object]:
        """A fast version of `skips_file` whose result is only truthy or falsy; it is called for every file."""
        if self._by_name_only and self._rules.excluded_names is None:
            return _match_default if self._rules.include_hidden else _match_default_or_hidden
        return self.skips_file

    def skips_file(self, name: bytes) -> bool:
        """Whether a file is excluded."""
        return self._skips(name, _match_default, is_folder=False)

    def explain(self, name: bytes, *, is_folder: bool) -> Message | None:
        """The rule that excludes an entry; None if it is not excluded."""
        if is_folder and self._rules.is_skipped_path(os.path.join(self._folder, name)):
            return Message("exclusion.own_library")
        place, match = self._match(name, is_folder=is_folder)
        if match is None:
            return self._explain_by_name(name, is_folder=is_folder)
        if not match.excludes:
            return None
        if not place:
            return Message("exclusion.folder_pattern", pattern=match.line)
        return Message("exclusion.gitignore_line", line=match.line, file=_display(os.path.join(place, GITIGNORE)))

    def _skips(self, name: bytes, defaults: Callable[[bytes], object], *, is_folder: bool) -> bool:
        if not self._by_name_only:
            match = self._match(name, is_folder=is_folder)[1]
            if match is not None:
                return match.excludes
        if (name.startswith(b".") and not self._rules.include_hidden) or defaults(name) is not None:
            return True
        excluded = self._rules.excluded_names
        return excluded is not None and excluded.match(os.fsdecode(name)) is not None

    def _match(self, name: bytes, *, is_folder: bool) -> tuple[bytes, PatternMatch | None]:
        """The match of the root's own patterns (with an empty folder), else of the nearest .gitignore that matches.

        A .gitignore line that re-includes overrides the .gitignore files above it, but no other rule.
        """
        path = os.path.join(self._folder, name)
        if self._rules.patterns is not None:
            match = self._rules.patterns.match(_relative(self._root, path), is_folder=is_folder)
            if match is not None:
                return b"", match
        for place, patterns in self._gitignores:
            match = patterns.match(_relative(place, path), is_folder=is_folder)
            if match is not None:
                return place, match if match.excludes else None
        return b"", None

    def _explain_by_name(self, name: bytes, *, is_folder: bool) -> Message | None:
        text = os.fsdecode(name)
        if self._rules.excluded_names is not None and self._rules.excluded_names.match(text):
            return Message("exclusion.settings_pattern")
        for pattern in DEFAULT_FOLDERS if is_folder else DEFAULT_FILES:
            if _compile((pattern,)).match(text):
                return Message("exclusion.default_pattern", pattern=pattern)
        if name.startswith(b".") and not self._rules.include_hidden:
            return Message("exclusion.hidden")
        return None


def _relative(folder: bytes, path: bytes) -> str:
    return os.fsdecode(path[len(folder.rstrip(b"/")) + 1 :])


def _gitignores_above(root: bytes, folder: bytes) -> list[tuple[bytes, GitignorePatterns]]:
    """(folder, its .gitignore) from a folder up to the root, without those that are missing or empty."""
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
    return _read_gitignore(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=1024)
def _read_gitignore(path: bytes, _mtime_ns: int, _size: int, _inode: int) -> GitignorePatterns | None:
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            lines = os.fsdecode(file.read(MAX_GITIGNORE_BYTES)).splitlines()
    except OSError:
        return None
    return GitignorePatterns(lines, lenient=True)


@lru_cache(maxsize=256)
def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """One regular expression for shell patterns, case-insensitive; "?" matches one character, not one byte."""
    return re.compile("|".join(map(fnmatch.translate, patterns)), re.IGNORECASE)


def _display(path: bytes) -> str:
    return path.decode("utf-8", "replace")
