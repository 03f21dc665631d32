"""The catalogue's files: path, stat, state and problem of each."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from core.store.catalogue.database import Database

SQLITE_MAX_INTEGER = 2**63 - 1  # of SQLite's integers
FileRow = tuple[bytes, int, int, int, int, int]  # path, folder's id, id, size, mtime in ns, inode


class KnownFile(NamedTuple):
    """A file's stat: size in bytes, mtime in ns; `id` is 0 for a file that is not in the catalogue."""

    id: int
    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, number: int, size: int, mtime_ns: int, inode: int) -> KnownFile:
        """A stat clamped to SQLite's integers: mtimes may be in the year 9999, and inodes have 64 bits."""
        return cls(
            number, size, max(-SQLITE_MAX_INTEGER, min(mtime_ns, SQLITE_MAX_INTEGER)), inode & SQLITE_MAX_INTEGER
        )


@dataclass(frozen=True, slots=True)
class FileState:
    """The state of a file at its path."""

    path: bytes
    stat: KnownFile
    state: str
    content_id: int | None
    problem: str | None
    detail: str | None
    noted: float | None


@dataclass(frozen=True, slots=True)
class ProblemRow:
    path: bytes
    code: str
    detail: str
    when: float


class Files:
    """Files of one catalogue connection. Paths are bytes, as `os.fsencode` gives them."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._prefetched: dict[int, list[FileRow]] = {}  # rows by folder from `all_paths`, each used once by `rows_in`
        self._prefetched_at = -1  # change count when they were read

    def has_files_below(self, folder_id: int, path: bytes) -> bool:
        """Whether a folder has files below a path."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM files WHERE folder_id = ? AND path > ? AND path < ? LIMIT 1)"
        return bool(self._db.scalar(sql, (folder_id, path.rstrip(b"/") + b"/", path.rstrip(b"/") + b"0")))

    def stats_in(self, folder_id: int) -> dict[bytes, KnownFile]:
        return {path: KnownFile(*row[2:]) for path, row in self.rows_in(folder_id).items()}

    def rows_in(self, folder_id: int) -> dict[bytes, FileRow]:
        """The rows of a folder by path; plain tuples, because most files are unchanged at start-up."""
        if self._prefetched_at != self._db.change_count:
            self._prefetched.clear()
        rows = self._prefetched.pop(folder_id, None)
        if rows is None:
            rows = self._db.execute(f"{_ROWS} WHERE folder_id = ?", (folder_id,)).fetchall()
        return {row[0]: row for row in rows}

    def stats_below(self, folder_id: int, path: bytes) -> dict[bytes, KnownFile]:
        """The stats of a folder's files at or below a path."""
        return {path: KnownFile(*row[2:]) for path, row in self.rows_below(folder_id, path).items()}

    def rows_below(self, folder_id: int, path: bytes) -> dict[bytes, FileRow]:
        """The rows of a folder's files at or below a path."""
        # "0" follows "/" in ASCII: paths that begin with "path/" sort between the two.
        rows = self._db.execute(
            f"{_ROWS} WHERE folder_id = ? AND (path = ? OR (path > ? AND path < ?))",
            (folder_id, path, path.rstrip(b"/") + b"/", path.rstrip(b"/") + b"0"),
        )
        return {row[0]: row for row in rows.fetchall()}

    def lookup(self, path: bytes) -> tuple[int, KnownFile, bool] | None:
        """(folder id, stat, whether its problem is transient: unreadable or vanished) of a file; None if unknown."""
        row = self._db.execute(
            """SELECT folder_id, id, size, mtime_ns, inode,
                state = 'failed' AND problem IN ('unreadable', 'vanished') FROM files WHERE path = ?""",
            (path,),
        ).fetchone()
        return None if row is None else (row[0], KnownFile(*row[1:5]), bool(row[5]))

    def folder_of(self, path: bytes) -> int | None:
        row = self._db.execute("SELECT folder_id FROM files WHERE path = ?", (path,)).fetchone()
        return None if row is None else int(row[0])

    def is_waiting(self, file_id: int) -> bool:
        return bool(self._db.scalar("SELECT state = 'waiting' FROM files WHERE id = ?", (file_id,)))

    def put(self, folder_id: int, path: bytes, stat: KnownFile, *, kind: str, readable: bool) -> int:
        """Store a new or changed file, waiting for extraction or indexed by name only; returns its id."""
        state = "waiting" if readable else "named"
        row = self._db.execute(
            """INSERT INTO files (folder_id, path, size, mtime_ns, inode, kind, state) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
                inode = excluded.inode, kind = excluded.kind, state = excluded.state
            RETURNING id""",
            (folder_id, path, stat.size, stat.mtime_ns, stat.inode, kind, state),
        ).fetchone()
        return int(row[0])

    def put_copy(self, folder_id: int, path: bytes, stat: KnownFile, state: FileState, *, kind: str) -> int:
        """Store a new path of a known file with the state that it has at its other path; returns its id."""
        row = self._db.execute(
            """INSERT INTO files
            (folder_id, path, size, mtime_ns, inode, kind, state, content_id, problem, detail, noted)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
            (
                folder_id, path, stat.size, stat.mtime_ns, stat.inode, kind,
                state.state, state.content_id, state.problem, state.detail, state.noted,
            ),
        ).fetchone()  # fmt: skip
        return int(row[0])

    def states(self, ids: Iterable[int]) -> list[FileState]:
        """The states of these files, without those that are waiting or indexed by name only."""
        sql = _STATES + " AND id IN (SELECT value FROM json_each(?))"  # noqa: S608 - constant SQL
        rows = self._db.execute(sql, (json.dumps(list(ids)),))
        return [_state(row) for row in rows.fetchall()]

    def with_same_stat(self, stat: KnownFile) -> list[FileState]:
        """The states of all files with this inode, size and mtime."""
        sql = _STATES + " AND inode = ? AND size = ? AND mtime_ns = ?"
        return [_state(row) for row in self._db.execute(sql, (stat.inode, stat.size, stat.mtime_ns))]

    def remove(self, ids: Iterable[int]) -> None:
        self._db.executemany("DELETE FROM files WHERE id = ?", [(number,) for number in ids])

    def waiting(self) -> list[tuple[int, bytes, int, int]]:
        """(id, path, size, mtime in ns) of the files that wait for extraction, last modified first."""
        sql = "SELECT id, path, size, mtime_ns FROM files WHERE state = 'waiting' ORDER BY mtime_ns DESC"
        return self._db.execute(sql).fetchall()

    def read_after(self, file_id: int, limit: int) -> list[tuple[int, bytes, int]]:
        """(id, path, size) of the next `limit` extracted files after an id, by id."""
        sql = "SELECT id, path, size FROM files WHERE id > ? AND state = 'read' ORDER BY id LIMIT ?"
        return self._db.execute(sql, (file_id, limit)).fetchall()

    def scrub_position(self) -> int:
        """The id of the last file that the scrub has verified."""
        return self._db.scalar("SELECT value FROM counters WHERE name = 'checked'")

    def set_scrub_position(self, file_id: int) -> None:
        sql = "INSERT INTO counters VALUES ('checked', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1"
        self._db.execute(sql, (file_id,))

    def mark_waiting(self, file_id: int) -> None:
        """Queue a file for extraction."""
        self._db.execute("UPDATE files SET state = 'waiting' WHERE id = ?", (file_id,))

    def set_read(self, file_id: int, content_id: int, stat: KnownFile, problem: str | None) -> None:
        """Store the content of an extracted file; `problem` is a code for an incomplete text, such as "truncated"."""
        self._db.execute(
            """UPDATE files SET state = 'read', content_id = ?, size = ?, mtime_ns = ?, inode = ?,
                problem = ?, detail = NULL, noted = ? WHERE id = ?""",
            (content_id, stat.size, stat.mtime_ns, stat.inode, problem, _problem_time(problem), file_id),
        )

    def set_failed(self, file_id: int, problem: str, detail: str) -> None:
        """Mark a file as failed, and detach its content."""
        self._db.execute(
            "UPDATE files SET state = 'failed', content_id = NULL, problem = ?, detail = ?, noted = ? WHERE id = ?",
            (problem, detail, _problem_time(problem), file_id),
        )

    def retry(self, path: bytes | None) -> int:
        """Queue files with a problem for extraction: one, or all if `path` is None; returns the number of files."""
        cursor = self._db.execute(
            "UPDATE files SET state = 'waiting' WHERE problem IS NOT NULL AND (?1 IS NULL OR path = ?1)", (path,)
        )
        return int(cursor.rowcount)

    def retry_transient(self, folder_id: int) -> None:
        """Queue the files of a folder whose problem (such as a missing permission) may end without a change of stat."""
        self._db.execute(
            """UPDATE files SET state = 'waiting' WHERE folder_id = ? AND state = 'failed'
            AND problem IN ('unreadable', 'vanished')""",
            (folder_id,),
        )

    def set_size_limit(self, kind: str, largest: int) -> None:
        """Store the size limit of a kind in bytes. If it rises, queue the files that were too large."""
        name = f"largest_{kind}"
        before = self._db.scalar("SELECT max(value) FROM counters WHERE name = ?", (name,))
        if before != largest:
            self._db.execute(
                "UPDATE files SET state = 'waiting' WHERE problem = 'too_large' AND kind = ? AND size BETWEEN ? AND ?",
                (kind, before + 1, largest),
            )
            self._db.execute(
                "INSERT INTO counters VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2", (name, largest)
            )

    def problems(self) -> list[ProblemRow]:
        rows = self._db.execute(
            "SELECT path, problem, detail, noted FROM files WHERE problem IS NOT NULL ORDER BY path"
        )
        return [ProblemRow(row[0], row[1], row[2] or "", row[3] or 0.0) for row in rows]

    def all_paths(self) -> list[tuple[int, bytes]]:
        """(id, path) of all files; caches the rows for the next `rows_in` of each folder."""
        rows: list[FileRow] = self._db.execute(_ROWS).fetchall()
        self._prefetched.clear()
        for folder, folder_rows in groupby(rows, itemgetter(1)):
            self._prefetched.setdefault(folder, []).extend(folder_rows)
        self._prefetched_at = self._db.change_count
        return [(row[2], row[0]) for row in rows]


_ROWS = "SELECT path, folder_id, id, size, mtime_ns, inode FROM files"
_STATES = """SELECT path, size, mtime_ns, inode, state, content_id, problem, detail, noted FROM files
    WHERE (state = 'read' OR (state = 'failed' AND problem NOT IN ('unreadable', 'vanished')))"""


def _state(row: tuple[Any, ...]) -> FileState:
    return FileState(row[0], KnownFile(0, *row[1:4]), *row[4:])


def _problem_time(problem: str | None) -> float | None:
    return time.time() if problem else None
