"""Recovers the readable rows of a damaged catalogue into an intact one.

Why not SQLite's own recovery: `.github/decisions/0202-recovering-a-damaged-catalogue.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from core.messages import Message
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.contents import Contents
from core.store.catalogue.database import Database
from core.store.catalogue.text_blocks import BLOCK_CHARS, BLOCK_DAMAGED, unpacked
from core.store.catalogue.texts_table import TextsTable
from core.store.catalogue.vectors_table import STORED_DTYPE, VectorsTable
from core.store.integrity.damaged_database import DamagedCatalogue, Row, made_readable, open_damaged

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
    with closing(target), made_readable(damaged, root) as path, open_damaged(path) as source:
        return _RecoveryRun(source, target, report, stop).run()


@dataclass(slots=True)
class _RecoveryRun:
    """One recovery: copies the tables in the order of their references, keeping old ids mapped to new ones."""

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
        row = next(iter(self.source.sound_rows("contents", CONTENT_COLUMNS, "id = ?", number)), None)
        if row is None:
            return 0
        known = self.target.scalar("SELECT id FROM contents WHERE hash = ?", (row[0],))
        if known:
            return known
        heads = self.source.sound_rows("texts", "block, -1, data", "content_id = ?", number)
        pieces = self.source.sound_rows("text_pieces", "block, piece, data", "content_id = ?", number)
        blocks = [
            (block, b"".join(row[2] for row in rows)) for block, rows in groupby(sorted(heads + pieces), itemgetter(0))
        ]
        if not _is_intact(row, blocks):
            counts.lost += 1
            return 0
        sql = (
            "INSERT INTO contents (hash, kind, title, author, extractor, notes, length, parts) VALUES (?,?,?,?,?,?,?,?)"
        )
        new_id = int(self.target.execute(sql, row).lastrowid or 0)
        TextsTable(self.target).put(new_id, [data for _, data in blocks])
        for day in self.source.sound_rows("own_dates", "day", "content_id = ?", number):
            self.target.execute("INSERT OR REPLACE INTO own_dates (content_id, day) VALUES (?, ?)", (new_id, *day))
        for headers in self.source.sound_rows("mail_headers", "recipients, thread", "content_id = ?", number):
            sql = "INSERT OR REPLACE INTO mail_headers (content_id, recipients, thread) VALUES (?, ?, ?)"
            self.target.execute(sql, (new_id, *headers))
        for page in self.source.sound_rows("scans", "page", "content_id = ?", number):
            self.target.execute("INSERT OR IGNORE INTO scans (content_id, page) VALUES (?, ?)", (new_id, *page))
        columns = "hash, page, engine, languages, text, places, problem"
        for page in self.source.sound_rows("recognised", columns, "hash = ?", row[0]):
            sql = f"INSERT OR IGNORE INTO recognised ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constant names
            self.target.execute(sql, page)
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
        for chunking, count in self.source.sound_rows("cuts", "recipe_id, passages", "content_id = ?", number):
            columns = "id, ordinal, start, stop, tokens, page, line"
            passages = self.source.sound_rows("passages", columns, "content_id = ? AND recipe_id = ?", number, chunking)
            passages.sort(key=itemgetter(1))
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
            self.target.execute(
                "INSERT INTO cuts (recipe_id, content_id, passages) VALUES (?, ?, ?)",
                (chunking, new_id, len(passages)),
            )
            note = "INSERT INTO changes (recipe_id, content_id, added) VALUES (?, ?, 1)"
            self.target.execute(note, (chunking, new_id))
            known = self.target.execute(sql, (new_id, chunking)).fetchall()
        if [row[:3] for row in known] != [row[1:4] for row in passages]:
            return None
        return {old[0]: new[3] for old, new in zip(passages, known, strict=True)}

    def _vectors(self, ids: dict[int, int], old_model: int, model: int, dimension: int) -> int:
        listed = json.dumps(list(ids))
        where = "model_id = ? AND passage_id IN (SELECT value FROM json_each(?))"
        found: dict[int, bytes] = dict(self.source.sound_rows("vectors", "passage_id, data", where, old_model, listed))
        pieces = self.source.sound_rows("vector_pieces", "passage_id, piece, data", where, old_model, listed)
        for passage, _, data in sorted(pieces):
            found[passage] = found.get(passage, b"") + data
        known = "SELECT 1 FROM vectors WHERE model_id = ? AND passage_id = ?"
        rows = [
            (ids[passage], data)
            for passage, data in found.items()
            if _is_valid_vector(data, dimension) and not self.target.scalar(known, (model, ids[passage]))
        ]
        VectorsTable(self.target).put_stored(model, rows)
        return len(rows)

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
                if folder in folders and row[3] >= 0:
                    content = contents.get(row[6]) if row[6] is not None else None
                    has_members = bool(self.source.sound_rows("containers", "generation", "file_id = ?", number))
                    state = "waiting" if row[5] == "read" and (content is None or has_members) else row[5]
                    values = (folders[folder], *row[:5], state, content, *row[7:])
                    self.target.execute(sql, values)
                    self._ignored_problem(number, row[0])
                    if content is not None:
                        Contents(self.target).restore(content)
                    counts.files += 1

    def _ignored_problem(self, number: int, path: bytes) -> None:
        """Copy the mark of a problem that the user ignores; `number` is the old id of the file."""
        sql = """INSERT OR REPLACE INTO ignored_problems (file_id, problem)
            SELECT id, ?1 FROM files WHERE path = ?2"""
        for row in self.source.sound_rows("ignored_problems", "problem", "file_id = ?", number):
            self.target.execute(sql, (*row, path))

    def _read(self, table: str, columns: str) -> Iterator[Row]:
        """Every readable row of a table, its id first."""
        for number in range(1, self.source.last(table) + 1):
            yield from self.source.sound_rows(table, f"id, {columns}", "id = ?", number)


def _is_intact(content: Row, blocks: list[tuple[int, bytes]]) -> bool:
    """Whether a text has all its blocks and its recorded length."""
    length, parts = content[6], content[7]
    try:
        json.loads(parts)
        texts = [unpacked(data) for _, data in blocks]
    except (*BLOCK_DAMAGED, TypeError):
        return False
    complete = [number for number, _ in blocks] == list(range(-(-length // BLOCK_CHARS)))
    return complete and sum(map(len, texts)) == length


def _is_valid_vector(data: bytes, dimension: int) -> bool:
    """Whether data is a vector of length 1, or of zeros, which mark a refused passage."""
    if len(data) != dimension * STORED_DTYPE.itemsize:
        return False
    norm = float(np.linalg.norm(np.frombuffer(data, STORED_DTYPE).astype(np.float32)))
    return norm == 0 or UNIT_NORM_RANGE[0] < norm < UNIT_NORM_RANGE[1]
