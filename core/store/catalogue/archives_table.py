"""The catalogue's archives: whether the files in them are documents of their own."""

from __future__ import annotations

from core.store.catalogue.database import Database
from core.store.catalogue.members_table import MembersTable

_ON_DISK = "kind = 'archive' AND inode >= 0"


class ArchivesTable:
    """Archives of one catalogue connection."""

    def __init__(self, database: Database, members: MembersTable) -> None:
        self._db = database
        self._members = members

    def are_read(self) -> bool:
        """Whether the files in archives were read so far."""
        return bool(self._db.scalar("SELECT max(value) FROM counters WHERE name = 'archives_read'"))

    def set_read(self, *, reads: bool) -> None:
        """Store whether they are read from now on, and queue the archives."""
        self._db.execute("INSERT OR REPLACE INTO counters (name, value) VALUES ('archives_read', ?)", (int(reads),))
        self._db.execute(f"UPDATE files SET state = 'waiting' WHERE state = 'read' AND {_ON_DISK}")  # noqa: S608

    def remove_members(self) -> list[int]:
        """Remove what is in archives; returns the file ids."""
        sql = f"SELECT file_id FROM containers JOIN files ON id = file_id WHERE {_ON_DISK}"  # noqa: S608
        archives = [int(row[0]) for row in self._db.execute(sql).fetchall()]
        return [file_id for archive in archives for file_id in self._members.remove_all(archive)]
