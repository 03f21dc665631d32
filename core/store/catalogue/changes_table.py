"""The catalogue's change log, which lexical indexes apply in order; each index stores the last change it applied."""

from __future__ import annotations

from core.store.catalogue.database import Database


class ChangesTable:
    """The change log of one catalogue connection; every change belongs to one chunking config."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def after(self, number: int, chunking_id: int, limit: int) -> list[tuple[int, int, bool]]:
        """(number, content id, added) of the changes after a number, oldest first."""
        rows = self._db.execute(
            "SELECT number, content_id, added FROM changes WHERE number > ? AND recipe_id = ? ORDER BY number LIMIT ?",
            (number, chunking_id, limit),
        )
        return [(row[0], row[1], bool(row[2])) for row in rows]

    def exists(self, number: int, chunking_id: int) -> bool:
        """Whether the log has a change with this number for this chunking config; always true for number 0."""
        sql = "SELECT count(*) FROM changes WHERE number = ? AND recipe_id = ?"
        return number == 0 or bool(self._db.scalar(sql, (number, chunking_id)))

    def compact(self, chunking_id: int, last_change: int) -> None:
        """Delete superseded changes up to `last_change`, which every lexical index must have applied."""
        self._db.execute(
            """DELETE FROM changes WHERE recipe_id = ?1 AND number < ?2 AND (
            NOT EXISTS (SELECT 1 FROM contents WHERE contents.id = changes.content_id) OR EXISTS
            (SELECT 1 FROM changes AS later WHERE later.recipe_id = ?1 AND later.content_id = changes.content_id
             AND later.number > changes.number AND later.number <= ?2))""",
            (chunking_id, last_change),
        )

    def count_after(self, number: int, chunking_id: int) -> int:
        """The number of additions after this change."""
        sql = "SELECT count(*) FROM changes WHERE number > ? AND recipe_id = ? AND added = 1"
        return self._db.scalar(sql, (number, chunking_id))
