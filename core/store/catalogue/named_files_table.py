"""The catalogue's files that are known by name only: of formats without a reader, or larger than their limit."""

from __future__ import annotations

from core.store.catalogue.database import Database


class NamedFilesTable:
    """Files of one catalogue connection whose text is not read, and what would have it read."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def set(self, file_id: int, formats_version: str) -> None:
        """Index a file by name only; `formats_version` are the formats of which it is none."""
        self._db.execute(
            """UPDATE files SET state = 'named', content_id = NULL, problem = NULL, detail = ?, noted = NULL
            WHERE id = ?""",
            (formats_version, file_id),
        )

    def paths(self) -> list[bytes]:
        """The paths of the files that are indexed by name only."""
        return [row[0] for row in self._db.execute("SELECT path FROM files WHERE state = 'named'")]

    def of_other_versions(self, formats_version: str) -> list[tuple[int, bytes, int]]:
        """(id, path, size) of the files that were indexed by name only with other formats than these."""
        sql = "SELECT id, path, size FROM files WHERE state = 'named' AND coalesce(detail, '') <> ?"
        return self._db.execute(sql, (formats_version,)).fetchall()

    def mark_waiting(self, path: bytes) -> None:
        """Queue a file for extraction that is indexed by name only."""
        self._db.execute("UPDATE files SET state = 'waiting' WHERE path = ? AND state = 'named'", (path,))

    def set_size_limit(self, kind: str, largest: int) -> None:
        """Store the size limit of a kind in bytes. If it rises, queue the files that were too large."""
        name = f"largest_{kind}"
        before = self._db.scalar("SELECT max(value) FROM counters WHERE name = ?", (name,))
        if before != largest:
            self._db.execute(
                "UPDATE files SET state = 'waiting' WHERE problem = 'too_large' AND kind = ? AND size BETWEEN ? AND ?",
                (kind, before + 1, largest),
            )
            self._db.execute(
                "INSERT INTO counters (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                (name, largest),
            )
