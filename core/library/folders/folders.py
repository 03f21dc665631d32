"""The folders of a library: add, remove, list."""

from __future__ import annotations

import os

from core.errors import FolderError
from core.events import Folder
from core.library.access.directory import check_folder
from core.library.session.manager import SessionManager
from core.settings import Exclusions
from core.store.catalogue.folders_table import FolderRow
from core.watch import mounts
from core.watch.ignore_rules import IgnoreRules


class FolderManager:
    """Adds, removes and lists folders, and makes the ignore rules of each."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions
        self._removed: set[bytes] = set()  # the indexer removes them from the catalogue a moment later

    def add(self, path: str | os.PathLike[str]) -> Folder:
        """See `Library.add_folder`."""
        target = os.path.realpath(path)
        check_folder(target, self._sessions.root)
        covering = self._covering(target)
        if covering is not None:
            with self._sessions.writer() as writer:
                writer.rescan()
            return covering
        single = not os.path.isdir(target)
        with self._sessions.writer() as writer:
            writer.add_folder(os.fsencode(target), single=single)
            self._removed.discard(os.fsencode(target))
        return Folder(target, files=0, size=0, connected=True, single=single)

    def remove(self, path: str | os.PathLike[str]) -> None:
        """See `Library.remove_folder`."""
        target = self.find(path).path
        with self._sessions.writer() as writer:
            writer.remove_folder(target)
            self._removed.add(target)

    def folders(self) -> list[Folder]:
        """See `Library.folders`."""
        with self._sessions.catalogue() as catalogue:
            table = catalogue.folders
            return [
                Folder(os.fsdecode(row.path), *table.totals(row.id), row.connected, row.single, _disconnected(row))
                for row in table.all()
                if row.path not in self._removed
            ]

    def rows(self) -> list[FolderRow]:
        """The folders as rows of the catalogue."""
        with self._sessions.catalogue() as catalogue:
            return [row for row in catalogue.folders.all() if row.path not in self._removed]

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

    def _covering(self, target: str) -> Folder | None:
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
