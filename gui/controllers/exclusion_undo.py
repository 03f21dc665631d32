"""Excludes files, folders and types of files from the folders they are in, and takes it back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.events import Folder
    from core.library import Library
    from core.settings import Exclusions

SPECIAL = re.compile(r"[\\*?\[\]!#]|^ +| +$")  # what means something else in a line of a .gitignore file


class Excluder:
    """Adds patterns to the exclusions of a library's folders."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def exclude(self, paths: Sequence[str], what: str) -> Callable[[], None] | None:
        """Exclude files ("file"), folders ("folder") or all files of the type of each path ("type").

        Returns what takes it back; None if a path is one of the library's folders itself, or in none of them. A file
        that was added by itself is removed. Raises FolderError and BadInputError.
        """
        before: dict[str, Exclusions] = {}
        removed: list[str] = []
        for path in paths:
            folder = self._folder_of(path)
            if folder is None or (folder.path == path and not folder.single):
                return None
            if folder.single:
                self._library.remove_folder(folder.path)
                removed.append(folder.path)
                continue
            current = self._library.exclusions.get(folder.path)
            before.setdefault(folder.path, current)
            pattern = pattern_of(path, folder.path, what)
            if pattern not in current.patterns:
                self._library.exclusions.change(folder.path, replace(current, patterns=(*current.patterns, pattern)))

        def undo() -> None:
            for folder_path, exclusions in before.items():
                self._library.exclusions.change(folder_path, exclusions)
            for folder_path in removed:
                self._library.add_folder(folder_path)

        return undo

    def _folder_of(self, path: str) -> Folder | None:
        """The innermost of the library's folders that a path is in."""
        found = [folder for folder in self._library.folders() if _contains(folder.path, path)]
        return max(found, key=lambda folder: len(folder.path), default=None)


def pattern_of(path: str, folder: str, what: str) -> str:
    """The line of a .gitignore file in `folder` for a file, for a folder, or for all files of the type of a file."""
    if what == "type":
        return "*" + _escaped(os.path.splitext(path)[1])
    inside = _escaped(os.path.relpath(path, folder).replace(os.sep, "/"))
    return f"/{inside}/" if what == "folder" else f"/{inside}"


def _escaped(text: str) -> str:
    return SPECIAL.sub(lambda found: "".join(f"\\{char}" for char in found[0]), text)


def _contains(folder: str, path: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
