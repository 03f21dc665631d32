"""The catalogue's messages: to whom they were sent, and which conversation they belong to."""

from __future__ import annotations

import json
from collections.abc import Iterable

from core.document import Document
from core.store.catalogue.database import Database


class MailHeadersTable:
    """Recipients and thread of the contents that are messages; their sender is the author of the content."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, content_id: int, document: Document) -> None:
        """Store what a message says; other documents have no row."""
        if document.kind == "mail" and (document.recipients or document.thread):
            sql = "INSERT OR REPLACE INTO mail_headers (content_id, recipients, thread) VALUES (?, ?, ?)"
            self._db.execute(sql, (content_id, document.recipients, document.thread))
        else:
            self._db.execute("DELETE FROM mail_headers WHERE content_id = ?", (content_id,))

    def threads(self, content_ids: Iterable[int]) -> dict[int, str]:
        """The threads of those of the contents that say one."""
        sql = "SELECT content_id, thread FROM mail_headers WHERE content_id IN (SELECT value FROM json_each(?))"
        rows = self._db.execute(f"{sql} AND thread <> ''", (json.dumps(list(content_ids)),))
        return {int(row[0]): row[1] for row in rows}
