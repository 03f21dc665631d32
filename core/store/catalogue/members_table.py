"""The catalogue's members: documents inside files, such as the messages of a mailbox and what is attached to them.

A member is a row of `files` at a path below that of its file, which no file on disk can have: `Mail/Inbox/report.pdf`
is in the file `Mail/Inbox`. Its inode is MEMBER_INODE. Filters, counts and hits need to know nothing else of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass

from core.store.catalogue.database import Database
from core.store.catalogue.files import MEMBER_INODE

BELOW = "path > ? AND path < ?"
NO_GENERATION = -2  # of no member


@dataclass(frozen=True, slots=True)
class ContainerState:
    """How far a file was read whose members are in the catalogue; see the table `containers`."""

    generation: int
    read_to: int
    mark: bytes


@dataclass(frozen=True, slots=True)
class StoredMember:
    """What `MembersTable.put` stores: `path` is below that of the file, `parent_id` what it is directly in."""

    path: bytes
    parent_id: int
    place: int
    size: int
    mtime_ns: int
    kind: str


@dataclass(frozen=True, slots=True)
class MemberLocation:
    """Where a member is: the file on disk, and the name and place of each member on the way to it, itself last."""

    container: bytes
    steps: tuple[tuple[bytes, int], ...]


class MembersTable:
    """Members of one catalogue connection. Removing a file removes its members; so does the catalogue's own SQL."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def state(self, container_id: int) -> ContainerState | None:
        """How far a file was read; None if it is not known to hold anything."""
        sql = "SELECT generation, read_to, mark FROM containers WHERE file_id = ?"
        row = self._db.execute(sql, (container_id,)).fetchone()
        return None if row is None else ContainerState(*row)

    def count(self, container_id: int) -> int:
        """How many documents a file on disk directly holds."""
        sql = "SELECT count(*) FROM members WHERE container_id = ?1 AND parent_id = ?1"
        return int(self._db.scalar(sql, (container_id,)))

    def set_state(self, container_id: int, state: ContainerState) -> None:
        """Store how far a file was read."""
        self._db.execute(
            """INSERT INTO containers (file_id, generation, read_to, mark) VALUES (?, ?, ?, ?)
            ON CONFLICT (file_id) DO UPDATE SET generation = excluded.generation, read_to = excluded.read_to,
                mark = excluded.mark""",
            (container_id, state.generation, state.read_to, state.mark),
        )

    def next_generation(self, container_id: int) -> int:
        """The number of a reading from the beginning."""
        sql = "SELECT max(generation) FROM members WHERE container_id = ?"
        return 1 + max(self._db.scalar(sql, (container_id,)), getattr(self.state(container_id), "generation", 0))

    def put(self, container_id: int, member: StoredMember, generation: int) -> int:
        """Store a member, found in the reading `generation`, that waits for its content; returns its file id."""
        row = self._db.execute(
            """INSERT INTO files (folder_id, path, size, mtime_ns, inode, kind, state)
            SELECT folder_id, ?, ?, ?, ?, ?, 'named' FROM files WHERE id = ?
            ON CONFLICT (path) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
                inode = excluded.inode, kind = excluded.kind
            RETURNING id""",
            (member.path, member.size, member.mtime_ns, MEMBER_INODE, member.kind, container_id),
        ).fetchone()
        self._db.execute(
            """INSERT INTO members (file_id, container_id, parent_id, place, generation) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (file_id) DO UPDATE SET container_id = excluded.container_id, parent_id = excluded.parent_id,
                place = excluded.place, generation = excluded.generation""",
            (row[0], container_id, member.parent_id, member.place, generation),
        )
        return int(row[0])

    def is_current(self, path: bytes, digest: bytes) -> bool:
        """Whether the member at a path is completely stored, with all that is in it, and has a content of this hash."""
        return bool(
            self._db.scalar(
                """SELECT count(*) FROM files JOIN contents ON contents.id = content_id
                WHERE path = ? AND inode = ? AND state = 'read' AND hash = ?
                AND NOT EXISTS (SELECT 1 FROM files AS inner WHERE inner.path > ? AND inner.path < ?
                    AND inner.state = 'waiting')""",
                (path, MEMBER_INODE, digest, *_below(path)),
            )
        )

    def other_at(self, path: bytes, generation: int, place: int) -> bytes | None:
        """The content's hash of the member at this path that the same reading found at another place.

        None if there is none, b"" for one without a content.
        """
        sql = """SELECT hash FROM files JOIN members ON file_id = files.id
            LEFT JOIN contents ON contents.id = content_id WHERE path = ? AND generation = ? AND place <> ?"""
        row = self._db.execute(sql, (path, generation, place)).fetchone()
        return None if row is None else row[0] or b""

    def keep(self, path: bytes, place: int, generation: int) -> int | None:
        """Record that a reading found a member, with all that is in it, unchanged; its id, None if it is gone."""
        row = self._db.execute("SELECT id FROM files WHERE path = ? AND inode = ?", (path, MEMBER_INODE)).fetchone()
        if row is None:
            return None
        self._db.execute("UPDATE members SET place = ?, generation = ? WHERE file_id = ?", (place, generation, row[0]))
        sql = f"UPDATE members SET generation = ? WHERE file_id IN (SELECT id FROM files WHERE {BELOW})"  # noqa: S608
        self._db.execute(sql, (generation, *_below(path)))
        return int(row[0])

    def doubt(self, container_id: int, place: int) -> None:
        """Let a reading from a place on find the members there again, or else remove them at its end."""
        sql = """SELECT path FROM files JOIN members ON file_id = id
            WHERE container_id = ?1 AND parent_id = ?1 AND place >= ?2"""
        for (path,) in self._db.execute(sql, (container_id, place)).fetchall():
            sql = f"""UPDATE members SET generation = -1 WHERE container_id = ?
                AND file_id IN (SELECT id FROM files WHERE path = ? OR ({BELOW}))"""  # noqa: S608
            self._db.execute(sql, (container_id, path, *_below(path)))

    def remove_others(self, container_id: int, generation: int) -> list[int]:
        """Remove the members that a reading did not find; returns their file ids."""
        stale = "container_id = ? AND generation <> ?"
        rows = self._db.execute(f"SELECT file_id FROM members WHERE {stale}", (container_id, generation)).fetchall()  # noqa: S608
        self._db.execute(f"DELETE FROM members WHERE {stale}", (container_id, generation))  # noqa: S608
        return [int(row[0]) for row in rows]

    def remove_all(self, container_id: int) -> list[int]:
        """Remove what is in a file, and how far it was read; returns the file ids."""
        removed = self.remove_others(container_id, NO_GENERATION)
        self._db.execute("DELETE FROM containers WHERE file_id = ?", (container_id,))
        return removed

    def of(self, container_ids: Iterable[int]) -> list[int]:
        """The file ids of all members of these files."""
        sql = "SELECT file_id FROM members WHERE container_id IN (SELECT value FROM json_each(?))"
        return [int(row[0]) for row in self._db.execute(sql, (json.dumps(list(container_ids)),))]

    def containers(self, paths: Iterable[bytes]) -> dict[bytes, bytes]:
        """For each of these paths that is a member's the path of its file on disk."""
        sql = """SELECT files.path, container.path FROM files JOIN members ON members.file_id = files.id
            JOIN files AS container ON container.id = container_id WHERE files.path = ? AND files.inode = ?"""
        rows = (self._db.execute(sql, (path, MEMBER_INODE)).fetchone() for path in paths)
        return {row[0]: row[1] for row in rows if row is not None}

    def location(self, path: bytes) -> MemberLocation | None:
        """Where a member is; None if there is none at this path."""
        steps: list[tuple[bytes, int]] = []
        sql = """SELECT files.path, parent.path, place FROM files JOIN members ON file_id = files.id
            JOIN files AS parent ON parent.id = parent_id WHERE files.path = ?"""
        while (row := self._db.execute(sql, (path,)).fetchone()) is not None:
            steps.append((os.path.relpath(row[0], row[1]), row[2]))
            path = row[1]
        return MemberLocation(path, tuple(reversed(steps))) if steps else None


def _below(path: bytes) -> tuple[bytes, bytes]:
    # "0" follows "/" in ASCII: paths that begin with "path/" sort between the two.
    return path + b"/", path + b"0"
