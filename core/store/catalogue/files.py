"""The catalogue's files: path, stat and state of each."""

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
MEMBER_INODE = -1  # of a document inside a file; those of files are not negative
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
        kept = inode if inode == MEMBER_INODE else inode & SQLITE_MAX_INTEGER
        return cls(number, size, max(-SQLITE_MAX_INTEGER, min(mtime_ns, SQLITE_MAX_INTEGER)), kept)


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
    ignored_problem: str | None = None


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
        """The rows of a folder's files by path; plain tuples, because most are unchanged at start-up. No members."""
        if self._prefetched_at != self._db.change_count:
            self._prefetched.clear()
        rows = self._prefetched.pop(folder_id, None)
        if rows is None:
            rows = self._db.execute(f"{_ROWS} WHERE folder_id = ? AND inode >= 0", (folder_id,)).fetchall()
        return {row[0]: row for row in rows}

    def stats_below(self, folder_id: int, path: bytes) -> dict[bytes, KnownFile]:
        """The stats of a folder's files at or below a path."""
        return {path: KnownFile(*row[2:]) for path, row in self.rows_below(folder_id, path).items()}

    def rows_below(self, folder_id: int, path: bytes) -> dict[bytes, FileRow]:
        """The rows of a folder's files at or below a path."""
        # "0" follows "/" in ASCII: paths that begin with "path/" sort between the two.
        rows = self._db.execute(
            f"{_ROWS} WHERE folder_id = ? AND inode >= 0 AND (path = ? OR (path > ? AND path < ?))",
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
        if kind == "other" and state.content_id is not None:
            sql = "UPDATE files SET kind = (SELECT kind FROM contents WHERE id = ?) WHERE id = ?"
            self._db.execute(sql, (state.content_id, row[0]))
        if state.ignored_problem is not None:
            sql = "INSERT OR REPLACE INTO ignored_problems (file_id, problem) VALUES (?, ?)"
            self._db.execute(sql, (row[0], state.ignored_problem))
        return int(row[0])

    def states(self, ids: Iterable[int]) -> list[FileState]:
        """The states of these files, without those that are waiting, indexed by name only, or hold others."""
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
        sql = """SELECT id, path, size, mtime_ns FROM files WHERE state = 'waiting' AND inode >= 0
            ORDER BY mtime_ns DESC"""
        return self._db.execute(sql).fetchall()

    def read_after(self, file_id: int, limit: int) -> list[tuple[int, bytes, int]]:
        """(id, path, size) of the next `limit` extracted files after an id, by id."""
        sql = "SELECT id, path, size FROM files WHERE id > ? AND state = 'read' AND inode >= 0 ORDER BY id LIMIT ?"
        return self._db.execute(sql, (file_id, limit)).fetchall()

    def scrub_position(self) -> int:
        """The id of the last file that the scrub has verified."""
        return self._db.scalar("SELECT value FROM counters WHERE name = 'checked'")

    def set_scrub_position(self, file_id: int) -> None:
        sql = "INSERT INTO counters (name, value) VALUES ('checked', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1"
        self._db.execute(sql, (file_id,))

    def mark_waiting(self, file_id: int) -> None:
        """Queue a file for extraction."""
        self._db.execute("UPDATE files SET state = 'waiting' WHERE id = ?", (file_id,))

    def mark_path_waiting(self, path: bytes) -> None:
        """Queue the file at a path for extraction, unless only its name is indexed."""
        self._db.execute("UPDATE files SET state = 'waiting' WHERE path = ? AND state IN ('read', 'failed')", (path,))
        sql = "UPDATE containers SET read_to = 0 WHERE file_id IN (SELECT id FROM files WHERE path = ?)"
        self._db.execute(sql, (path,))

    def set_read(
        self, file_id: int, content_id: int, stat: KnownFile, problem: str | None, detail: str | None = None
    ) -> None:
        """Store the content of an extracted file; `problem` is a code for an incomplete text, such as "truncated".

        A file whose name says nothing of its kind gets that of its content.
        """
        self._db.execute(
            """UPDATE files SET state = 'read', content_id = ?1, size = ?2, mtime_ns = ?3, inode = ?4,
                problem = ?5, detail = ?8, noted = ?6,
                kind = CASE kind WHEN 'other' THEN (SELECT kind FROM contents WHERE id = ?1) ELSE kind END
            WHERE id = ?7""",
            (content_id, stat.size, stat.mtime_ns, stat.inode, problem, _problem_time(problem), file_id, detail),
        )

    def set_problem(self, content_id: int, problem: str | None, detail: str | None) -> None:
        """Replace the problem of the files with this content, unless another kind of problem than of its text."""
        self._db.execute(
            """UPDATE files SET problem = ?2, detail = ?3, noted = ?4 WHERE content_id = ?1 AND state = 'read'
            AND (problem IS NULL OR problem IN ('no_text', 'scanned_pages', 'garbled'))""",
            (content_id, problem, detail, _problem_time(problem)),
        )

    def note_unread_members(self, file_id: int, problem: str, detail: str) -> None:
        """Record why not all that is in a file was read, unless it has another problem."""
        self._db.execute(
            """UPDATE files SET problem = ?, detail = ?, noted = ?
            WHERE id = ? AND state = 'read' AND problem IS NULL""",
            (problem, detail or None, _problem_time(problem), file_id),
        )

    def set_failed(self, file_id: int, problem: str, detail: str) -> None:
        """Mark a file as failed, and detach its content."""
        self._db.execute(
            "UPDATE files SET state = 'failed', content_id = NULL, problem = ?, detail = ?, noted = ? WHERE id = ?",
            (problem, detail, _problem_time(problem), file_id),
        )

    def ids_in(self, folder_id: int) -> list[int]:
        """The ids of a folder's files and of their members."""
        return [int(row[0]) for row in self._db.execute("SELECT id FROM files WHERE folder_id = ?", (folder_id,))]

    def all_paths(self) -> list[tuple[int, bytes]]:
        """(id, path) of all files and members; caches the rows for the next `rows_in` of each folder."""
        rows: list[FileRow] = self._db.execute(_ROWS).fetchall()
        self._prefetched.clear()
        for folder, folder_rows in groupby(rows, itemgetter(1)):
            self._prefetched.setdefault(folder, []).extend(row for row in folder_rows if row[5] >= 0)
        self._prefetched_at = self._db.change_count
        return [(row[2], row[0]) for row in rows]


_ROWS = "SELECT path, folder_id, id, size, mtime_ns, inode FROM files"
_STATES = """SELECT path, size, mtime_ns, inode, state, content_id, files.problem, detail, noted, ignored.problem
    FROM files LEFT JOIN ignored_problems AS ignored ON ignored.file_id = files.id
    WHERE (state = 'read' OR (state = 'failed' AND files.problem NOT IN ('unreadable', 'vanished')))
    AND id NOT IN (SELECT file_id FROM containers) AND inode >= 0"""


def _state(row: tuple[Any, ...]) -> FileState:
    return FileState(row[0], KnownFile(0, *row[1:4]), *row[4:])


def _problem_time(problem: str | None) -> float | None:
    return time.time() if problem else None
