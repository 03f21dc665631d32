"""Sizes, dates, kinds and folders of many files at once: what results are counted and sorted by."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from core.store.catalogue.database import Database
from core.store.catalogue.filters import EXTENSION, IN_JSON_LIST
from core.store.catalogue.vectors_table import Ids

DOCUMENT = "coalesce(content_id, -id)"  # the same for all copies of a file


class FileFacts:
    """Reads facts of the files with some ids; ids of files that are gone are skipped.

    Numbers are of documents: copies of a file, which share a row of the list, count once.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def sizes(self, ids: Ids) -> tuple[Ids, Ids]:
        """(documents, sizes in bytes) of the files, in no order."""
        return self._column(ids, "size")

    def times(self, ids: Ids) -> tuple[Ids, Ids]:
        """(documents, mtimes in ns) of the files, in no order."""
        return self._column(ids, "mtime_ns")

    def own_days(self, ids: Ids) -> tuple[Ids, Ids]:
        """(documents, days as ordinals) of those that say themselves when they were written, in no order."""
        rows = self._db.execute(
            f"""SELECT {DOCUMENT}, day FROM files JOIN own_dates USING (content_id)
            WHERE id {IN_JSON_LIST}""",  # noqa: S608
            _listed(ids),
        )
        return _columns(rows.fetchall())

    def contents(self, ids: Ids) -> Ids:
        """The contents of the files, each once."""
        rows = self._db.execute(
            f"SELECT DISTINCT content_id FROM files WHERE id {IN_JSON_LIST} AND content_id IS NOT NULL",  # noqa: S608
            _listed(ids),
        )
        return np.array([row[0] for row in rows.fetchall()], np.int64)

    def kinds(self, ids: Ids) -> dict[str, int]:
        """The number of documents of each kind."""
        rows = self._db.execute(
            f"SELECT kind, count(DISTINCT {DOCUMENT}) FROM files WHERE id {IN_JSON_LIST} GROUP BY kind",  # noqa: S608
            _listed(ids),
        )
        return {kind: int(count) for kind, count in rows}

    def other_paths(self, ids: Ids) -> list[bytes]:
        """The paths of those that the catalogue knows no kind of."""
        rows = self._db.execute(
            f"SELECT path FROM files WHERE id {IN_JSON_LIST} AND kind = 'other'",  # noqa: S608
            _listed(ids),
        )
        return [row[0] for row in rows.fetchall()]

    def folders(self, ids: Ids) -> dict[bytes, set[int]]:
        """The documents directly in each folder."""
        rows = self._db.execute(
            f"SELECT path, {DOCUMENT} FROM files WHERE id {IN_JSON_LIST}",  # noqa: S608
            _listed(ids),
        )
        found: dict[bytes, set[int]] = {}
        for path, document in rows.fetchall():
            found.setdefault(path.rpartition(b"/")[0] or b"/", set()).add(document)
        return found

    def extensions(self, ids: Ids) -> list[tuple[str, int]]:
        """(extension, number of documents), the most frequent first; in lower case, without the dot."""
        rows = self._db.execute(
            f"""SELECT {EXTENSION}, count(DISTINCT {DOCUMENT}) FROM files WHERE id {IN_JSON_LIST}
            GROUP BY 1 ORDER BY 2 DESC, 1""",  # noqa: S608
            _listed(ids),
        )
        return [(str(row[0]), int(row[1])) for row in rows.fetchall() if row[0] and str(row[0]).isalnum()]

    def tags(self, ids: Ids) -> list[tuple[str, int]]:
        """(tag, number of documents), the most frequent first."""
        rows = self._db.execute(
            f"""SELECT tag, count(DISTINCT {DOCUMENT}) FROM tags JOIN files ON files.id = file_id
            WHERE files.id {IN_JSON_LIST} GROUP BY 1 ORDER BY 2 DESC, 1""",  # noqa: S608
            _listed(ids),
        )
        return [(str(row[0]), int(row[1])) for row in rows.fetchall()]

    def largest(self, ids: Ids, limit: int) -> list[int]:
        """The ids of the largest files, largest first."""
        return self._first(ids, "size DESC, id", limit)

    def newest(self, ids: Ids, limit: int) -> list[int]:
        """The ids of the last modified files, newest first."""
        return self._first(ids, "mtime_ns DESC, id", limit)

    def titles(self, ids: Ids) -> list[tuple[int, str, bytes]]:
        """(id, title or "", path) of each file."""
        rows = self._db.execute(
            f"""SELECT files.id, coalesce(title, ''), path FROM files LEFT JOIN contents ON contents.id = content_id
            WHERE files.id {IN_JSON_LIST}""",  # noqa: S608
            _listed(ids),
        )
        return [(int(row[0]), str(row[1]), row[2]) for row in rows.fetchall()]

    def passages_by_kind(self) -> list[tuple[str, int, int]]:
        """(kind, passages, bytes) of all contents that were read, over one file of each."""
        rows = self._db.execute(
            """SELECT kind, sum(passages), sum(size) FROM (
                SELECT contents.kind AS kind, max(size) AS size,
                    (SELECT max(passages) FROM cuts WHERE cuts.content_id = contents.id) AS passages
                FROM contents JOIN files ON files.content_id = contents.id GROUP BY contents.id
            ) WHERE passages IS NOT NULL GROUP BY kind"""
        )
        return [(row[0], int(row[1]), int(row[2])) for row in rows.fetchall()]

    def _first(self, ids: Ids, order: str, limit: int) -> list[int]:
        rows = self._db.execute(
            f"SELECT id FROM files WHERE id {IN_JSON_LIST} ORDER BY {order} LIMIT ?",  # noqa: S608
            (*_listed(ids), limit),
        )
        return [int(row[0]) for row in rows.fetchall()]

    def _column(self, ids: Ids, name: str) -> tuple[Ids, Ids]:
        rows = self._db.execute(
            f"SELECT {DOCUMENT}, {name} FROM files WHERE id {IN_JSON_LIST}",  # noqa: S608
            _listed(ids),
        )
        return _columns(rows.fetchall())


def _columns(rows: list[Any]) -> tuple[Ids, Ids]:
    found = np.array(rows, np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _listed(ids: Ids) -> tuple[str]:
    return (json.dumps(ids.tolist()),)
