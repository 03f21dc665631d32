"""The catalogue's passages: how each content is chunked with each chunking config."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.document import Passage
from core.store.catalogue.database import Database


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage and its content; `start` and `stop` are character offsets in the content's text."""

    id: int
    content_id: int
    start: int
    stop: int
    tokens: int
    page: int | None
    line: int


class PassagesTable:
    """Passages of one catalogue connection; `chunking_id` is the row id of a chunking config."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def chunking_id(self, fingerprint: str) -> int:
        """The row id of a chunking config, added if new; 0 if a read-only catalogue does not have it."""
        if self._db.writable:
            self._db.execute("INSERT OR IGNORE INTO recipes (fingerprint) VALUES (?)", (fingerprint,))
        return self._db.scalar("SELECT id FROM recipes WHERE fingerprint = ?", (fingerprint,))

    def is_chunked(self, content_id: int, chunking_id: int) -> bool:
        sql = "SELECT count(*) FROM cuts WHERE recipe_id = ? AND content_id = ?"
        return bool(self._db.scalar(sql, (chunking_id, content_id)))

    def put(self, content_id: int, chunking_id: int, passages: Sequence[Passage]) -> None:
        """Store the passages of a content and log the change for the lexical index."""
        self._db.executemany(
            """INSERT INTO passages (content_id, recipe_id, ordinal, start, stop, tokens, page, line)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [(content_id, chunking_id, p.ordinal, p.start, p.end, p.tokens, p.page, p.line) for p in passages],
        )
        self._db.execute("INSERT INTO cuts VALUES (?, ?, ?)", (chunking_id, content_id, len(passages)))
        self._db.execute(
            "INSERT INTO changes (recipe_id, content_id, added) VALUES (?, ?, 1)", (chunking_id, content_id)
        )

    def unchunked(self, chunking_id: int) -> list[int]:
        """Contents in use without passages of this chunking config."""
        rows = self._db.execute(
            """SELECT id FROM contents WHERE let_go IS NULL AND NOT EXISTS
            (SELECT 1 FROM cuts WHERE cuts.content_id = contents.id AND cuts.recipe_id = ?) ORDER BY id""",
            (chunking_id,),
        )
        return [int(row[0]) for row in rows]

    def needs_chunking(self, content_id: int, chunking_id: int) -> bool:
        """Whether a content is in use and has no passages of this chunking config."""
        sql = "SELECT count(*) FROM contents WHERE id = ? AND let_go IS NULL"
        return bool(self._db.scalar(sql, (content_id,))) and not self.is_chunked(content_id, chunking_id)

    def of_content(self, content_id: int, chunking_id: int) -> list[PassageRow]:
        rows = self._db.execute(
            """SELECT id, content_id, start, stop, tokens, page, line FROM passages
            WHERE content_id = ? AND recipe_id = ? ORDER BY ordinal""",
            (content_id, chunking_id),
        )
        return [PassageRow(*row) for row in rows]

    def get_many(self, ids: Sequence[int]) -> dict[int, PassageRow]:
        """The passages with these ids, without those of retired contents."""
        rows = self._db.execute(
            """SELECT p.id, p.content_id, p.start, p.stop, p.tokens, p.page, p.line FROM passages AS p
            JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
            WHERE p.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(ids)),),
        )
        return {int(row[0]): PassageRow(*row) for row in rows.fetchall()}

    def contents_of(self, ids: Iterable[int]) -> dict[int, int]:
        """The content id of each of these passages, without those of retired contents."""
        rows = self._db.execute(
            """SELECT p.id, p.content_id FROM passages AS p
            JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
            WHERE p.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(ids)),),
        )
        return dict(rows.fetchall())

    def owners_after(self, after: int) -> list[tuple[int, int]]:
        """(passage id, content id) of all passages with a greater id."""
        return self._db.execute("SELECT id, content_id FROM passages WHERE id > ?", (after,)).fetchall()
