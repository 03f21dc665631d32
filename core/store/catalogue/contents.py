"""The catalogue's contents: texts by hash of their bytes, and the passages that they are cut into."""

from __future__ import annotations

import json
import sqlite3
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.document import Document, Part, Passage
from core.store.catalogue.database import Database

BLOCK_CHARS = 16_384  # characters of text in one row


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage with the content it belongs to; `start` and `stop` are characters of the content's text."""

    id: int
    content_id: int
    start: int
    stop: int
    tokens: int
    page: int | None
    line: int


@dataclass(frozen=True, slots=True)
class ContentRow:
    """A content without its text."""

    id: int
    kind: str
    title: str
    author: str
    extractor: str
    notes: tuple[str, ...]
    length: int
    parts: tuple[Part, ...]


class Contents:
    """Contents, texts and passages of one catalogue connection."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def chunking_id(self, fingerprint: str) -> int:
        """The number of a way of cutting; 0 if a read-only catalogue does not know it."""
        if self._db.writable:
            self._db.execute("INSERT OR IGNORE INTO recipes (fingerprint) VALUES (?)", (fingerprint,))
        return self._db.scalar("SELECT id FROM recipes WHERE fingerprint = ?", (fingerprint,))

    def by_hash(self, digest: bytes) -> int | None:
        row = self._db.execute("SELECT id FROM contents WHERE hash = ?", (digest,)).fetchone()
        return None if row is None else int(row[0])

    def is_chunked(self, content_id: int, chunking_id: int) -> bool:
        sql = "SELECT count(*) FROM cuts WHERE recipe_id = ? AND content_id = ?"
        return bool(self._db.scalar(sql, (chunking_id, content_id)))

    def put(self, digest: bytes, document: Document, *, replaces: int | None = None) -> int:
        """Store a document's text; returns the content's id, an older one if the bytes are known.

        Files of the content `replaces`, which is an earlier reading of the same bytes, have the new one then.
        """
        if replaces is not None:
            self._db.execute("UPDATE contents SET hash = randomblob(32) WHERE id = ?", (replaces,))
            number = self.put(digest, document)
            self._db.execute("UPDATE files SET content_id = ? WHERE content_id = ?", (number, replaces))
            return number
        known = self.by_hash(digest)
        if known is not None:
            return known
        parts = json.dumps([[p.start, p.end, p.unit, p.number, p.label] for p in document.parts])
        row = self._db.execute(
            """INSERT INTO contents (hash, kind, title, author, extractor, notes, length, parts)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
            (
                digest, document.kind, document.title, document.author, document.extractor,
                " ".join(document.notes), len(document.text), parts,
            ),
        ).fetchone()  # fmt: skip
        self._db.executemany("INSERT INTO texts VALUES (?, ?, ?)", _blocks(int(row[0]), document.text))
        return int(row[0])

    def put_passages(self, content_id: int, chunking_id: int, passages: Sequence[Passage]) -> None:
        """Store how a content is cut, and put it on the word index's list."""
        self._db.executemany(
            """INSERT INTO passages (content_id, recipe_id, ordinal, start, stop, tokens, page, line)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            [(content_id, chunking_id, p.ordinal, p.start, p.end, p.tokens, p.page, p.line) for p in passages],
        )
        self._db.execute("INSERT INTO cuts VALUES (?, ?, ?)", (chunking_id, content_id, len(passages)))
        self._db.execute(
            "INSERT INTO changes (recipe_id, content_id, added) VALUES (?, ?, 1)", (chunking_id, content_id)
        )

    def put_sketch(self, content_id: int, signature: bytes) -> None:
        """Keep what tells which other texts are versions of this one."""
        self._db.execute("INSERT OR REPLACE INTO signatures VALUES (?, ?)", (content_id, signature))

    def without_sketch(self) -> list[int]:
        """Contents without a signature."""
        rows = self._db.execute(
            "SELECT id FROM contents WHERE let_go IS NULL AND id NOT IN (SELECT content_id FROM signatures) ORDER BY id"
        )
        return [int(row[0]) for row in rows]

    def sketches(self, content_ids: Sequence[int]) -> dict[int, bytes]:
        """The signatures of some contents, as far as they have one."""
        rows = self._db.execute(
            "SELECT content_id, data FROM signatures WHERE content_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(content_ids)),),
        )
        return {int(row[0]): row[1] for row in rows}

    def unchunked(self, chunking_id: int) -> list[int]:
        """Contents that are not cut in this way yet."""
        rows = self._db.execute(
            """SELECT id FROM contents WHERE let_go IS NULL AND NOT EXISTS
            (SELECT 1 FROM cuts WHERE cuts.content_id = contents.id AND cuts.recipe_id = ?) ORDER BY id""",
            (chunking_id,),
        )
        return [int(row[0]) for row in rows]

    def needs_chunking(self, content_id: int, chunking_id: int) -> bool:
        """Whether a content is in use, and not cut in this way yet."""
        sql = "SELECT count(*) FROM contents WHERE id = ? AND let_go IS NULL"
        return bool(self._db.scalar(sql, (content_id,))) and not self.is_chunked(content_id, chunking_id)

    def extracted_by_other_versions(self, version: str) -> list[tuple[int, bytes]]:
        """(content id, path of a file with it) of contents whose text a reader of another version made."""
        rows = self._db.execute(
            """SELECT contents.id, min(path) FROM contents JOIN files ON files.content_id = contents.id
            WHERE extractor <> '' AND substr(extractor, -length(?1)) <> ?1 AND state = 'read' GROUP BY contents.id""",
            (f"/{version}",),
        )
        return [(row[0], row[1]) for row in rows]

    def set_extractor_version(self, content_id: int, version: str) -> None:
        """A reader of this version says the same of a content, or can say no more; later ones are asked again."""
        row = self._db.execute("SELECT extractor FROM contents WHERE id = ?", (content_id,)).fetchone()
        if row is not None and row[0] and not row[0].endswith(f"/{version}"):
            name = row[0].rpartition("/")[0]
            self._db.execute("UPDATE contents SET extractor = ? WHERE id = ?", (f"{name}/{version}", content_id))

    def retire_orphans(self, now: float) -> list[int]:
        """Put away the contents that no file has any more; returns the ids of their passages, not to be found now.

        Texts, passages and vectors are kept, so that a file that comes back costs nothing.
        """
        rows = self._db.execute(
            """SELECT id FROM contents WHERE let_go IS NULL
            AND NOT EXISTS (SELECT 1 FROM files WHERE files.content_id = contents.id)"""
        )
        orphans = (json.dumps([int(row[0]) for row in rows]),)
        self._db.execute(
            """INSERT INTO changes (recipe_id, content_id, added)
            SELECT recipe_id, content_id, 0 FROM cuts WHERE content_id IN (SELECT value FROM json_each(?))""",
            orphans,
        )
        self._db.execute(
            "UPDATE contents SET let_go = ?2 WHERE id IN (SELECT value FROM json_each(?1))", (*orphans, now)
        )
        gone = "SELECT id FROM passages WHERE content_id IN (SELECT value FROM json_each(?))"
        return [int(row[0]) for row in self._db.execute(gone, orphans)]

    def restore(self, content_id: int) -> bool:
        """A file has this content again; whether it was put away, so that the indexes lack it."""
        cursor = self._db.execute(
            "UPDATE contents SET let_go = NULL WHERE id = ? AND let_go IS NOT NULL", (content_id,)
        )
        if not cursor.rowcount:
            return False
        self._db.execute(
            """INSERT INTO changes (recipe_id, content_id, added)
            SELECT recipe_id, ?1, 1 FROM cuts WHERE content_id = ?1""",
            (content_id,),
        )
        return True

    def mark_refused(self, content_ids: Collection[int]) -> None:
        """Note that an engine refused a part of some contents: a problem of their files, if they have no other."""
        for number in content_ids:
            self._db.execute(
                "UPDATE contents SET notes = trim(notes || ' refused') WHERE id = ? AND notes NOT LIKE '%refused%'",
                (number,),
            )
            self._db.execute(
                "UPDATE files SET problem = 'refused', noted = ? WHERE content_id = ? AND problem IS NULL",
                (time.time(), number),
            )

    def retry_refused(self, model_id: int, path: bytes | None) -> None:
        """Let what an engine refused wait for it once more: of one file, or of all."""
        rows = self._db.execute(
            """SELECT DISTINCT contents.id FROM contents JOIN files ON files.content_id = contents.id
            WHERE notes LIKE '%refused%' AND (?1 IS NULL OR path = ?1)""",
            (path,),
        ).fetchall()
        for (number,) in rows:
            self._db.execute(
                """DELETE FROM vectors WHERE model_id = ? AND data = zeroblob(length(data))
                AND passage_id IN (SELECT id FROM passages WHERE content_id = ?)""",
                (model_id, number),
            )
            self._db.execute("DELETE FROM embedded WHERE model_id = ? AND content_id = ?", (model_id, number))
            self._db.execute("UPDATE contents SET notes = trim(replace(notes, 'refused', '')) WHERE id = ?", (number,))

    def purge_retired(self, *, until: float | None = None, since: float | None = None) -> None:
        """Forget for good what was put away until a time, or since it (seconds since 1970)."""
        self._db.execute("DELETE FROM contents WHERE let_go <= ? OR let_go >= ?", (until, since))

    def get(self, content_id: int) -> ContentRow | None:
        return self.get_many((content_id,)).get(content_id)

    def get_many(self, content_ids: Collection[int]) -> dict[int, ContentRow]:
        """Those of some contents that exist, by their ids."""
        rows = self._db.execute(
            """SELECT id, kind, title, author, extractor, notes, length, parts FROM contents
            WHERE id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(content_ids)),),
        )
        return {row[0]: _content(row) for row in rows.fetchall()}

    def text(self, content_id: int, start: int = 0, stop: int | None = None) -> str:
        """Characters `start` to `stop` of a content's text, unpacking only the blocks that hold them."""
        first = start // BLOCK_CHARS
        last = 2**62 if stop is None else max(first, (stop - 1) // BLOCK_CHARS)
        rows = self._db.execute(
            "SELECT data FROM texts WHERE content_id = ? AND block BETWEEN ? AND ? ORDER BY block",
            (content_id, first, last),
        )
        text = "".join(zlib.decompress(row[0]).decode() for row in rows)
        return text[start - first * BLOCK_CHARS : None if stop is None else max(0, stop - first * BLOCK_CHARS)]

    def blocks(self, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
        """The blocks of texts at some places, each as (content's id, number); block n begins at character n * BLOCK."""
        rows = self._db.execute(
            """SELECT content_id, block, data FROM json_each(?) AS asked CROSS JOIN texts
            ON content_id = json_extract(asked.value, '$[0]') AND block = json_extract(asked.value, '$[1]')""",
            (json.dumps(list(places)),),
        )
        return {(row[0], row[1]): zlib.decompress(row[2]).decode() for row in rows.fetchall()}

    def passages_of(self, content_id: int, chunking_id: int) -> list[PassageRow]:
        rows = self._db.execute(
            """SELECT id, content_id, start, stop, tokens, page, line FROM passages
            WHERE content_id = ? AND recipe_id = ? ORDER BY ordinal""",
            (content_id, chunking_id),
        )
        return [PassageRow(*row) for row in rows]

    def passages(self, ids: Sequence[int]) -> dict[int, PassageRow]:
        """The passages with these ids that still exist and are not put away."""
        rows = self._db.execute(
            """SELECT p.id, p.content_id, p.start, p.stop, p.tokens, p.page, p.line FROM passages AS p
            JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
            WHERE p.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(ids)),),
        )
        return {int(row[0]): PassageRow(*row) for row in rows.fetchall()}

    def contents_of(self, ids: Iterable[int]) -> dict[int, int]:
        """The content of each of some passages, of those that still exist and are not put away."""
        rows = self._db.execute(
            """SELECT p.id, p.content_id FROM passages AS p
            JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
            WHERE p.id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(ids)),),
        )
        return dict(rows.fetchall())

    def owners_after(self, after: int) -> list[tuple[int, int]]:
        """(passage id, content id) of all passages with an id above that."""
        return self._db.execute("SELECT id, content_id FROM passages WHERE id > ?", (after,)).fetchall()

    def files_with(self, content_ids: Sequence[int]) -> dict[int, list[tuple[int, bytes, int, int]]]:
        """For each content the (file id, path, size, mtime in ns) of the files that hold it."""
        found: dict[int, list[tuple[int, bytes, int, int]]] = {}
        rows = self._db.execute(
            """SELECT content_id, id, path, size, mtime_ns FROM files
            WHERE content_id IN (SELECT value FROM json_each(?)) ORDER BY id""",
            (json.dumps(list(content_ids)),),
        )
        for row in rows.fetchall():
            found.setdefault(int(row[0]), []).append((row[1], row[2], row[3], row[4]))
        return found

    def changes_after(self, number: int, chunking_id: int, limit: int) -> list[tuple[int, int, bool]]:
        """(number, content id, added) of what the word index has not taken over yet, oldest first."""
        rows = self._db.execute(
            "SELECT number, content_id, added FROM changes WHERE number > ? AND recipe_id = ? ORDER BY number LIMIT ?",
            (number, chunking_id, limit),
        )
        return [(row[0], row[1], bool(row[2])) for row in rows]

    def has_change(self, number: int, chunking_id: int) -> bool:
        """Whether a change of that number was ever made to this way of cutting; so was number 0."""
        sql = "SELECT count(*) FROM changes WHERE number = ? AND recipe_id = ?"
        return number == 0 or bool(self._db.scalar(sql, (number, chunking_id)))

    def compact_changes(self, chunking_id: int, reached: int) -> None:
        """Forget the changes before that number which a later one before it made void; a word index reached it."""
        self._db.execute(
            """DELETE FROM changes WHERE recipe_id = ?1 AND number < ?2 AND (
            NOT EXISTS (SELECT 1 FROM contents WHERE contents.id = changes.content_id) OR EXISTS
            (SELECT 1 FROM changes AS later WHERE later.recipe_id = ?1 AND later.content_id = changes.content_id
             AND later.number > changes.number AND later.number <= ?2))""",
            (chunking_id, reached),
        )

    def count_added_after(self, number: int, chunking_id: int) -> int:
        """How many contents were cut after a change of that number."""
        sql = "SELECT count(*) FROM changes WHERE number > ? AND recipe_id = ? AND added = 1"
        return self._db.scalar(sql, (number, chunking_id))


def _content(row: tuple[Any, ...]) -> ContentRow:
    number, kind, title, author, extractor, notes, length, parts = row
    places = tuple(Part(*part) for part in json.loads(parts))
    return ContentRow(number, kind, title, author, extractor, tuple(notes.split()), length, places)


def _blocks(content_id: int, text: str) -> Iterator[tuple[object, ...]]:
    for block, start in enumerate(range(0, len(text), BLOCK_CHARS)):
        yield content_id, block, sqlite3.Binary(zlib.compress(text[start : start + BLOCK_CHARS].encode(), 1))
