"""The catalogue's tags of files, as the desktop has them in extended attributes."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from core.store.catalogue.database import Database


class TagsTable:
    """Tags of the files of one catalogue connection."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, tags: Mapping[int, Collection[str]]) -> None:
        """Replace the tags of files, by id; those of removed files are ignored."""
        self._db.executemany("DELETE FROM tags WHERE file_id = ?", [(number,) for number in tags])
        self._db.executemany(
            "INSERT OR IGNORE INTO tags (file_id, tag) SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM files WHERE id = ?1)",
            [(number, tag) for number, of_file in tags.items() for tag in sorted(of_file)],
        )

    def of(self, file_ids: Collection[int]) -> dict[int, set[str]]:
        """The tags of those files that have some."""
        rows = self._db.execute(
            "SELECT file_id, tag FROM tags WHERE file_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(file_ids)),),
        )
        found: dict[int, set[str]] = {}
        for number, tag in rows:
            found.setdefault(number, set()).add(tag)
        return found

    def files_at(self, paths: Collection[bytes]) -> dict[int, bytes]:
        """The ids of the files at some paths."""
        found = (self._db.execute("SELECT id, path FROM files WHERE path = ?", (path,)).fetchone() for path in paths)
        return {row[0]: row[1] for row in found if row is not None}

    def files_after(self, file_id: int, count: int) -> dict[int, bytes]:
        """The paths of the next files by id."""
        rows = self._db.execute("SELECT id, path FROM files WHERE id > ? ORDER BY id LIMIT ?", (file_id, count))
        return dict(rows.fetchall())
