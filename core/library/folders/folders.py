"""The folders of a library: add, remove, list."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace

from core.errors import FolderError
from core.events import Folder
from core.indexer.command_queue import SubmittedCommand
from core.library.access.directory import check_folder
from core.library.session.manager import SessionManager
from core.settings import Exclusions
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.folders_table import FolderRow
from core.watch import mounts
from core.watch.ignore_rules import IgnoreRules


@dataclass(frozen=True, slots=True)
class _Change:
    """A folder as it is once the indexer has executed a command; or is no longer."""

    command: SubmittedCommand
    row: FolderRow
    is_removed: bool = False


class FolderManager:
    """Adds, removes and lists folders, and makes the ignore rules of each."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions
        self._lock = threading.Lock()  # held briefly, for `_changes`
        self._changes: list[_Change] = []  # which the indexer makes in the catalogue a moment later

    def add(self, path: str | os.PathLike[str], exclusions: Exclusions | None = None) -> Folder:
        """See `Library.add_folder`."""
        target = os.path.realpath(path)
        check_folder(target, self._sessions.root)
        covering = self.covering(target)
        if covering is not None:
            with self._sessions.writer() as writer:
                writer.commands.rescan()
            return covering
        single = not os.path.isdir(target)
        row = FolderRow(
            0,
            os.fsencode(target),
            single=single,
            connected=True,
            inode=0,
            exclusions=exclusions or Exclusions(),
            mounts=(),
        )
        with self._sessions.writer() as writer:
            self._note(_Change(writer.commands.add_folder(row.path, single=single, exclusions=exclusions), row))
        if not single:
            for inner in self.inside(target):
                self.remove(inner)  # a part of the new one from now on
        return Folder(target, files=0, size=0, connected=True, single=single)

    def inside(self, path: str) -> list[str]:
        """The folders of the library, and its single files, that are inside a path."""
        top = path.rstrip("/") + "/"
        return [found for row in self.rows() if (found := os.fsdecode(row.path)).startswith(top)]

    def remove(self, path: str | os.PathLike[str]) -> None:
        """See `Library.remove_folder`."""
        row = self.find(path)
        with self._sessions.writer() as writer:
            self._note(_Change(writer.commands.remove_folder(row.path), row, is_removed=True))
        self._sessions.current.forget_second_vectors()

    def exclude(self, path: str | os.PathLike[str], exclusions: Exclusions) -> None:
        """See `FolderExclusions.change`."""
        row = replace(self.find(path), exclusions=exclusions)
        with self._sessions.writer() as writer:
            self._note(_Change(writer.commands.exclude(row.path, exclusions), row))

    def folders(self) -> list[Folder]:
        """See `Library.folders`."""
        with self._sessions.catalogue() as catalogue:
            totals = catalogue.folders.totals
            return [
                Folder(os.fsdecode(row.path), *totals(row.id), row.connected, row.single, _disconnected(row))
                for row in self._rows(catalogue)
            ]

    def rows(self) -> list[FolderRow]:
        """The folders as rows of the catalogue; one that the indexer has not added yet has the id 0."""
        with self._sessions.catalogue() as catalogue:
            return self._rows(catalogue)

    def _rows(self, catalogue: Catalogue) -> list[FolderRow]:
        with self._lock:  # first: what is executed by now is in the catalogue
            self._changes = [change for change in self._changes if not change.command.is_executed]
            changes = self._changes
        rows = {row.path: row for row in catalogue.folders.all()}
        for change in changes:
            known = rows.get(change.row.path)
            if change.is_removed:
                rows.pop(change.row.path, None)
            else:
                rows[change.row.path] = (
                    change.row if known is None else replace(known, exclusions=change.row.exclusions)
                )
        return list(rows.values())

    def _note(self, change: _Change) -> None:
        with self._lock:
            self._changes = [*self._changes, change]

    def find(self, path: str | os.PathLike[str]) -> FolderRow:
        """The folder with a path; raises FolderError if there is none."""
        target = os.fsencode(os.path.realpath(path))
        for row in self.rows():
            if row.path == target:
                return row
        raise FolderError("folder.not_added", path=target)

    def rules(self, exclusions: Exclusions = Exclusions()) -> IgnoreRules:  # noqa: B008 - it is frozen
        """The ignore rules of a folder with these exclusions."""
        return IgnoreRules.from_settings(
            self._sessions.settings, library=os.fsencode(self._sessions.root), exclusions=exclusions
        )

    def covering(self, target: str) -> Folder | None:
        """The folder that contains a path already and does not exclude it; None if there is none."""
        path = os.fsencode(target)
        for row in self.rows():
            inside = not row.single and path.startswith(row.path.rstrip(b"/") + b"/")
            if path == row.path or (inside and not self.rules(row.exclusions).excludes(row.path, path)):
                return next((folder for folder in self.folders() if os.fsencode(folder.path) == row.path), None)
        return None


def _disconnected(row: FolderRow) -> tuple[str, ...]:
    """The disks below a folder that are not connected now."""
    return tuple(map(os.fsdecode, mounts.missing_mounts(row.path, row.mounts))) if row.mounts else ()
