"""A catalogue put right from within: what is not whole is let go of, so that it is read, cut or embedded again."""

from __future__ import annotations

from collections.abc import Sequence

from core.store.catalogue.database import Database


def drop_contents(database: Database, ids: Sequence[int]) -> None:
    """Forget contents whose text is not whole; their files are read again."""
    with database.transaction():
        for number in ids:
            database.execute("UPDATE files SET state = 'waiting', content_id = NULL WHERE content_id = ?", (number,))
            database.execute(
                """INSERT INTO changes (recipe_id, content_id, added)
                SELECT recipe_id, content_id, 0 FROM cuts WHERE content_id = ?""",
                (number,),
            )
            database.execute("DELETE FROM contents WHERE id = ?", (number,))


def drop_chunkings(database: Database, cuts: Sequence[tuple[int, int]]) -> None:
    """Forget the passages of (content id, recipe id); the stored texts are cut again."""
    with database.transaction():
        database.executemany("DELETE FROM passages WHERE content_id = ? AND recipe_id = ?", list(cuts))
        database.executemany("DELETE FROM cuts WHERE content_id = ? AND recipe_id = ?", list(cuts))


def drop_vectors(database: Database, vectors: Sequence[tuple[int, int]]) -> None:
    """Forget the vectors of (model id, passage id), and that their contents are embedded; they are embedded again."""
    with database.transaction():
        database.executemany(
            """DELETE FROM embedded WHERE model_id = ?1
            AND content_id = (SELECT content_id FROM passages WHERE id = ?2)""",
            list(vectors),
        )
        database.executemany("DELETE FROM vectors WHERE model_id = ? AND passage_id = ?", list(vectors))


def drop_embedded_marks(database: Database, marks: Sequence[tuple[int, int]]) -> None:
    """Forget that (model id, content id) are embedded wholly."""
    with database.transaction():
        database.executemany("DELETE FROM embedded WHERE model_id = ? AND content_id = ?", list(marks))


def mark_files_waiting(database: Database, files: Sequence[int]) -> None:
    """Let files wait to be read."""
    with database.transaction():
        database.executemany("UPDATE files SET state = 'waiting' WHERE id = ?", [(number,) for number in files])
