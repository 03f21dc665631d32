"""Repairs within a catalogue: deletes incomplete rows, so that they are extracted, chunked or embedded again."""

from __future__ import annotations

from collections.abc import Sequence

from core.store.catalogue.database import Database


def drop_contents(database: Database, ids: Sequence[int]) -> None:
    """Delete contents, and queue their files for extraction."""
    with database.transaction():
        for number in ids:
            database.execute("UPDATE files SET state = 'waiting', content_id = NULL WHERE content_id = ?", (number,))
            database.execute(
                """INSERT INTO changes (recipe_id, content_id, added)
                SELECT recipe_id, content_id, 0 FROM cuts WHERE content_id = ?""",
                (number,),
            )
            database.execute("DELETE FROM contents WHERE id = ?", (number,))


def drop_chunkings(database: Database, chunkings: Sequence[tuple[int, int]]) -> None:
    """Delete the passages of (content id, chunking id); the stored texts are chunked again."""
    with database.transaction():
        database.executemany("DELETE FROM passages WHERE content_id = ? AND recipe_id = ?", list(chunkings))
        database.executemany("DELETE FROM cuts WHERE content_id = ? AND recipe_id = ?", list(chunkings))


def drop_vectors(database: Database, vectors: Sequence[tuple[int, int]]) -> None:
    """Delete the vectors of (model id, passage id) and the marks of their contents; they are embedded again."""
    with database.transaction():
        database.executemany(
            """DELETE FROM embedded WHERE model_id = ?1
            AND content_id = (SELECT content_id FROM passages WHERE id = ?2)""",
            list(vectors),
        )
        database.executemany("DELETE FROM vectors WHERE model_id = ? AND passage_id = ?", list(vectors))


def drop_embedded_marks(database: Database, marks: Sequence[tuple[int, int]]) -> None:
    """Delete the embedded marks of (model id, content id)."""
    with database.transaction():
        database.executemany("DELETE FROM embedded WHERE model_id = ? AND content_id = ?", list(marks))


def mark_files_waiting(database: Database, files: Sequence[int]) -> None:
    """Queue files for extraction."""
    with database.transaction():
        database.executemany("UPDATE files SET state = 'waiting' WHERE id = ?", [(number,) for number in files])
