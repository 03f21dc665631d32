"""Recovers the readable rows of a damaged catalogue into an intact one.

Why not SQLite's own recovery: `.github/decisions/0202-recovering-a-damaged-catalogue.md`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.messages import Message
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.contents import BLOCK_CHARS, Contents
from core.store.catalogue.database import Database
from core.store.catalogue.vectors_table import STORED_DTYPE
from core.store.integrity.damaged_database import DamagedCatalogue, Row, open_damaged, padded_to_header_size

CONTENT_COLUMNS = "hash, kind, title, author, extractor, notes, length, parts"
FOLDER_COLUMNS = "path, single, patterns, gitignore"
CONTENTS_PER_TRANSACTION = 200
UNIT_NORM_RANGE = (0.98, 1.02)  # of an intact vector, after rounding to float16

ReportStep = Callable[[str, int, int], None]
Stop = Callable[[], bool]


@dataclass(slots=True)
class RecoveredCounts:
    """Numbers of recovered rows; `lost` is the number of contents that could not be read."""

    folders: int = 0
    files: int = 0
    contents: int = 0
    vectors: int = 0
    lost: int = 0


def recover(damaged: Path, root: Path, report: ReportStep, stop: Stop) -> RecoveredCounts:
    """Copy rows that the catalogue of `root` lacks from a damaged one; contents are matched by hash.

    `report(what, done, total)` is called with the progress; `stop` ends the copy early.
    """
    Catalogue(root, writable=True).close()
    target = Database(root / damaged.name, writable=True)
    with closing(target), padded_to_header_size(damaged, root) as path, open_damaged(path) as source:
        return _RecoveryRun(source, target, report, stop).run()


@dataclass(slots=True)
class _RecoveryRun:
    source: DamagedCatalogue
    target: Database
    report: ReportStep
    stop: Stop

    def run(self) -> RecoveredCounts:
        counts = RecoveredCounts()
        folders = self._folders(counts)
        chunkings = {
            number: self._chunking(fingerprint) for number, fingerprint in self._read("recipes", "fingerprint")
        }
        models = self._models(chunkings)
        contents = self._contents(counts, chunkings, models)
        self._files(counts, folders, contents)
        return counts

    def _folders(self, counts: RecoveredCounts) -> dict[int, int]:
        new_ids: dict[int, int] = {}
        for number, path, *chosen in self._read("folders", FOLDER_COLUMNS):
            sql = f"INSERT OR IGNORE INTO folders ({FOLDER_COLUMNS}) VALUES (?, ?, ?, ?)"  # noqa: S608 - constant names
            self.target.execute(sql, (path, *chosen))
            new_ids[number] = self.target.scalar("SELECT id FROM folders WHERE path = ?", (path,))
        counts.folders = len(new_ids)
        return new_ids

    def _chunking(self, fingerprint: str) -> int:
        self.target.execute("INSERT OR IGNORE INTO recipes (fingerprint) VALUES (?)", (fingerprint,))
        return self.target.scalar("SELECT id FROM recipes WHERE fingerprint = ?", (fingerprint,))

    def _models(self, chunkings: dict[int, int]) -> dict[int, tuple[int, int]]:
        """Old model id -> (new model id, dimension)."""
        new_ids: dict[int, tuple[int, int]] = {}
        for number, fingerprint, chunking, name, dimension in self._read(
            "models", "fingerprint, recipe_id, name, dimension"
        ):
            if chunking in chunkings:
                row = (fingerprint, chunkings[chunking], name, dimension)
                sql = "INSERT OR IGNORE INTO models (fingerprint, recipe_id, name, dimension) VALUES (?, ?, ?, ?)"
                self.target.execute(sql, row)
                sql = "SELECT id FROM models WHERE fingerprint = ? AND recipe_id = ?"
                new_ids[number] = (self.target.scalar(sql, row[:2]), dimension)
        return new_ids

    def _contents(
        self, counts: RecoveredCounts, chunkings: dict[int, int], models: dict[int, tuple[int, int]]
    ) -> dict[int, int]:
        new_ids: dict[int, int] = {}
        last = self.source.last("contents")
        for first in range(1, last + 1, CONTENTS_PER_TRANSACTION):
            if self.stop():
                break
            with self.target.transaction():
                for number in range(first, min(first + CONTENTS_PER_TRANSACTION, last + 1)):
                    new_id = self._content(number, counts)
                    if new_id:
                        new_ids[number] = new_id
                        self._chunkings(number, new_id, chunkings, models, counts)
            self.report(
                Message("storage.recovering_texts").sentence, min(first + CONTENTS_PER_TRANSACTION - 1, last), last
            )
        return new_ids

    def _content(self, number: int, counts: RecoveredCounts) -> int:
        """The new id of a content, copied if the target lacks it; 0 if it cannot be read."""
        row = self.source.row(f"SELECT {CONTENT_COLUMNS} FROM contents WHERE id = ?", number)  # noqa: S608 - constant names
        if row is None:
            return 0
        known = self.target.scalar("SELECT id FROM contents WHERE hash = ?", (row[0],))
        if known:
            return known
        blocks = self.source.rows("SELECT block, data FROM texts WHERE content_id = ? ORDER BY block", number)
        if not _is_intact(row, blocks):
            counts.lost += 1
            return 0
        sql = (
            "INSERT INTO contents (hash, kind, title, author, extractor, notes, length, parts) VALUES (?,?,?,?,?,?,?,?)"
        )
        new_id = int(self.target.execute(sql, row).lastrowid or 0)
        self.target.executemany("INSERT INTO texts VALUES (?, ?, ?)", [(new_id, *block) for block in blocks])
        counts.contents += 1
        return new_id

    def _chunkings(
        self,
        number: int,
        new_id: int,
        chunkings: dict[int, int],
        models: dict[int, tuple[int, int]],
        counts: RecoveredCounts,
    ) -> None:
        for chunking, count in self.source.rows("SELECT recipe_id, passages FROM cuts WHERE content_id = ?", number):
            passages = self.source.rows(
                """SELECT id, ordinal, start, stop, tokens, page, line FROM passages
                WHERE content_id = ? AND recipe_id = ? ORDER BY ordinal""",
                number, chunking,
            )  # fmt: skip
            if chunking not in chunkings or [row[1] for row in passages] != list(range(count)):
                continue
            ids = self._passages(new_id, chunkings[chunking], passages)
            if ids is not None:
                counts.vectors += sum(self._vectors(ids, old, *model) for old, model in models.items())

    def _passages(self, new_id: int, chunking: int, passages: list[Row]) -> dict[int, int] | None:
        """Old passage id -> new passage id; None if the target has the content with other passages."""
        sql = "SELECT ordinal, start, stop, id FROM passages WHERE content_id = ? AND recipe_id = ? ORDER BY ordinal"
        known = self.target.execute(sql, (new_id, chunking)).fetchall()
        if not known and not self.target.scalar(
            "SELECT 1 FROM cuts WHERE recipe_id = ? AND content_id = ?", (chunking, new_id)
        ):
            self.target.executemany(
                """INSERT INTO passages (content_id, recipe_id, ordinal, start, stop, tokens, page, line)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                [(new_id, chunking, *row[1:]) for row in passages],
            )
            self.target.execute("INSERT INTO cuts VALUES (?, ?, ?)", (chunking, new_id, len(passages)))
            note = "INSERT INTO changes (recipe_id, content_id, added) VALUES (?, ?, 1)"
            self.target.execute(note, (chunking, new_id))
            known = self.target.execute(sql, (new_id, chunking)).fetchall()
        if [row[:3] for row in known] != [row[1:4] for row in passages]:
            return None
        return {old[0]: new[3] for old, new in zip(passages, known, strict=True)}

    def _vectors(self, ids: dict[int, int], old_model: int, model: int, dimension: int) -> int:
        count = 0
        listed = json.dumps(list(ids))
        sql = (
            "SELECT passage_id, data FROM vectors WHERE model_id = ? AND passage_id IN (SELECT value FROM json_each(?))"
        )
        for passage, data in self.source.rows(sql, old_model, listed):
            if _is_valid_vector(data, dimension):
                sql = "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)"
                count += self.target.execute(sql, (model, ids[passage], data)).rowcount
        return count

    def _files(self, counts: RecoveredCounts, folders: dict[int, int], contents: dict[int, int]) -> None:
        names = "folder_id, path, size, mtime_ns, inode, kind, state, content_id, problem, detail, noted"
        sql = f"INSERT OR REPLACE INTO files ({names}) VALUES ({','.join('?' * 11)})"  # noqa: S608 - constant names
        last = self.source.last("files")
        with self.target.transaction():
            for number, folder, *row in self._read("files", names):
                if self.stop():
                    break
                if number % CONTENTS_PER_TRANSACTION == 0:
                    self.report(Message("storage.recovering_files").sentence, number, last)
                if folder in folders:
                    content = contents.get(row[6]) if row[6] is not None else None
                    state = "waiting" if row[5] == "read" and content is None else row[5]
                    values = (folders[folder], *row[:5], state, content, *row[7:])
                    self.target.execute(sql, values)
                    if content is not None:
                        Contents(self.target).restore(content)
                    counts.files += 1

    def _read(self, table: str, columns: str) -> Iterator[Row]:
        """Every readable row of a table, its id first."""
        for number in range(1, self.source.last(table) + 1):
            row = self.source.row(f"SELECT id, {columns} FROM {table} WHERE id = ?", number)  # noqa: S608 - constant names
            if row is not None:
                yield row


def _is_intact(content: Row, blocks: list[Row]) -> bool:
    """Whether a text has all its blocks and its recorded length."""
    length, parts = content[6], content[7]
    try:
        json.loads(parts)
        texts = [zlib.decompress(data).decode() for _, data in blocks]
    except (ValueError, zlib.error, TypeError):
        return False
    complete = [number for number, _ in blocks] == list(range(-(-length // BLOCK_CHARS)))
    return complete and sum(map(len, texts)) == length


def _is_valid_vector(data: bytes, dimension: int) -> bool:
    """Whether data is a vector of length 1, or of zeros, which mark a refused passage."""
    if len(data) != dimension * STORED_DTYPE.itemsize:
        return False
    norm = float(np.linalg.norm(np.frombuffer(data, STORED_DTYPE).astype(np.float32)))
    return norm == 0 or UNIT_NORM_RANGE[0] < norm < UNIT_NORM_RANGE[1]
