"""The catalogue's vectors, by model and passage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from core.models import ModelSpec
from core.store.catalogue.database import Database

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]
STORED_DTYPE = np.dtype("<f2")  # half precision: half the disk, and cosines differ by less than 0.001
READ_BATCH = 8_192


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
        self._db.executemany(
            "INSERT OR REPLACE INTO vectors SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM passages WHERE id = ?2)",
            [(model_id, number, vector.tobytes()) for number, vector in rows],
        )

    def mark_embedded(self, model_id: int, content_ids: Sequence[int]) -> None:
        """Mark contents as embedded: every passage has its vector."""
        self._db.executemany(
            "INSERT OR IGNORE INTO embedded SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM contents WHERE id = ?2)",
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
            """INSERT OR IGNORE INTO embedded SELECT ?1, cuts.content_id FROM cuts WHERE cuts.recipe_id = ?2
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
        """The passages with a vector of this model, without those of retired contents, ascending."""
        rows = self._db.execute(
            """SELECT passage_id FROM vectors WHERE model_id = ?1
            EXCEPT SELECT p.id FROM contents AS c JOIN passages AS p ON p.content_id = c.id WHERE c.let_go IS NOT NULL
            ORDER BY passage_id""",
            (model_id,),
        )
        return np.fromiter((row[0] for row in rows), np.int64)

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
        for start in range(0, len(ids), READ_BATCH):
            rows = self._db.execute(
                """SELECT passage_id, data FROM vectors
                WHERE model_id = ? AND passage_id IN (SELECT value FROM json_each(?))""",
                (model_id, json.dumps(ids[start : start + READ_BATCH].tolist())),
            ).fetchall()
            if rows:
                block = np.frombuffer(b"".join(row[1] for row in rows), STORED_DTYPE).reshape(len(rows), -1)
                yield np.array([row[0] for row in rows], np.int64), block.astype(np.float32)

    def count_sent(self, passages: int) -> None:
        """Add to the count of passages ever sent to an engine."""
        self._db.execute(
            """INSERT INTO counters VALUES ('passages_embedded', ?1)
            ON CONFLICT (name) DO UPDATE SET value = value + ?1""",
            (passages,),
        )

    def sent_count(self) -> int:
        """The number of passages ever sent to an engine, answered or not."""
        return self._db.scalar("SELECT value FROM counters WHERE name = 'passages_embedded'")
