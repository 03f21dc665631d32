"""What is excluded from each folder of a library."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from core.events import ExclusionEffect
from core.library.folders.exclusion_preview import ExclusionPreview
from core.library.folders.folder_sizes import folder_sizes
from core.library.folders.folders import FolderManager
from core.library.folders.price_tag import SubfolderCost
from core.library.session.manager import SessionManager
from core.settings import Exclusions
from core.watch.ignore_rules import IgnoreRules


class FolderExclusions:
    """A part of `Library`: the exclusions of its folders, beside the defaults and the settings."""

    def __init__(self, sessions: SessionManager, folders: FolderManager) -> None:
        self._sessions = sessions
        self._folders = folders

    def get(self, path: str | os.PathLike[str]) -> Exclusions:
        """What is excluded from one of the folders. Raises FolderError."""
        return self._folders.find(path).exclusions

    def change(self, path: str | os.PathLike[str], exclusions: Exclusions) -> None:
        """Replace the exclusions of one of the folders.

        Files that become excluded are no longer found. Files that are included again within some weeks are not embedded
        again. Raises FolderError, and BadInputError for a line that is no pattern.
        """
        IgnoreRules(exclusions=exclusions)
        self._folders.exclude(path, exclusions)

    def preview(self, path: str | os.PathLike[str], exclusions: Exclusions) -> Iterator[ExclusionEffect]:
        """Count what these exclusions would hide in one of the folders, in steps; the last one is `done`.

        Takes as long as walking through the folder. Raises FolderError, and BadInputError for a line that is no
        pattern.
        """
        folder, settings = self._folders.find(path), self._sessions.settings
        after = IgnoreRules(exclude=settings.exclude, include_hidden=settings.hidden_files, exclusions=exclusions)
        always, before = self._folders.rules(), self._folders.rules(folder.exclusions)
        return ExclusionPreview(folder.path, always, before, after).steps()

    def excluded(self, path: str | os.PathLike[str], exclusions: Exclusions, paths: Sequence[str]) -> frozenset[str]:
        """Those of some paths in a folder that these exclusions would leave out."""
        root, rules = os.fsencode(os.path.realpath(path)), self._folders.rules(exclusions)
        inside = [one for one in paths if os.fsencode(one).startswith(root.rstrip(b"/") + b"/")]
        return frozenset(one for one in inside if rules.excludes(root, os.fsencode(one)))

    def sizes(self, path: str | os.PathLike[str]) -> Iterator[tuple[SubfolderCost, ...]]:
        """The folders below one, at most `MAX_DEPTH` deep, with what is below each; in steps, as far as counted.

        What is excluded by default is not counted, what only the user excludes is.
        """
        return folder_sizes(os.fsencode(os.path.realpath(path)), self._folders.rules())

    def reason(self, path: str | os.PathLike[str]) -> str | None:
        """The rule that excludes a file, as one sentence; None if a folder includes it, or none contains it."""
        target = os.fsencode(os.path.realpath(path))
        reasons = [
            self._folders.rules(row.exclusions).explain(row.path, target)
            for row in self._folders.rows()
            if target == row.path or target.startswith(row.path.rstrip(b"/") + b"/")
        ]
        reason = None if None in reasons else next(iter(reasons), None)
        return None if reason is None else reason.sentence
