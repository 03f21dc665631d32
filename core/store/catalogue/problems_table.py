"""The catalogue's files with a problem: which there are, which of them the user ignores, and trying them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.store.catalogue.database import Database


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A file with a problem; `when` is when it was seen. `waiting`: it is about to be read again."""

    path: bytes
    code: str
    detail: str
    when: float
    size: int
    mtime_ns: int
    waiting: bool
    ignored: bool
    kind: str


class ProblemsTable:
    """Files with a problem. A problem that is ignored counts again once the file has another one."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[ProblemRow]:
        """All files with a problem, by path."""
        rows = self._db.execute(
            """SELECT path, files.problem, coalesce(detail, ''), coalesce(noted, 0.0), size, mtime_ns,
                state = 'waiting', ignored.problem IS files.problem, files.kind
            FROM files LEFT JOIN ignored_problems AS ignored ON ignored.file_id = files.id
            WHERE files.problem IS NOT NULL ORDER BY path"""
        )
        return [ProblemRow(*row) for row in rows.fetchall()]

    def ignore(self, paths: Sequence[bytes]) -> None:
        """Ignore the problems that these files have now."""
        self._db.executemany(
            """INSERT OR REPLACE INTO ignored_problems (file_id, problem)
            SELECT id, problem FROM files WHERE path = ? AND problem IS NOT NULL""",
            [(path,) for path in paths],
        )

    def stop_ignoring(self, paths: Sequence[bytes]) -> None:
        """Count the problems of these files again."""
        self._db.executemany(
            "DELETE FROM ignored_problems WHERE file_id IN (SELECT id FROM files WHERE path = ?)",
            [(path,) for path in paths],
        )

    def retry(self, paths: Sequence[bytes] | None) -> int:
        """Queue files with a problem for extraction; returns their number. None: all that are not ignored."""
        if paths is None:
            cursor = self._db.execute(
                """UPDATE files SET state = 'waiting' WHERE problem IS NOT NULL AND NOT EXISTS (SELECT 1
                FROM ignored_problems AS ignored WHERE file_id = files.id AND ignored.problem = files.problem)"""
            )
            return int(cursor.rowcount)
        sql = "UPDATE files SET state = 'waiting' WHERE problem IS NOT NULL AND path = ?"
        return sum(int(self._db.execute(sql, (path,)).rowcount) for path in paths)

    def retry_transient(self, folder_id: int) -> None:
        """Queue the files of a folder whose problem (such as a missing permission) may end without a change of stat."""
        self._db.execute(
            """UPDATE files SET state = 'waiting' WHERE folder_id = ? AND state = 'failed'
            AND problem IN ('unreadable', 'vanished')""",
            (folder_id,),
        )
