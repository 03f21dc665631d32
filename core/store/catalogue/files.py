"""The catalogue's folders and files: where things are and how far each file has come."""

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
    """What the catalogue knows of a file without opening it: size in bytes, mtime in ns."""

    id: int
    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, number: int, size: int, mtime_ns: int, inode: int) -> KnownFile:
        """What can be kept of a stat: a time may be of the year 9999, and an inode have a bit more than SQLite has."""
        return cls(
            number, size, max(-SQLITE_MAX_INTEGER, min(mtime_ns, SQLITE_MAX_INTEGER)), inode & SQLITE_MAX_INTEGER
        )


@dataclass(frozen=True, slots=True)
class FileState:
    """How far a file has come, under the path that it had."""

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
    """Folders and files of one catalogue connection. Paths are bytes, as `os.fsencode` gives them."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._read: dict[int, list[FileRow]] = {}  # by folder, each to be taken once
        self._read_at = -1  # the number of changes then

    def has_files_below(self, folder_id: int, path: bytes) -> bool:
        """Whether anything is known below a path of a folder."""
        sql = "SELECT count(*) FROM (SELECT 1 FROM files WHERE folder_id = ? AND path > ? AND path < ? LIMIT 1)"
        return bool(self._db.scalar(sql, (folder_id, path.rstrip(b"/") + b"/", path.rstrip(b"/") + b"0")))

    def stats_in(self, folder_id: int) -> dict[bytes, KnownFile]:
        return {path: KnownFile(*row[2:]) for path, row in self.rows_in(folder_id).items()}

    def rows_in(self, folder_id: int) -> dict[bytes, FileRow]:
        """The files of a folder as they lie in the table, by their paths: all that a start needs of most of them."""
        if self._read_at != self._db.change_count:
            self._read.clear()
        rows = self._read.pop(folder_id, None)
        if rows is None:
            rows = self._db.execute(f"{_ROWS} WHERE folder_id = ?", (folder_id,)).fetchall()
        return {row[0]: row for row in rows}

    def stats_below(self, folder_id: int, path: bytes) -> dict[bytes, KnownFile]:
        """The files of a folder at a path, or below it."""
        return {path: KnownFile(*row[2:]) for path, row in self.rows_below(folder_id, path).items()}

    def rows_below(self, folder_id: int, path: bytes) -> dict[bytes, FileRow]:
        """The same as they lie in the table."""
        # A slash is followed by a nought: what begins with "path/" lies between the two.
        rows = self._db.execute(
            f"{_ROWS} WHERE folder_id = ? AND (path = ? OR (path > ? AND path < ?))",
            (folder_id, path, path.rstrip(b"/") + b"/", path.rstrip(b"/") + b"0"),
        )
        return {row[0]: row for row in rows.fetchall()}

    def lookup(self, path: bytes) -> tuple[int, KnownFile, bool] | None:
        """(folder's id, stat, whether its problem may be gone without a trace in its stat) of a known file."""
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
        """A file that is new or changed: it waits to be read (again), or is found by its name only; returns its id."""
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
        """A new path of a file that was read, or failed to be, under another one; returns its id."""
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
        """How far these files have come, but for those that wait or are known by name only."""
        sql = _STATES + " AND id IN (SELECT value FROM json_each(?))"  # noqa: S608 - the words are ours
        rows = self._db.execute(sql, (json.dumps(list(ids)),))
        return [_state(row) for row in rows.fetchall()]

    def with_same_stat(self, stat: KnownFile) -> list[FileState]:
        """The same of all files with this inode, size and time."""
        sql = _STATES + " AND inode = ? AND size = ? AND mtime_ns = ?"
        return [_state(row) for row in self._db.execute(sql, (stat.inode, stat.size, stat.mtime_ns))]

    def remove(self, ids: Iterable[int]) -> None:
        self._db.executemany("DELETE FROM files WHERE id = ?", [(number,) for number in ids])

    def waiting(self) -> list[tuple[int, bytes, int, int]]:
        """(id, path, size, mtime in ns) of the files to be read, the most recently changed first."""
        sql = "SELECT id, path, size, mtime_ns FROM files WHERE state = 'waiting' ORDER BY mtime_ns DESC"
        return self._db.execute(sql).fetchall()

    def read_after(self, file_id: int, limit: int) -> list[tuple[int, bytes, int]]:
        """(id, path, size) of files whose text is known, in the order of their ids, from behind one."""
        sql = "SELECT id, path, size FROM files WHERE id > ? AND state = 'read' ORDER BY id LIMIT ?"
        return self._db.execute(sql, (file_id, limit)).fetchall()

    def scrub_position(self) -> int:
        """The last file that was looked at though nothing had told of a change."""
        return self._db.scalar("SELECT value FROM counters WHERE name = 'checked'")

    def set_scrub_position(self, file_id: int) -> None:
        sql = "INSERT INTO counters VALUES ('checked', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1"
        self._db.execute(sql, (file_id,))

    def mark_waiting(self, file_id: int) -> None:
        """A file whose bytes are others than before waits to be read."""
        self._db.execute("UPDATE files SET state = 'waiting' WHERE id = ?", (file_id,))

    def set_read(self, file_id: int, content_id: int, stat: KnownFile, problem: str | None) -> None:
        """The file's text is known; `problem` is what is missing of it, such as "truncated"."""
        self._db.execute(
            """UPDATE files SET state = 'read', content_id = ?, size = ?, mtime_ns = ?, inode = ?,
                problem = ?, detail = NULL, noted = ? WHERE id = ?""",
            (content_id, stat.size, stat.mtime_ns, stat.inode, problem, _when(problem), file_id),
        )

    def set_failed(self, file_id: int, problem: str, detail: str) -> None:
        """The file cannot be read: what was known of its text is let go."""
        self._db.execute(
            "UPDATE files SET state = 'failed', content_id = NULL, problem = ?, detail = ?, noted = ? WHERE id = ?",
            (problem, detail, _when(problem), file_id),
        )

    def retry(self, path: bytes | None) -> int:
        """Files with a problem wait again: one, or all of them; returns how many."""
        cursor = self._db.execute(
            "UPDATE files SET state = 'waiting' WHERE problem IS NOT NULL AND (?1 IS NULL OR path = ?1)", (path,)
        )
        return int(cursor.rowcount)

    def retry_transient(self, folder_id: int) -> None:
        """Files of a folder whose problem may be gone without a trace in their stat wait again."""
        self._db.execute(
            """UPDATE files SET state = 'waiting' WHERE folder_id = ? AND state = 'failed'
            AND problem IN ('unreadable', 'vanished')""",
            (folder_id,),
        )

    def set_size_limit(self, kind: str, largest: int) -> None:
        """Remember the largest size of a kind in bytes that is read; files that were over it wait if it is raised."""
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
        """(id, path) of all files. What was read of them besides serves the next `rows_in` of each folder."""
        rows: list[FileRow] = self._db.execute(_ROWS).fetchall()
        self._read.clear()
        for folder, some in groupby(rows, itemgetter(1)):
            self._read.setdefault(folder, []).extend(some)
        self._read_at = self._db.change_count
        return [(row[2], row[0]) for row in rows]


_ROWS = "SELECT path, folder_id, id, size, mtime_ns, inode FROM files"
_STATES = """SELECT path, size, mtime_ns, inode, state, content_id, problem, detail, noted FROM files
    WHERE (state = 'read' OR (state = 'failed' AND problem NOT IN ('unreadable', 'vanished')))"""


def _state(row: tuple[Any, ...]) -> FileState:
    return FileState(row[0], KnownFile(0, *row[1:4]), *row[4:])


def _when(problem: str | None) -> float | None:
    return time.time() if problem else None
