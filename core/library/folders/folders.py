"""The part of the door that concerns folders: add, remove, list, and what is left out of each."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from core.errors import FolderError
from core.events import ExclusionEffect, Folder
from core.indexer import Indexer
from core.library.access.directory import check_folder
from core.library.folders.exclusion_preview import ExclusionPreview
from core.settings import Exclusions, Settings
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.folders_table import FolderRow
from core.watch import mounts
from core.watch.ignore_rules import IgnoreRules


class Folders(ABC):
    """What a library does with folders. It is a part of `Library`, which makes what is named here."""

    _root: Path
    _settings: Settings
    _catalogue: Catalogue
    _reading: threading.Lock
    _removed: set[bytes]  # folders that are forgotten, or are about to be: the catalogue may know them a moment longer

    @abstractmethod
    def _writer(self) -> AbstractContextManager[Indexer]: ...

    def add_folder(self, path: str | os.PathLike[str]) -> Folder:
        """Index a folder, or a single file; one that is already indexed is looked at again. Raises FolderError."""
        target = os.path.realpath(path)
        check_folder(target, self._root)
        covering = self._covering(target)
        if covering is not None:
            self.rescan()
            return covering
        single = not os.path.isdir(target)
        with self._writer() as writer:
            writer.add_folder(os.fsencode(target), single=single)
            self._removed.discard(os.fsencode(target))
        return Folder(target, files=0, size=0, connected=True, single=single)

    def remove_folder(self, path: str | os.PathLike[str]) -> None:
        """Forget a folder and all that is in it; the files themselves are not touched. Raises FolderError."""
        target = self._folder(path).path
        with self._writer() as writer:
            writer.remove_folder(target)
            self._removed.add(target)

    def folders(self) -> list[Folder]:
        """The folders, in the order in which they were added."""
        with self._reading:
            table = self._catalogue.folders
            return [
                Folder(os.fsdecode(row.path), *table.totals(row.id), row.connected, row.single, _away(row))
                for row in table.all()
                if row.path not in self._removed
            ]

    def exclusions(self, path: str | os.PathLike[str]) -> Exclusions:
        """What is left out of one of the folders, beside the defaults and the settings. Raises FolderError."""
        return self._folder(path).exclusions

    def exclude(self, path: str | os.PathLike[str], exclusions: Exclusions) -> None:
        """Leave that out of one of the folders from now on, and nothing else.

        What is hidden is gone at once, what is not any more comes back without being embedded again for some weeks.
        Raises FolderError, and BadInputError for a line that is no pattern.
        """
        folder = self._folder(path)
        IgnoreRules(exclusions=exclusions)
        with self._writer() as writer:
            writer.exclude(folder.path, exclusions)

    def preview_exclusions(self, path: str | os.PathLike[str], exclusions: Exclusions) -> Iterator[ExclusionEffect]:
        """Count what that would hide in one of the folders, step by step; the last one is `done`.

        Takes as long as walking through the folder. Raises FolderError, and BadInputError for what is no pattern.
        """
        folder = self._folder(path)
        after = IgnoreRules(
            exclude=self._settings.exclude, include_hidden=self._settings.hidden_files, exclusions=exclusions
        )
        always, before = self._rules(), self._rules(folder.exclusions)
        return ExclusionPreview(folder.path, always, before, after).steps()

    def excluded_by(self, path: str | os.PathLike[str]) -> str | None:
        """The rule that leaves a file out, as one sentence; None if a folder lets it through, or none holds it."""
        target = os.fsencode(os.path.realpath(path))
        reasons = [
            self._rules(row.exclusions).explain(row.path, target)
            for row in self._folder_rows()
            if target == row.path or target.startswith(row.path.rstrip(b"/") + b"/")
        ]
        reason = None if None in reasons else next(iter(reasons), None)
        return None if reason is None else reason.sentence

    def rescan(self) -> None:
        """Compare all folders with the disk now."""
        with self._writer() as writer:
            writer.rescan()

    def _covering(self, target: str) -> Folder | None:
        """The folder that holds a path already, and does not leave it out."""
        path = os.fsencode(target)
        for row in self._folder_rows():
            inside = not row.single and path.startswith(row.path.rstrip(b"/") + b"/")
            if path == row.path or (inside and not self._rules(row.exclusions).excludes(row.path, path)):
                return next((folder for folder in self.folders() if os.fsencode(folder.path) == row.path), None)
        return None

    def _rules(self, own: Exclusions = Exclusions()) -> IgnoreRules:  # noqa: B008 - it is frozen
        return IgnoreRules.from_settings(self._settings, library=os.fsencode(self._root), exclusions=own)

    def _folder_rows(self) -> list[FolderRow]:
        with self._reading:
            return [row for row in self._catalogue.folders.all() if row.path not in self._removed]

    def _folder(self, path: str | os.PathLike[str]) -> FolderRow:
        """The folder of that path; raises FolderError."""
        target = os.fsencode(os.path.realpath(path))
        for row in self._folder_rows():
            if row.path == target:
                return row
        raise FolderError(f"{os.fsdecode(target)} is not one of the folders.", "See the list of folders.")


def _away(row: FolderRow) -> tuple[str, ...]:
    """The disks below a folder that are not connected now."""
    return tuple(map(os.fsdecode, mounts.missing_mounts(row.path, row.mounts))) if row.mounts else ()
