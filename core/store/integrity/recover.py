"""What can still be read of a damaged catalogue, row by row, into one that is sound: texts and vectors above all."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.messages import Message
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.contents import BLOCK_CHARS, Contents
from core.store.catalogue.database import Database
from core.store.catalogue.vectors_table import STORED_DTYPE

CONTENT_COLUMNS = "hash, kind, title, author, extractor, notes, length, parts"
FOLDER_COLUMNS = "path, single, patterns, gitignore"
CONTENTS_PER_TRANSACTION = 200  # contents in one transaction
HEADER_BYTES = 100  # bytes, see SQLite's description of its file format
PAGE_SIZE, PAGE_COUNT = (16, 2), (28, 4)  # where they stand in it, and their widths
MAX_TRUNCATION_FACTOR = 1000  # times its length that a file may have been longer; else its header is not to be believed
UNIT_NORM_RANGE = (0.98, 1.02)  # of a vector, between which it is taken for whole

ReportStep = Callable[[str, int, int], None]
Stop = Callable[[], bool]
Row = tuple[Any, ...]


@dataclass(slots=True)
class RecoveredCounts:
    """How much was taken over: folders, files, contents, vectors; contents that could not be read any more are lost."""

    folders: int = 0
    files: int = 0
    contents: int = 0
    vectors: int = 0
    lost: int = 0


def recover(damaged: Path, root: Path, tell: ReportStep, stop: Stop) -> RecoveredCounts:
    """Take over into the catalogue of `root` what it lacks of a damaged one. Vectors go with the hash of their content.

    `tell(what, done, total)` counts them; `stop` ends it early, with what was taken over so far.
    """
    Catalogue(root, writable=True).close()
    target = Database(root / damaged.name, writable=True)
    with closing(target), _padded_to_header_size(damaged, root) as path, _open_damaged(path) as source:
        return _Recovery(source, target, tell, stop).run()


class _DamagedCatalogue:
    """A damaged catalogue: what cannot be read is as if it were not there."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, *values: object) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError:
            return []

    def row(self, sql: str, *values: object) -> Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def last(self, table: str) -> int:
        """The largest number that rows of a table may have."""
        counted = self.row("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
        largest = self.row(f"SELECT max(id) FROM {table}")  # noqa: S608 - the names are ours
        return max(int(found[0] or 0) if found else 0 for found in (counted, largest))


@dataclass(slots=True)
class _Recovery:
    source: _DamagedCatalogue
    target: Database
    tell: ReportStep
    stop: Stop

    def run(self) -> RecoveredCounts:
        done = RecoveredCounts()
        folders = self._folders(done)
        recipes = {number: self._chunking(fingerprint) for number, fingerprint in self._read("recipes", "fingerprint")}
        models = self._models(recipes)
        contents = self._contents(done, recipes, models)
        self._files(done, folders, contents)
        return done

    def _folders(self, done: RecoveredCounts) -> dict[int, int]:
        taken: dict[int, int] = {}
        for number, path, *chosen in self._read("folders", FOLDER_COLUMNS):
            sql = f"INSERT OR IGNORE INTO folders ({FOLDER_COLUMNS}) VALUES (?, ?, ?, ?)"  # noqa: S608 - ours
            self.target.execute(sql, (path, *chosen))
            taken[number] = self.target.scalar("SELECT id FROM folders WHERE path = ?", (path,))
        done.folders = len(taken)
        return taken

    def _chunking(self, fingerprint: str) -> int:
        self.target.execute("INSERT OR IGNORE INTO recipes (fingerprint) VALUES (?)", (fingerprint,))
        return self.target.scalar("SELECT id FROM recipes WHERE fingerprint = ?", (fingerprint,))

    def _models(self, recipes: dict[int, int]) -> dict[int, tuple[int, int]]:
        """For each model its number here, and how many numbers its vectors have."""
        taken: dict[int, tuple[int, int]] = {}
        for number, fingerprint, chunking, name, dimension in self._read(
            "models", "fingerprint, recipe_id, name, dimension"
        ):
            if chunking in recipes:
                row = (fingerprint, recipes[chunking], name, dimension)
                sql = "INSERT OR IGNORE INTO models (fingerprint, recipe_id, name, dimension) VALUES (?, ?, ?, ?)"
                self.target.execute(sql, row)
                sql = "SELECT id FROM models WHERE fingerprint = ? AND recipe_id = ?"
                taken[number] = (self.target.scalar(sql, row[:2]), dimension)
        return taken

    def _contents(
        self, done: RecoveredCounts, recipes: dict[int, int], models: dict[int, tuple[int, int]]
    ) -> dict[int, int]:
        taken: dict[int, int] = {}
        last = self.source.last("contents")
        for first in range(1, last + 1, CONTENTS_PER_TRANSACTION):
            if self.stop():
                break
            with self.target.transaction():
                for number in range(first, min(first + CONTENTS_PER_TRANSACTION, last + 1)):
                    here = self._content(number, done)
                    if here:
                        taken[number] = here
                        self._cuts(number, here, recipes, models, done)
            self.tell(
                Message("storage.recovering_texts").sentence, min(first + CONTENTS_PER_TRANSACTION - 1, last), last
            )
        return taken

    def _content(self, number: int, done: RecoveredCounts) -> int:
        """The number that a content has here, taken over if need be; 0 if it cannot be read."""
        row = self.source.row(f"SELECT {CONTENT_COLUMNS} FROM contents WHERE id = ?", number)  # noqa: S608 - ours
        if row is None:
            return 0
        known = self.target.scalar("SELECT id FROM contents WHERE hash = ?", (row[0],))
        if known:
            return known
        blocks = self.source.rows("SELECT block, data FROM texts WHERE content_id = ? ORDER BY block", number)
        if not _is_intact(row, blocks):
            done.lost += 1
            return 0
        sql = (
            "INSERT INTO contents (hash, kind, title, author, extractor, notes, length, parts) VALUES (?,?,?,?,?,?,?,?)"
        )
        here = int(self.target.execute(sql, row).lastrowid or 0)
        self.target.executemany("INSERT INTO texts VALUES (?, ?, ?)", [(here, *block) for block in blocks])
        done.contents += 1
        return here

    def _cuts(
        self, number: int, here: int, recipes: dict[int, int], models: dict[int, tuple[int, int]], done: RecoveredCounts
    ) -> None:
        for chunking, count in self.source.rows("SELECT recipe_id, passages FROM cuts WHERE content_id = ?", number):
            passages = self.source.rows(
                """SELECT id, ordinal, start, stop, tokens, page, line FROM passages
                WHERE content_id = ? AND recipe_id = ? ORDER BY ordinal""",
                number, chunking,
            )  # fmt: skip
            if chunking not in recipes or [row[1] for row in passages] != list(range(count)):
                continue
            ids = self._passages(here, recipes[chunking], passages)
            if ids is not None:
                done.vectors += sum(self._vectors(ids, old, *model) for old, model in models.items())

    def _passages(self, here: int, chunking: int, passages: list[Row]) -> dict[int, int] | None:
        """Each passage's number here; None if the content is cut in another way here."""
        sql = "SELECT ordinal, start, stop, id FROM passages WHERE content_id = ? AND recipe_id = ? ORDER BY ordinal"
        known = self.target.execute(sql, (here, chunking)).fetchall()
        if not known and not self.target.scalar(
            "SELECT 1 FROM cuts WHERE recipe_id = ? AND content_id = ?", (chunking, here)
        ):
            self.target.executemany(
                """INSERT INTO passages (content_id, recipe_id, ordinal, start, stop, tokens, page, line)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                [(here, chunking, *row[1:]) for row in passages],
            )
            self.target.execute("INSERT INTO cuts VALUES (?, ?, ?)", (chunking, here, len(passages)))
            note = "INSERT INTO changes (recipe_id, content_id, added) VALUES (?, ?, 1)"
            self.target.execute(note, (chunking, here))
            known = self.target.execute(sql, (here, chunking)).fetchall()
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

    def _files(self, done: RecoveredCounts, folders: dict[int, int], contents: dict[int, int]) -> None:
        names = "folder_id, path, size, mtime_ns, inode, kind, state, content_id, problem, detail, noted"
        sql = f"INSERT OR REPLACE INTO files ({names}) VALUES ({','.join('?' * 11)})"  # noqa: S608 - the names are ours
        last = self.source.last("files")
        with self.target.transaction():
            for number, folder, *row in self._read("files", names):
                if self.stop():
                    break
                if number % CONTENTS_PER_TRANSACTION == 0:
                    self.tell(Message("storage.recovering_files").sentence, number, last)
                if folder in folders:
                    content = contents.get(row[6]) if row[6] is not None else None
                    state = "waiting" if row[5] == "read" and content is None else row[5]
                    values = (folders[folder], *row[:5], state, content, *row[7:])
                    self.target.execute(sql, values)
                    if content is not None:
                        Contents(self.target).restore(content)
                    done.files += 1

    def _read(self, table: str, columns: str) -> Iterator[Row]:
        """Every row of a table that can be read, its number first."""
        for number in range(1, self.source.last(table) + 1):
            row = self.source.row(f"SELECT id, {columns} FROM {table} WHERE id = ?", number)  # noqa: S608 - ours
            if row is not None:
                yield row


def _is_intact(content: Row, blocks: list[Row]) -> bool:
    """Whether a text has all its blocks, each as it was packed."""
    length, parts = content[6], content[7]
    try:
        json.loads(parts)
        texts = [zlib.decompress(data).decode() for _, data in blocks]
    except (ValueError, zlib.error, TypeError):
        return False
    complete = [number for number, _ in blocks] == list(range(-(-length // BLOCK_CHARS)))
    return complete and sum(map(len, texts)) == length


def _is_valid_vector(data: bytes, dimension: int) -> bool:
    """Whether some bytes are a vector of length one, or of zeros, which stand for a refused passage."""
    if len(data) != dimension * STORED_DTYPE.itemsize:
        return False
    norm = float(np.linalg.norm(np.frombuffer(data, STORED_DTYPE).astype(np.float32)))
    return norm == 0 or UNIT_NORM_RANGE[0] < norm < UNIT_NORM_RANGE[1]


@contextmanager
def _padded_to_header_size(path: Path, root: Path) -> Iterator[Path]:
    """A catalogue that was cut off as a copy of its former length: without it SQLite reads none of what is there."""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    page, pages = (int.from_bytes(header[first : first + width], "big") for first, width in (PAGE_SIZE, PAGE_COUNT))
    length = pages * (page if page > 1 else 65_536)
    if (
        not header.startswith(b"SQLite")
        or not path.stat().st_size < length <= MAX_TRUNCATION_FACTOR * path.stat().st_size
    ):
        yield path
        return
    copy = root / f"{path.name}.long"
    try:
        shutil.copyfile(path, copy)
        os.truncate(copy, length)
        yield copy
    finally:
        copy.unlink(missing_ok=True)


@contextmanager
def _open_damaged(path: Path) -> Iterator[_DamagedCatalogue]:
    """A damaged catalogue, without changing it; with its write-ahead log if that can be used."""
    for mode in ("mode=ro", "mode=ro&immutable=1"):
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as connection:
            connection.execute("PRAGMA cell_size_check = ON")
            source = _DamagedCatalogue(connection)
            if source.row("SELECT count(*) FROM sqlite_master") is not None or "immutable" in mode:
                yield source
                return
