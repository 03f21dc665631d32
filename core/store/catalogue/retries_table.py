"""The catalogue's files whose reader failed, and how often they were read again by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from core.store.catalogue.database import Database

# What a reader may fail with under load: a time-out, a crash or lack of memory, before or after the first pages.
_FAILED = "problem IN ('timed_out', 'crashed', 'partial') AND state IN ('failed', 'read')"


class RetriesTable:
    """Retries of one catalogue connection; the catalogue's own SQL forgets those of a file that has changed."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def due(self, delays: Sequence[float]) -> list[tuple[int, float]]:
        """(file id, when it is due in seconds since 1970) of each file that may be read again.

        `delays` are the seconds from a failure to the next retry; there are no more than these. Files whose problem is
        ignored are not read again.
        """
        rows = self._db.execute(
            f"""SELECT id, coalesce(count, 0), noted FROM files LEFT JOIN retries ON retries.file_id = id
            WHERE {_FAILED} AND coalesce(count, 0) < ? AND NOT EXISTS (SELECT 1 FROM ignored_problems AS ignored
                WHERE ignored.file_id = files.id AND ignored.problem = files.problem)""",  # noqa: S608 - constant SQL
            (len(delays),),
        )
        return [(file_id, (noted or 0.0) + delays[count]) for file_id, count, noted in rows.fetchall()]

    def retry(self, file_ids: Sequence[int]) -> None:
        """Queue files for extraction, and count that."""
        self._db.executemany(
            """INSERT INTO retries (file_id, count) VALUES (?, 1)
            ON CONFLICT (file_id) DO UPDATE SET count = count + 1""",
            [(file_id,) for file_id in file_ids],
        )
        sql = "UPDATE files SET state = 'waiting' WHERE id = ?"
        self._db.executemany(sql, [(file_id,) for file_id in file_ids])
