"""The catalogue's folders: paths, exclusions, mount points, and whether they are connected."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.settings import Exclusions
from core.store.catalogue.database import Database


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder; `inode` is the folder's own at its last scan, 0 if it was never scanned."""

    id: int
    path: bytes
    single: bool
    connected: bool
    inode: int
    exclusions: Exclusions
    mounts: tuple[bytes, ...]


class FoldersTable:
    """Folders of one catalogue connection. Paths are bytes, as `os.fsencode` gives them."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[FolderRow]:
        sql = "SELECT id, path, single, connected, inode, patterns, gitignore, mounts FROM folders ORDER BY id"
        return [_folder(row) for row in self._db.execute(sql)]

    def add(self, path: bytes, *, single: bool) -> int:
        self._db.execute("INSERT OR IGNORE INTO folders (path, single) VALUES (?, ?)", (path, int(single)))
        return self._db.scalar("SELECT id FROM folders WHERE path = ?", (path,))

    def remove(self, folder_id: int) -> None:
        self._db.execute("DELETE FROM folders WHERE id = ?", (folder_id,))

    def totals(self, folder_id: int) -> tuple[int, int]:
        """(number of files and members, bytes of all files) of a folder."""
        sql = "SELECT count(*), coalesce(sum(size) FILTER (WHERE inode >= 0), 0) FROM files WHERE folder_id = ?"
        row = self._db.execute(sql, (folder_id,)).fetchone()
        return int(row[0]), int(row[1])

    def set_exclusions(self, folder_id: int, exclusions: Exclusions) -> None:
        """Store the exclusions of a folder."""
        self._db.execute(
            "UPDATE folders SET patterns = ?, gitignore = ? WHERE id = ?",
            (json.dumps(exclusions.patterns), int(exclusions.gitignore), folder_id),
        )

    def set_connected(self, folder_id: int, *, connected: bool, inode: int = 0) -> None:
        """Store whether a folder is connected, and its inode."""
        self._db.execute("UPDATE folders SET connected = ? WHERE id = ?", (int(connected), folder_id))
        if connected and inode:
            self._db.execute("UPDATE folders SET inode = ? WHERE id = ?", (inode, folder_id))

    def set_mounts(self, folder_id: int, places: Iterable[bytes]) -> None:
        """Store the mount points below a folder."""
        listed = json.dumps([os.fsdecode(place) for place in places])
        self._db.execute("UPDATE folders SET mounts = ? WHERE id = ?", (listed, folder_id))


def _folder(row: tuple[Any, ...]) -> FolderRow:
    number, path, single, connected, inode, patterns, gitignore, mounts = row
    exclusions = Exclusions(tuple(json.loads(patterns)), bool(gitignore))
    disks = tuple(os.fsencode(mount) for mount in json.loads(mounts))
    return FolderRow(number, path, bool(single), bool(connected), inode, exclusions, disks)
