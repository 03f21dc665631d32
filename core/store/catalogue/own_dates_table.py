"""The catalogue's own dates of documents: when a document itself says that it was written."""

from __future__ import annotations

from datetime import date

from core.store.catalogue.database import Database


class OwnDatesTable:
    """A day for each content that says one."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, content_id: int, day: str) -> None:
        """Set the day (YYYY-MM-DD) of a content; "" if it says none."""
        if day:
            sql = "INSERT OR REPLACE INTO own_dates (content_id, day) VALUES (?, ?)"
            self._db.execute(sql, (content_id, date.fromisoformat(day).toordinal()))
        else:
            self._db.execute("DELETE FROM own_dates WHERE content_id = ?", (content_id,))

    def get(self, content_id: int) -> date | None:
        """The day of a content; None if it says none."""
        row = self._db.execute("SELECT day FROM own_dates WHERE content_id = ?", (content_id,)).fetchone()
        return None if row is None else date.fromordinal(row[0])
