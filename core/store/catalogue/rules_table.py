"""The catalogue's access rules: the few different ones, and which one each file on disk has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.store.catalogue.database import Database
from core.store.catalogue.files import KnownFile


@dataclass(frozen=True, slots=True)
class RuledFile:
    """A file on disk: its path, that of the folder of the library that it is in, its stat, and its rule (or None)."""

    path: bytes
    top: bytes
    stat: KnownFile
    rule: str | None


class RulesTable:
    """Rules of the files of one catalogue connection. A file without one may be read by nobody who asks."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, rules: Mapping[int, str | None]) -> None:
        """Replace the rules of files, by id; those of removed files are ignored."""
        self._db.executemany(
            "INSERT OR IGNORE INTO access_rules (rule) VALUES (?)",
            [(rule,) for rule in set(rules.values()) if rule is not None],
        )
        self._db.executemany(
            """INSERT OR REPLACE INTO file_rules (file_id, rule_id) SELECT ?1, id FROM access_rules
            WHERE rule = ?2 AND EXISTS (SELECT 1 FROM files WHERE id = ?1)""",
            [(number, rule) for number, rule in rules.items() if rule is not None],
        )
        self._db.executemany(
            "DELETE FROM file_rules WHERE file_id = ?", [(number,) for number, rule in rules.items() if rule is None]
        )

    def clear(self) -> None:
        """Forget the rules of all files."""
        self._db.execute("DELETE FROM file_rules")

    def all(self) -> dict[int, str]:
        """The different rules by their number."""
        return dict(self._db.execute("SELECT id, rule FROM access_rules").fetchall())

    def files_at(self, paths: Collection[bytes]) -> dict[int, RuledFile]:
        """The files on disk at some paths, by id."""
        found: dict[int, RuledFile] = {}
        for path in paths:
            found |= self._files("files.path = ?", (path,))
        return found

    def files_below(self, path: bytes, last: bytes, count: int) -> dict[int, RuledFile]:
        """The next files on disk at or below a path, by path, after the `last` one; b"" before the first."""
        # "0" follows "/" in ASCII: paths that begin with "path/" sort between the two.
        top = path.rstrip(b"/")
        found = {} if last else self.files_at([path])
        where = "files.path > ? AND files.path < ? ORDER BY files.path LIMIT ?"
        return found | self._files(where, (max(last, top + b"/"), top + b"0", count))

    def _files(self, where: str, values: tuple[object, ...]) -> dict[int, RuledFile]:
        rows = self._db.execute(
            f"""SELECT files.id, files.path, folders.path, size, mtime_ns, files.inode, rule FROM files
            JOIN folders ON folders.id = folder_id
            LEFT JOIN file_rules ON file_rules.file_id = files.id
            LEFT JOIN access_rules ON access_rules.id = rule_id
            WHERE files.inode >= 0 AND {where}""",  # noqa: S608 - constant SQL
            values,
        )
        return {row[0]: RuledFile(row[1], row[2], KnownFile(row[0], *row[3:6]), row[6]) for row in rows.fetchall()}
