"""The catalogue's contents: extracted texts, keyed by the hash of the file's bytes."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, get_args

import msgspec

from core.document import Document, Kind, Part, Unit
from core.errors import TextDamagedError
from core.store.catalogue.database import Database
from core.store.catalogue.passages_table import MAX_NUMBER
from core.store.catalogue.text_blocks import blocks_of
from core.store.catalogue.texts_table import TextsTable

StoredOffset = Annotated[int, msgspec.Meta(ge=0, le=MAX_NUMBER)]
StoredOrdinal = Annotated[int, msgspec.Meta(ge=1, le=MAX_NUMBER)]
StoredPart = tuple[StoredOffset, StoredOffset, Unit, StoredOrdinal, str]
_STORED_PARTS = msgspec.json.Decoder(list[StoredPart])


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
    """Contents and texts of one catalogue connection.

    A content without a file is retired (column `let_go`): its passages, vectors and text are kept for a while, so that
    a file that comes back need not be read again.
    """

    def __init__(self, database: Database) -> None:
        self._db = database
        self._texts = TextsTable(database)

    def by_hash(self, digest: bytes) -> int | None:
        row = self._db.execute("SELECT id FROM contents WHERE hash = ?", (digest,)).fetchone()
        return None if row is None else int(row[0])

    def hash_of(self, content_id: int) -> bytes | None:
        """The hash of a content's bytes; None if there is none."""
        row = self._db.execute("SELECT hash FROM contents WHERE id = ?", (content_id,)).fetchone()
        return None if row is None else bytes(row[0])

    def put(self, digest: bytes, document: Document, *, replaces: int | None = None) -> int:
        """Store a document's text; returns the id of the content, or of the one that has the same hash.

        `replaces` is an earlier extraction of the same bytes: its files get the new content.
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
        self._texts.put(int(row[0]), blocks_of(document.text))
        return int(row[0])

    def extracted_by_other_versions(self, version: str) -> list[tuple[int, bytes]]:
        """(content id, path of one of its files) of contents that another extractor version extracted."""
        rows = self._db.execute(
            """SELECT contents.id, min(path) FROM contents JOIN files ON files.content_id = contents.id
            WHERE extractor <> '' AND substr(extractor, -length(?1)) <> ?1 AND state = 'read' AND inode >= 0
            GROUP BY contents.id""",
            (f"/{version}",),
        )
        return [(row[0], row[1]) for row in rows]

    def set_extractor_version(self, content_id: int, version: str) -> None:
        """Record that this extractor version yields the same text, so that only later versions extract it again."""
        row = self._db.execute("SELECT extractor FROM contents WHERE id = ?", (content_id,)).fetchone()
        if row is not None and row[0] and not row[0].endswith(f"/{version}"):
            name = row[0].rpartition("/")[0]
            self._db.execute("UPDATE contents SET extractor = ? WHERE id = ?", (f"{name}/{version}", content_id))

    def retire_orphans(self, now: float) -> list[int]:
        """Retire the contents without a file as of `now` (seconds since 1970); returns their passage ids."""
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
        """Restore a content that has a file again; returns whether it was retired and must be indexed again."""
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
        """Record that the engine refused passages of these contents, as the problem of their files without another."""
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
        """Queue refused passages for embedding again: those of one file, or of all files if `path` is None."""
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
        """Delete the contents retired up to `until`, or at or after `since` (seconds since 1970)."""
        self._db.execute("DELETE FROM contents WHERE let_go <= ? OR let_go >= ?", (until, since))

    def get(self, content_id: int) -> ContentRow | None:
        return self.get_many((content_id,)).get(content_id)

    def get_many(self, content_ids: Collection[int]) -> dict[int, ContentRow]:
        """The contents with these ids that exist."""
        rows = self._db.execute(
            """SELECT id, kind, title, author, extractor, notes, length, parts FROM contents
            WHERE id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(content_ids)),),
        )
        return {row[0]: _content(row) for row in rows.fetchall()}

    def text(self, content_id: int, start: int = 0, stop: int | None = None) -> str:
        """Characters `start` to `stop` of a content's text. Decompresses only the blocks that hold them."""
        return self._texts.text(content_id, start, stop)

    def blocks(self, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
        """Text blocks by (content id, block number); block n begins at character n * BLOCK_CHARS."""
        return self._texts.blocks(places)

    def files_with(self, content_ids: Sequence[int]) -> dict[int, list[tuple[int, bytes, int, int]]]:
        """For each content the (file id, path, size, mtime in ns) of its files."""
        found: dict[int, list[tuple[int, bytes, int, int]]] = {}
        rows = self._db.execute(
            """SELECT content_id, id, path, size, mtime_ns FROM files
            WHERE content_id IN (SELECT value FROM json_each(?)) ORDER BY id""",
            (json.dumps(list(content_ids)),),
        )
        for row in rows.fetchall():
            found.setdefault(int(row[0]), []).append((row[1], row[2], row[3], row[4]))
        return found


def _content(row: tuple[Any, ...]) -> ContentRow:
    number, kind, title, author, extractor, notes, length, parts = row
    kind = kind if kind in get_args(Kind) else "other"
    try:
        return ContentRow(number, kind, title, author, extractor, tuple(notes.split()), length, _parts(parts))
    except (ValueError, TypeError, RecursionError) as error:
        raise TextDamagedError(number) from error


def _parts(stored: str) -> tuple[Part, ...]:
    """The parts of a document; without those that are none, as an earlier version may have stored them."""
    try:
        return tuple(Part(*part) for part in _STORED_PARTS.decode(stored))
    except msgspec.DecodeError:
        return tuple(Part(*part) for part in json.loads(stored) if _is_part(part))


def _is_part(stored: object) -> bool:
    with suppress(msgspec.ValidationError):
        return bool(msgspec.convert(stored, StoredPart))
    return False
