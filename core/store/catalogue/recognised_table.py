"""The catalogue's pages without text, and what OCR has recognised on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.store.catalogue.database import Database


@dataclass(frozen=True, slots=True)
class RecognisedRow:
    """A page (from 1) as OCR has read it: `places` are those of its words (`core.ocr.words`), "" without a problem.

    A page with a `problem` (a `core.errors.ProblemCode`) is not tried again by itself.
    """

    page: int
    text: str
    places: bytes
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OcrKey:
    """What recognised a page: the name of the engine and its languages, joined by "+"."""

    engine: str
    languages: str


class RecognisedTable:
    """Pages without text by content, and recognised pages by the hash of the contents.

    What was recognised is kept for the bytes of a file, so that contents that are read again get it back. It is deleted
    with the contents.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def set_scans(self, content_id: int, pages: Iterable[int]) -> None:
        """Set the pages of a content that have no text."""
        self._db.execute("DELETE FROM scans WHERE content_id = ?", (content_id,))
        self._db.executemany(
            "INSERT INTO scans (content_id, page) VALUES (?, ?)", [(content_id, page) for page in sorted(set(pages))]
        )

    def scans(self, content_id: int) -> tuple[int, ...]:
        """The pages of a content that have no text of their own, whether or not they are recognised."""
        rows = self._db.execute("SELECT page FROM scans WHERE content_id = ? ORDER BY page", (content_id,))
        return tuple(int(row[0]) for row in rows)

    def unread(self, content_id: int) -> tuple[int, ...]:
        """The pages of a content without text that no engine has recognised yet."""
        sql = f"SELECT page FROM scans WHERE content_id = ? AND NOT {_READ_BY_ANY} ORDER BY page"  # noqa: S608 - constant SQL
        return tuple(int(row[0]) for row in self._db.execute(sql, (content_id,)))

    def unread_counts(self, content_ids: Sequence[int]) -> dict[int, int]:
        """For each of the contents that have such pages, the number of those that no engine has recognised yet."""
        sql = f"""SELECT content_id, count(*) FROM scans WHERE content_id IN (SELECT value FROM json_each(?))
            AND NOT {_READ_BY_ANY} GROUP BY content_id"""  # noqa: S608 - constant SQL
        return {int(row[0]): int(row[1]) for row in self._db.execute(sql, (json.dumps(list(content_ids)),))}

    def pending(self, key: OcrKey) -> list[tuple[int, int]]:
        """(content id, page) of the pages that this engine has not read in these languages, newest file first."""
        sql = f"""SELECT scans.content_id, page FROM scans JOIN contents ON contents.id = scans.content_id
            WHERE let_go IS NULL AND NOT {_READ_BY_KEY} ORDER BY (SELECT max(mtime_ns) FROM files
            WHERE files.content_id = scans.content_id) DESC, scans.content_id, page"""  # noqa: S608 - constant SQL
        return self._db.execute(sql, (key.engine, key.languages)).fetchall()

    def pending_of(self, content_id: int, key: OcrKey) -> list[int]:
        """The pages of one content that this engine has not read in these languages."""
        sql = f"SELECT page FROM scans WHERE content_id = ?3 AND NOT {_READ_BY_KEY} ORDER BY page"  # noqa: S608 - constant SQL
        return [int(row[0]) for row in self._db.execute(sql, (key.engine, key.languages, content_id))]

    def counts(self) -> tuple[int, int]:
        """(pages without text in use, those of them that some engine has recognised)."""
        sql = f"""SELECT count(*), coalesce(sum({_READ_BY_ANY}), 0) FROM scans
            JOIN contents ON contents.id = scans.content_id WHERE let_go IS NULL"""  # noqa: S608 - constant SQL
        row = self._db.execute(sql).fetchone()
        return int(row[0]), int(row[1])

    def put(self, content_id: int, key: OcrKey, row: RecognisedRow) -> None:
        """Store a page as it was recognised."""
        self._db.execute(
            """INSERT OR REPLACE INTO recognised (hash, page, engine, languages, text, places, problem)
            SELECT hash, ?2, ?3, ?4, ?5, ?6, ?7 FROM contents WHERE id = ?1""",
            (content_id, row.page, key.engine, key.languages, row.text, row.places, row.problem),
        )

    def pages(self, digest: bytes) -> dict[int, RecognisedRow]:
        """The recognised pages of the content with a hash, by their number; each as it was recognised last."""
        sql = "SELECT page, text, places, problem FROM recognised WHERE hash = ? ORDER BY number"
        return {int(row[0]): RecognisedRow(*row) for row in self._db.execute(sql, (digest,))}

    def page(self, content_id: int, page: int) -> RecognisedRow | None:
        """One page of a content as it was recognised last; None if it was not."""
        row = self._db.execute(
            """SELECT page, text, places, problem FROM recognised
            WHERE hash = (SELECT hash FROM contents WHERE id = ?) AND page = ? ORDER BY number DESC LIMIT 1""",
            (content_id, page),
        ).fetchone()
        return None if row is None else RecognisedRow(*row)

    def purge(self) -> None:
        """Delete what was recognised in contents that are deleted."""
        self._db.execute("DELETE FROM recognised WHERE hash NOT IN (SELECT hash FROM contents)")


_READ_BY_ANY = """EXISTS (SELECT 1 FROM recognised JOIN contents AS own ON own.hash = recognised.hash
    WHERE own.id = scans.content_id AND recognised.page = scans.page)"""
_READ_BY_KEY = """EXISTS (SELECT 1 FROM recognised JOIN contents AS own ON own.hash = recognised.hash
    WHERE own.id = scans.content_id AND recognised.page = scans.page AND engine = ?1 AND languages = ?2)"""
