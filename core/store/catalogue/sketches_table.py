"""The catalogue's near-duplicate sketches, one per content."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.store.catalogue.database import Database


class SketchesTable:
    """Sketches (`core.store.near_duplicates.sketch`) of one catalogue connection."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, content_id: int, sketch: bytes) -> None:
        """Store the sketch of a content."""
        self._db.execute("INSERT OR REPLACE INTO signatures (content_id, data) VALUES (?, ?)", (content_id, sketch))

    def missing(self) -> list[int]:
        """Contents in use without a sketch."""
        rows = self._db.execute(
            "SELECT id FROM contents WHERE let_go IS NULL AND id NOT IN (SELECT content_id FROM signatures) ORDER BY id"
        )
        return [int(row[0]) for row in rows]

    def get_many(self, content_ids: Sequence[int]) -> dict[int, bytes]:
        """The sketches of these contents; those without one are left out."""
        rows = self._db.execute(
            "SELECT content_id, data FROM signatures WHERE content_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(content_ids)),),
        )
        return {int(row[0]): row[1] for row in rows}
