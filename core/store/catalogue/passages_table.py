"""The catalogue's passages: how each content is chunked with each chunking config."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.document import Passage
from core.store.catalogue.database import Database

MAX_PASSAGE_CHARS = 1 << 20  # characters of a passage that are read; chunking makes passages of some thousands
READ_BATCH = 8_192
Numbers = npt.NDArray[np.int64]
MAX_NUMBER = (1 << 31) - 1  # that a page or an offset can be for those who show it


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage and its content; `start` and `stop` are character offsets in the content's text.

    Those that are read from the catalogue are within the text, and no longer than `MAX_PASSAGE_CHARS`, whatever is
    stored: earlier versions stored what a hostile file had made their reader say.
    """

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
        self._db.execute(
            "INSERT INTO cuts (recipe_id, content_id, passages) VALUES (?, ?, ?)",
            (chunking_id, content_id, len(passages)),
        )
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
            """SELECT p.id, p.content_id, p.start, p.stop, p.tokens, p.page, p.line, c.length FROM passages AS p
            JOIN contents AS c ON c.id = p.content_id
            WHERE p.content_id = ? AND p.recipe_id = ? ORDER BY p.ordinal""",
            (content_id, chunking_id),
        )
        return [_within_text(*row) for row in rows]

    def get_many(self, ids: Sequence[int], *, retired: bool = False) -> dict[int, PassageRow]:
        """The passages with these ids, without those of retired contents unless these are asked for too."""
        rows = self._db.execute(
            """SELECT p.id, p.content_id, p.start, p.stop, p.tokens, p.page, p.line, c.length FROM passages AS p
            JOIN contents AS c ON c.id = p.content_id AND (c.let_go IS NULL OR ?2)
            WHERE p.id IN (SELECT value FROM json_each(?1))""",
            (json.dumps(list(ids)), retired),
        )
        return {int(row[0]): _within_text(*row) for row in rows.fetchall()}

    def contents_of(self, ids: Iterable[int]) -> dict[int, int]:
        """The content id of each of these passages, without those of retired contents."""
        rows = self._db.execute(
            """SELECT p.id, p.content_id FROM passages AS p
            JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
            WHERE p.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(ids)),),
        )
        return dict(rows.fetchall())

    def owners_of(self, ids: Numbers) -> Numbers:
        """The content id of each of some passages; 0 for one that does not exist."""
        found = np.zeros(len(ids), np.int64)
        for start in range(0, len(ids), READ_BATCH):
            part = slice(start, start + READ_BATCH)
            sql = "SELECT id, content_id FROM passages WHERE id IN (SELECT value FROM json_each(?))"
            owners = dict(self._db.execute(sql, (json.dumps(ids[part].tolist()),)).fetchall())
            found[part] = [owners.get(number, 0) for number in ids[part].tolist()]
        return found

    def owners_after(self, after: int) -> Numbers:
        """(passage id, content id) of all passages with a greater id (shape: n x 2)."""
        rows = self._db.execute("SELECT id, content_id FROM passages WHERE id > ?", (after,))
        return np.fromiter(rows, np.dtype((np.int64, 2)))


def _within_text(
    number: int, content_id: int, start: int, stop: int, tokens: int, page: int | None, line: int, length: int
) -> PassageRow:
    length = limited(length, 0, MAX_NUMBER)
    start = limited(start, 0, length)
    stop = limited(stop, start, min(length, start + MAX_PASSAGE_CHARS))
    page = None if page is None else limited(page, 1, MAX_NUMBER)
    return PassageRow(
        number, content_id, start, stop, limited(tokens, 0, MAX_NUMBER), page, limited(line, 1, length + 1)
    )


def limited(value: object, least: int, most: int) -> int:
    """A stored number within its limits; the least for what is none."""
    return min(max(value, least), most) if isinstance(value, int) else least
