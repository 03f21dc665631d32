"""Repairs within a catalogue: deletes damaged rows, so that they are extracted, chunked or embedded again.

Each function gets the keys of the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.store.catalogue.contents import Contents
from core.store.catalogue.database import Database
from core.store.integrity import consistency

NO_VERSION = "0"  # of an extractor: no version is called that


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
        # Under a damaged id: what belongs to no content any more.
        for table in ("texts", "text_pieces", "signatures", "cuts", "embedded", "passages"):
            database.execute(f"DELETE FROM {table} WHERE content_id NOT IN (SELECT id FROM contents)")  # noqa: S608 - constant names
        database.execute(
            """UPDATE files SET state = 'waiting', content_id = NULL
            WHERE content_id IS NOT NULL AND content_id NOT IN (SELECT id FROM contents)"""
        )


def drop_chunkings(database: Database, chunkings: Sequence[tuple[int, int]]) -> None:
    """Delete the passages of (content id, chunking id); the stored texts are chunked again."""
    with database.transaction():
        database.executemany("DELETE FROM passages WHERE content_id = ? AND recipe_id = ?", list(chunkings))
        database.executemany("DELETE FROM cuts WHERE content_id = ? AND recipe_id = ?", list(chunkings))
        database.executemany(
            "DELETE FROM embedded WHERE content_id = ? AND model_id IN (SELECT id FROM models WHERE recipe_id = ?)",
            list(chunkings),
        )


def drop_passages(database: Database, ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete damaged passages by id, and with them all others of the contents that lack them now."""
    with database.transaction():
        database.executemany("DELETE FROM passages WHERE id = ?", list(ids))
        drop_chunkings(database, consistency.miscounted_chunkings(database))


def drop_counts(database: Database, keys: Sequence[tuple[Any, ...]]) -> None:
    """Delete damaged counts of passages, by (chunking id, content id), and the passages without such a count."""
    with database.transaction():
        database.executemany("DELETE FROM cuts WHERE recipe_id = ? AND content_id = ?", list(keys))
        drop_chunkings(database, consistency.uncounted_chunkings(database))


def drop_vectors(database: Database, vectors: Sequence[tuple[Any, ...]]) -> None:
    """Delete the vectors of (model id, passage id) and the marks of their contents; they are embedded again."""
    with database.transaction():
        database.executemany("DELETE FROM vectors WHERE model_id = ? AND passage_id = ?", list(vectors))
        sql = "DELETE FROM vector_pieces WHERE model_id = ? AND passage_id = ?"
        database.executemany(sql, list(vectors))  # those without a vector; the others are gone with it
        drop_embedded_marks(database, consistency.false_embedded_marks(database))


def drop_vector_pieces(database: Database, pieces: Sequence[tuple[Any, ...]]) -> None:
    """Delete the vectors of damaged pieces, by (passage id, model id, piece), and those that lack one under its id."""
    with database.transaction():
        drop_vectors(database, [(model_id, passage_id) for passage_id, model_id, _ in pieces])
        drop_vectors(database, consistency.bad_vectors(database))


def drop_embedded_marks(database: Database, marks: Sequence[tuple[Any, ...]]) -> None:
    """Delete the embedded marks of (model id, content id)."""
    with database.transaction():
        database.executemany("DELETE FROM embedded WHERE model_id = ? AND content_id = ?", list(marks))


def drop_sketches(database: Database, content_ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete sketches, which the indexer makes again when it is idle."""
    database.executemany("DELETE FROM signatures WHERE content_id = ?", list(content_ids))


def drop_files(database: Database, ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete files from the catalogue; the next scan finds them again, and knows their contents by the hash."""
    with database.transaction():
        # A member is found again by reading its file, which a trigger queues.
        database.executemany("UPDATE files SET state = 'waiting' WHERE id = ? AND inode < 0", list(ids))
        database.executemany("DELETE FROM files WHERE id = ?", list(ids))


def drop_changes(database: Database, numbers: Sequence[tuple[Any, ...]]) -> None:
    """Delete entries of the change log, and log every content whose last change that may have been."""
    with database.transaction():
        database.executemany("DELETE FROM changes WHERE number = ?", list(numbers))
        database.execute(
            """INSERT INTO changes (recipe_id, content_id, added) SELECT recipe_id, content_id, let_go IS NULL FROM cuts
            JOIN contents AS c ON c.id = content_id WHERE (let_go IS NULL) IS NOT
            (SELECT added FROM changes AS log WHERE log.recipe_id = cuts.recipe_id AND log.content_id = cuts.content_id
             ORDER BY number DESC LIMIT 1)"""
        )


def drop_counters(database: Database, names: Sequence[tuple[Any, ...]]) -> None:
    """Delete counters, which start again from 0; the catalogue's version is in its header, too."""
    with database.transaction():
        database.executemany("DELETE FROM counters WHERE CAST(name AS BLOB) = ?", list(names))
        version = database.scalar("PRAGMA user_version")
        database.execute("INSERT OR REPLACE INTO counters (name, value) VALUES ('schema_version', ?)", (version,))


def drop_ignored_problems(database: Database, file_ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete marks of ignored problems: these are listed again."""
    database.executemany("DELETE FROM ignored_problems WHERE file_id = ?", list(file_ids))


def drop_own_dates(database: Database, content_ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete the own dates of documents, which are found by the date of their files then."""
    database.executemany("DELETE FROM own_dates WHERE content_id = ?", list(content_ids))


def drop_tags(database: Database, tags: Sequence[tuple[Any, ...]]) -> None:
    """Delete tags of files, which are read again after the next scan."""
    database.executemany("DELETE FROM tags WHERE file_id = ?", [(tag[0],) for tag in tags])


def drop_retries(database: Database, file_ids: Sequence[tuple[Any, ...]]) -> None:
    """Forget how often files were read again by themselves, which begins anew."""
    database.executemany("DELETE FROM retries WHERE file_id = ?", list(file_ids))


def drop_access_rules(database: Database, ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete rules, so that nobody may read the files that have them until these are read again."""
    with database.transaction():
        database.executemany("DELETE FROM access_rules WHERE id = ?", list(ids))
        database.execute("DELETE FROM file_rules WHERE rule_id NOT IN (SELECT id FROM access_rules)")


def drop_file_rules(database: Database, file_ids: Sequence[tuple[Any, ...]]) -> None:
    """Forget who may read some files, so that nobody may until that is read again."""
    database.executemany("DELETE FROM file_rules WHERE file_id = ?", list(file_ids))


def drop_mail_headers(database: Database, content_ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete what messages say of their recipients, and have them read again."""
    with database.transaction():
        for (content_id,) in content_ids:
            database.execute("DELETE FROM mail_headers WHERE content_id = ?", (content_id,))
            Contents(database).set_extractor_version(content_id, NO_VERSION)
            database.execute("UPDATE files SET state = 'waiting' WHERE content_id = ?", (content_id,))


def drop_scans(database: Database, pages: Sequence[tuple[Any, ...]]) -> None:
    """Delete notes of pages without text, and have their documents read again."""
    with database.transaction():
        for content_id in {page[0] for page in pages}:
            database.execute("DELETE FROM scans WHERE content_id = ?", (content_id,))
            Contents(database).set_extractor_version(content_id, NO_VERSION)
            database.execute("UPDATE files SET state = 'waiting' WHERE content_id = ?", (content_id,))


def drop_recognised(database: Database, numbers: Sequence[tuple[Any, ...]]) -> None:
    """Delete recognised pages, which are recognised again."""
    database.executemany("DELETE FROM recognised WHERE number = ?", list(numbers))


def drop_members(database: Database, file_ids: Sequence[tuple[Any, ...]]) -> None:
    """Delete members, and queue the files that they are in; those that are not in them any more go with that."""
    with database.transaction():
        database.executemany("UPDATE files SET state = 'waiting' WHERE id = ?", list(file_ids))
        database.executemany("DELETE FROM members WHERE file_id = ?", list(file_ids))


def drop_containers(database: Database, file_ids: Sequence[tuple[Any, ...]]) -> None:
    """Forget how far files with members were read, so that they are read from the beginning."""
    with database.transaction():
        database.executemany("DELETE FROM containers WHERE file_id = ?", list(file_ids))
        mark_files_waiting(database, [key[0] for key in file_ids])


def mark_files_waiting(database: Database, files: Sequence[int]) -> None:
    """Queue files for extraction."""
    with database.transaction():
        database.executemany("UPDATE files SET state = 'waiting' WHERE id = ?", [(number,) for number in files])


def drop_rotten_rows(database: Database, table: str, keys: Sequence[tuple[Any, ...]]) -> None:
    """Delete the rows of a table whose checksums are wrong, so that they are made again."""
    if table in ("contents", "texts", "text_pieces"):
        drop_contents(database, sorted({key[0] for key in keys}))
        return
    repair_rows = {
        "files": drop_files,
        "signatures": drop_sketches,
        "passages": drop_passages,
        "cuts": drop_counts,
        "vectors": drop_vectors,
        "vector_pieces": drop_vector_pieces,
        "embedded": drop_embedded_marks,
        "changes": drop_changes,
        "counters": drop_counters,
        "ignored_problems": drop_ignored_problems,
        "own_dates": drop_own_dates,
        "mail_headers": drop_mail_headers,
        "tags": drop_tags,
        "retries": drop_retries,
        "access_rules": drop_access_rules,
        "file_rules": drop_file_rules,
        "scans": drop_scans,
        "recognised": drop_recognised,
        "members": drop_members,
        "containers": drop_containers,
    }[table]
    repair_rows(database, keys)
