"""Consistency checks within the catalogue, and between the catalogue and the indexes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.store.catalogue.database import Database
from core.store.catalogue.text_blocks import BLOCK_CHARS, BLOCK_DAMAGED, unpacked
from core.store.catalogue.texts_table import TextsTable
from core.store.catalogue.vectors_table import PIECES_LENGTH, STORED_DTYPE, Ids
from core.store.lexical.index import LexicalIndex

CONTENTS_PER_STEP = 500

_EMBEDDED = """FROM vectors AS v JOIN passages AS p ON p.id = v.passage_id
    JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
    WHERE v.model_id = ? AND v.data <> zeroblob(length(v.data))"""

ReportProgress = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """Numbers of passages that an index should have, that it lacks, and that are extra or duplicate (`surplus`)."""

    expected: int
    missing: int = 0
    surplus: int = 0


@contextmanager
def snapshot(catalogue: Path) -> Iterator[Database]:
    """A read transaction on the catalogue: later writes are not visible."""
    with closing(Database(catalogue, writable=False)) as database:
        database.execute("BEGIN")
        database.scalar("SELECT count(*) FROM sqlite_master")  # the first read fixes the snapshot
        yield database


def broken_contents(database: Database, report: ReportProgress, stop: Stop) -> list[int]:
    """Contents whose text is incomplete or cannot be decompressed."""
    ids = [int(row[0]) for row in database.execute("SELECT id FROM contents ORDER BY id")]
    broken: list[int] = []
    for place in range(0, len(ids), CONTENTS_PER_STEP):
        if stop():
            break
        some = ids[place : place + CONTENTS_PER_STEP]
        broken += [number for number in some if not _is_intact(database, number)]
        report(min(place + CONTENTS_PER_STEP, len(ids)), len(ids))
    return broken


def miscounted_chunkings(database: Database) -> list[tuple[int, int]]:
    """(content id, chunking id) whose number of passages differs from the recorded one."""
    rows = database.execute(
        """SELECT content_id, recipe_id FROM cuts WHERE passages <> (SELECT count(*) FROM passages AS p
        WHERE p.content_id = cuts.content_id AND p.recipe_id = cuts.recipe_id)"""
    )
    return [(row[0], row[1]) for row in rows]


def uncounted_chunkings(database: Database) -> list[tuple[int, int]]:
    """(content id, chunking id) of passages without a recorded number."""
    rows = database.execute(
        """SELECT DISTINCT content_id, recipe_id FROM passages AS p WHERE NOT EXISTS
        (SELECT 1 FROM cuts WHERE cuts.content_id = p.content_id AND cuts.recipe_id = p.recipe_id)"""
    )
    return [(row[0], row[1]) for row in rows]


def bad_vectors(database: Database) -> list[tuple[int, int]]:
    """(model id, passage id) of vectors of a wrong length, of passages that do not exist, and of stray pieces."""
    rows = database.execute(
        f"""SELECT model_id, passage_id FROM vectors LEFT JOIN models ON models.id = model_id
        LEFT JOIN passages ON passages.id = passage_id
        WHERE length(data) + {PIECES_LENGTH} IS NOT dimension * ? OR passages.id IS NULL
        UNION SELECT model_id, passage_id FROM vector_pieces AS piece WHERE NOT EXISTS (SELECT 1 FROM vectors
            WHERE vectors.model_id = piece.model_id AND vectors.passage_id = piece.passage_id)""",  # noqa: S608 - constant names
        (STORED_DTYPE.itemsize,),
    )
    return [(row[0], row[1]) for row in rows]


def false_embedded_marks(database: Database) -> list[tuple[int, int]]:
    """(model id, content id) marked as embedded though a passage has no vector."""
    rows = database.execute(
        """SELECT model_id, content_id FROM embedded JOIN models ON models.id = model_id WHERE EXISTS
        (SELECT 1 FROM passages AS p WHERE p.content_id = embedded.content_id AND p.recipe_id = models.recipe_id
         AND NOT EXISTS (SELECT 1 FROM vectors AS v WHERE v.model_id = models.id AND v.passage_id = p.id))"""
    )
    return [(row[0], row[1]) for row in rows]


def textless_files(database: Database) -> list[int]:
    """Files in the state "read" without a content that exists."""
    sql = """SELECT id FROM files WHERE state = 'read'
        AND (content_id IS NULL OR content_id NOT IN (SELECT id FROM contents))"""
    return [row[0] for row in database.execute(sql)]


def compare_lexical(database: Database, chunking_id: int, index: LexicalIndex) -> Difference:
    """Compare a lexical index, opened before the snapshot, with the catalogue.

    Contents with changes that the index has not applied are ignored: another thread may be applying them.
    """
    stored = _ids(
        database,
        """SELECT p.id FROM passages AS p JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
        WHERE p.recipe_id = ?1 AND p.content_id NOT IN
        (SELECT content_id FROM changes WHERE number > ?2 AND recipe_id = ?1)""",
        (chunking_id, index.last_change),
    )
    unapplied = _ids(
        database,
        """SELECT id FROM passages WHERE recipe_id = ?1
        AND content_id IN (SELECT content_id FROM changes WHERE number > ?2 AND recipe_id = ?1)""",
        (chunking_id, index.last_change),
    )
    indexed = index.passage_ids()
    return _difference(indexed[~np.isin(indexed, unapplied)], stored)


def expected_lexical(database: Database, chunking: str) -> int:
    """The number of passages that the lexical index of a chunking fingerprint should have."""
    return database.scalar(
        """SELECT count(*) FROM passages AS p JOIN contents AS c ON c.id = p.content_id AND c.let_go IS NULL
        JOIN recipes AS r ON r.id = p.recipe_id WHERE r.fingerprint = ?""",
        (chunking,),
    )


def compare_vectors(database: Database, model_id: int, indexed: Ids) -> Difference:
    """Compare the ids of a vector index with the catalogue. Zero vectors (refused passages) are in no index."""
    return _difference(indexed, _ids(database, f"SELECT v.passage_id {_EMBEDDED}", (model_id,)))


def expected_vectors(database: Database, model_id: int) -> int:
    """The number of passages that the vector index of a model should have."""
    return database.scalar(f"SELECT count(*) {_EMBEDDED}", (model_id,))


def _difference(here: Ids, stored: Ids) -> Difference:
    single = np.unique(here)
    doubles = len(here) - len(single)
    missing, surplus = np.setdiff1d(stored, single), np.setdiff1d(single, stored)
    return Difference(len(stored), len(missing), len(surplus) + doubles)


def _ids(database: Database, sql: str, values: tuple[object, ...]) -> Ids:
    return np.array([row[0] for row in database.execute(sql, values)], np.int64)


def _is_intact(database: Database, number: int) -> bool:
    row = database.execute("SELECT length, CAST(parts AS BLOB) FROM contents WHERE id = ?", (number,)).fetchone()
    if row is None:
        return True  # deleted in the meantime
    blocks = TextsTable(database).stored_blocks(number)
    try:
        json.loads(row[1])
        length = sum(len(unpacked(data)) for _, data in blocks)
    except BLOCK_DAMAGED:
        return False
    return length == row[0] and [block for block, _ in blocks] == list(range(-(-length // BLOCK_CHARS)))
