"""The catalogue's vectors, by model and passage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from core.models import ModelSpec
from core.store.catalogue.database import Database
from core.store.catalogue.passages_table import READ_BATCH, PassagesTable
from core.store.catalogue.pieces import head_and_pieces

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
STORED_DTYPE = np.dtype("<f2")  # half precision: half the disk, and cosines differ by less than 0.001
MAX_ID = 2**63 - 1
RANGE_BITS = 12
# The table's own order would read all vectors.
BY_PASSAGE = "vectors INDEXED BY vectors_by_passage WHERE model_id = ?"
PIECES_LENGTH = """(SELECT coalesce(sum(length(piece.data)), 0) FROM vector_pieces AS piece
    WHERE piece.passage_id = vectors.passage_id AND piece.model_id = vectors.model_id)"""
HEADS_OF_IDS = """SELECT passage_id, data FROM vectors
    WHERE model_id = ? AND passage_id IN (SELECT value FROM json_each(?))"""
PIECES_OF_IDS = """SELECT passage_id, data FROM vector_pieces
    WHERE model_id = ? AND passage_id IN (SELECT value FROM json_each(?)) ORDER BY passage_id, piece"""
LOW_BITS = (1 << RANGE_BITS) - 1
PLACE = f"(passage_id & {LOW_BITS})"


def places(ids: Ids) -> Ids:
    """The place of each id in its range; `PLACE` is the same in SQL."""
    return ids & LOW_BITS


class VectorsTable:
    """Vectors of one catalogue connection; `model_id` is the row id of a model with a chunking config."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def model_id(self, model_spec: ModelSpec, chunking_id: int) -> int:
        """The row id of a model with a chunking config, added if new; 0 if a read-only catalogue does not have it."""
        if self._db.writable:
            self._db.execute(
                "INSERT OR IGNORE INTO models (fingerprint, recipe_id, name, dimension) VALUES (?, ?, ?, ?)",
                (model_spec.fingerprint, chunking_id, model_spec.name, model_spec.dimension),
            )
        sql = "SELECT id FROM models WHERE fingerprint = ? AND recipe_id = ?"
        return self._db.scalar(sql, (model_spec.fingerprint, chunking_id))

    def put(self, model_id: int, ids: Sequence[int], vectors: Vectors) -> None:
        """Store vectors (shape: len(ids) x dimension); those of deleted passages are ignored."""
        rows = zip(ids, vectors.astype(STORED_DTYPE), strict=True)
        self.put_stored(model_id, [(number, vector.tobytes()) for number, vector in rows])

    def put_stored(self, model_id: int, rows: Sequence[tuple[int, bytes]]) -> None:
        """Store vectors as `put` does, from (passage id, bytes of half precision)."""
        values = [(number, *head_and_pieces(data)) for number, data in rows]
        self._db.executemany(
            """INSERT OR REPLACE INTO vectors (model_id, passage_id, data)
            SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM passages WHERE id = ?2)""",
            [(model_id, number, head) for number, head, _ in values],
        )
        self._db.executemany(
            """INSERT INTO vector_pieces (model_id, passage_id, piece, data)
            SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM passages WHERE id = ?2)""",
            [(model_id, number, *piece) for number, _, pieces in values for piece in enumerate(pieces)],
        )

    def mark_embedded(self, model_id: int, content_ids: Sequence[int]) -> None:
        """Mark contents as embedded: every passage has its vector."""
        self._db.executemany(
            """INSERT OR IGNORE INTO embedded (model_id, content_id)
            SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM contents WHERE id = ?2)""",
            [(model_id, number) for number in content_ids],
        )

    def waiting(self, model_id: int, chunking_id: int) -> list[tuple[int, int, int]]:
        """(passage id, content id, tokens) of all passages without a vector, by passage id."""
        rows = self._db.execute(
            """SELECT p.id, p.content_id, p.tokens FROM cuts
            JOIN contents AS c ON c.id = cuts.content_id AND c.let_go IS NULL
            JOIN passages AS p ON p.content_id = cuts.content_id AND p.recipe_id = cuts.recipe_id
            WHERE cuts.recipe_id = ?2
            AND NOT EXISTS (SELECT 1 FROM embedded AS e WHERE e.model_id = ?1 AND e.content_id = cuts.content_id)
            AND NOT EXISTS (SELECT 1 FROM vectors AS v WHERE v.model_id = ?1 AND v.passage_id = p.id)
            ORDER BY p.id""",
            (model_id, chunking_id),
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def mark_complete(self, model_id: int, chunking_id: int) -> None:
        """Mark all contents without waiting passages as embedded, such as empty ones and those unmarked by a crash."""
        self._db.execute(
            """INSERT OR IGNORE INTO embedded (model_id, content_id)
            SELECT ?1, cuts.content_id FROM cuts WHERE cuts.recipe_id = ?2
            AND NOT EXISTS (SELECT 1 FROM embedded AS e WHERE e.model_id = ?1 AND e.content_id = cuts.content_id)
            AND NOT EXISTS (SELECT 1 FROM passages AS p WHERE p.content_id = cuts.content_id
                AND p.recipe_id = ?2
                AND NOT EXISTS (SELECT 1 FROM vectors AS v WHERE v.model_id = ?1 AND v.passage_id = p.id))""",
            (model_id, chunking_id),
        )

    def next_unembedded(self, model_id: int, other_id: int, after: int) -> int | None:
        """The first content after `after` that the other model has embedded, but this one has not."""
        row = self._db.execute(
            """SELECT other.content_id FROM embedded AS other
            JOIN contents AS c ON c.id = other.content_id AND c.let_go IS NULL
            WHERE other.model_id = ?2 AND other.content_id > ?3 AND NOT EXISTS
            (SELECT 1 FROM embedded AS e WHERE e.model_id = ?1 AND e.content_id = other.content_id)
            ORDER BY other.content_id LIMIT 1""",
            (model_id, other_id, after),
        ).fetchone()
        return None if row is None else int(row[0])

    def ids(self, model_id: int) -> Ids:
        """The passages with a vector of this model, or a row of zeros, without those of retired contents, ascending."""
        return np.setdiff1d(self._stored_ids(model_id, 0, MAX_ID), self._retired(model_id), assume_unique=True)

    def count(self, model_id: int) -> int:
        """The number of passages that `ids` returns."""
        every = self._db.scalar(f"SELECT count(*) FROM {BY_PASSAGE}", (model_id,))  # noqa: S608 - constant names
        return every - len(self._retired(model_id))

    def indexed_ids(self, model_id: int, low: int, high: int) -> Ids:
        """The passages from `low` to below `high` that a vector index has: without retired ones and rows of zeros."""
        return np.setdiff1d(self._stored_ids(model_id, low, high), self._left_out(model_id), assume_unique=True)

    def range_sums(self, model_id: int) -> Ids:
        """(range, count, sum of `places`, of their squares) of the ids in each range that has any, ascending.

        These are the ids that `indexed_ids` returns; a range is of `1 << RANGE_BITS` ids.
        """
        next_id = "SELECT min(passage_id) FROM vectors INDEXED BY vectors_by_passage WHERE passage_id >= ?"
        sums_of = f"""SELECT count(*), sum({PLACE}), sum({PLACE} * {PLACE}) FROM {BY_PASSAGE}
            AND passage_id >= ? AND passage_id < ?"""  # noqa: S608 - constant names
        found = []
        place = 0
        while (row := self._db.execute(next_id, (place,)).fetchone())[0] is not None:
            number = row[0] >> RANGE_BITS
            place = (number + 1) << RANGE_BITS
            sums = self._db.execute(sums_of, (model_id, number << RANGE_BITS, place)).fetchone()
            if sums[0]:
                found.append((number, *sums))
        table = np.array(found, np.int64).reshape(-1, 4)
        out = self._left_out(model_id)
        rows = np.searchsorted(table[:, 0], out >> RANGE_BITS)
        for column, values in enumerate((np.ones_like(out), places(out), places(out) ** 2), start=1):
            np.subtract.at(table[:, column], rows, values)
        return table[table[:, 1] > 0]

    def _stored_ids(self, model_id: int, low: int, high: int) -> Ids:
        rows = self._db.execute(
            f"SELECT passage_id FROM {BY_PASSAGE} AND passage_id >= ? AND passage_id < ? ORDER BY passage_id",  # noqa: S608 - constant names
            (model_id, low, high),
        )
        return np.fromiter((row[0] for row in rows), np.int64)

    def _left_out(self, model_id: int) -> Ids:
        """The passages that no vector index has: those of retired contents and those with a row of zeros, ascending."""
        rows = self._db.execute(
            """SELECT passage_id FROM vectors INDEXED BY vectors_of_zeros
            WHERE model_id = ? AND data = zeroblob(length(data))""",
            (model_id,),
        )
        return np.union1d(np.fromiter((row[0] for row in rows), np.int64), self._retired(model_id))

    def _retired(self, model_id: int) -> Ids:
        """The passages of retired contents with a vector of this model, ascending."""
        rows = self._db.execute(
            """SELECT v.passage_id FROM contents AS c CROSS JOIN passages AS p ON p.content_id = c.id
            CROSS JOIN vectors AS v ON v.passage_id = p.id AND v.model_id = ? WHERE c.let_go IS NOT NULL""",
            (model_id,),
        )
        return np.sort(np.fromiter((row[0] for row in rows), np.int64))

    def ids_of_content(self, model_id: int, content_id: int) -> Ids:
        """The passages of a content with a vector of this model."""
        rows = self._db.execute(
            """SELECT passage_id FROM passages AS p JOIN vectors AS v ON v.passage_id = p.id AND v.model_id = ?
            WHERE p.content_id = ?""",
            (model_id, content_id),
        )
        return np.fromiter((row[0] for row in rows), np.int64)

    def read(self, model_id: int, ids: Ids) -> Iterator[tuple[Ids, Vectors]]:
        """The stored vectors of passages, in batches of (ids, vectors of shape n x dimension, float32)."""
        size = STORED_DTYPE.itemsize * self._db.scalar("SELECT dimension FROM models WHERE id = ?", (model_id,))
        for start in range(0, len(ids), READ_BATCH):
            of_ids = (model_id, json.dumps(ids[start : start + READ_BATCH].tolist()))
            found = dict(self._db.execute(HEADS_OF_IDS, of_ids))
            if any(len(head) < size for head in found.values()):
                for number, pieces in groupby(self._db.execute(PIECES_OF_IDS, of_ids), itemgetter(0)):
                    found[number] = b"".join((found.get(number, b""), *(piece for _, piece in pieces)))
            whole = {number: data for number, data in found.items() if len(data) == size}
            if whole:
                block = np.frombuffer(b"".join(whole.values()), STORED_DTYPE).reshape(len(whole), -1)
                yield np.array(list(whole), np.int64), block.astype(np.float32)

    def ids_between(self, after: int, last: int, count: int) -> list[int]:
        """The first `count` passages with a vector of any model, by id, after `after` and up to `last`."""
        rows = self._db.execute(
            """SELECT DISTINCT passage_id FROM vectors WHERE passage_id > ? AND passage_id <= ?
            ORDER BY passage_id LIMIT ?""",
            (after, last, count),
        )
        return [int(row[0]) for row in rows]

    def clear(self, ids: Sequence[int]) -> None:
        """Replace the vectors of passages, of every model, by rows of zeros, which are in no index."""
        listed = (json.dumps(list(ids)),)
        self._db.execute(
            f"""UPDATE vectors SET data = zeroblob(length(data) + {PIECES_LENGTH})
            WHERE passage_id IN (SELECT value FROM json_each(?))""",  # noqa: S608 - constant names
            listed,
        )
        self._db.execute("DELETE FROM vector_pieces WHERE passage_id IN (SELECT value FROM json_each(?))", listed)

    def language_check(self) -> tuple[int, int]:
        """(passage id up to which vectors were checked for language, last one to check).

        The last one is that which has a vector when this is first called: later ones are checked before they get one.
        """
        self._db.execute(
            """INSERT OR IGNORE INTO counters (name, value)
            SELECT 'language_check_end', coalesce(max(passage_id), 0) FROM vectors"""
        )
        sql = "SELECT value FROM counters WHERE name = ?"
        return self._db.scalar(sql, ("language_checked",)), self._db.scalar(sql, ("language_check_end",))

    def set_language_checked(self, place: int) -> None:
        """Store the first value of `language_check`."""
        sql = "INSERT INTO counters (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2"
        self._db.execute(sql, ("language_checked", place))

    def contents_of(self, ids: Ids) -> Ids:
        """The content of each of some passages; 0 for one that does not exist."""
        return PassagesTable(self._db).owners_of(ids)

    def count_sent(self, passages: int) -> None:
        """Add to the count of passages ever sent to an engine."""
        self._db.execute(
            """INSERT INTO counters (name, value) VALUES ('passages_embedded', ?1)
            ON CONFLICT (name) DO UPDATE SET value = value + ?1""",
            (passages,),
        )

    def sent_count(self) -> int:
        """The number of passages ever sent to an engine, answered or not."""
        return self._db.scalar("SELECT value FROM counters WHERE name = 'passages_embedded'")
