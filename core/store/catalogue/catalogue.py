"""The catalogue: one SQLite database, from which every index can be rebuilt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.rights import Person
from core.store.catalogue.archives_table import ArchivesTable
from core.store.catalogue.changes_table import ChangesTable
from core.store.catalogue.contents import Contents
from core.store.catalogue.database import Database
from core.store.catalogue.file_facts import FileFacts
from core.store.catalogue.files import Files, KnownFile
from core.store.catalogue.filters import FileFilter, to_sql
from core.store.catalogue.folders_table import FoldersTable
from core.store.catalogue.mail_headers_table import MailHeadersTable
from core.store.catalogue.members_table import MembersTable
from core.store.catalogue.migration import StepCallback, no_steps
from core.store.catalogue.named_files_table import NamedFilesTable
from core.store.catalogue.own_dates_table import OwnDatesTable
from core.store.catalogue.passages_table import PassagesTable
from core.store.catalogue.problems_table import ProblemsTable
from core.store.catalogue.readable_files import ReadableFiles
from core.store.catalogue.recognised_table import RecognisedTable
from core.store.catalogue.retries_table import RetriesTable
from core.store.catalogue.rules_table import RulesTable
from core.store.catalogue.sketches_table import SketchesTable
from core.store.catalogue.tags_table import TagsTable
from core.store.catalogue.vectors_table import Ids, VectorsTable

CATALOGUE_NAME = "catalogue.sqlite"


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of files by state; `embedded` are those of `read` whose passages all have a vector of the model."""

    files: int = 0
    waiting: int = 0
    read: int = 0
    failed: int = 0
    embedded: int = 0


@dataclass(frozen=True, slots=True)
class FileStatus:
    """The processing state of one file.

    `passages` and `vectors` are counts for one chunking config and one model; `is_partly_indexed` says that the
    lexical index has not applied all changes of the file yet.
    """

    state: str
    kind: str
    stat: KnownFile
    problem: str
    detail: str
    passages: int
    vectors: int
    is_chunked: bool
    is_partly_indexed: bool


class Catalogue:
    """One connection to a library's catalogue. Create it on any thread; use it from one thread at a time."""

    def __init__(
        self, root: Path, *, writable: bool, on_step: StepCallback = no_steps, person: Person | None = None
    ) -> None:
        """With a `person`, a catalogue that is only read has the files that this person may read, and no others."""
        self._db = Database(root / CATALOGUE_NAME, writable=writable, on_step=on_step)
        self.files = Files(self._db)
        self.problems = ProblemsTable(self._db)
        self.own_dates = OwnDatesTable(self._db)
        self.recognised = RecognisedTable(self._db)
        self.mail_headers = MailHeadersTable(self._db)
        self.members = MembersTable(self._db)
        self.archives = ArchivesTable(self._db, self.members)
        self.named_files = NamedFilesTable(self._db)
        self.retries = RetriesTable(self._db)
        self.facts = FileFacts(self._db)
        self.contents = Contents(self._db)
        self.folders = FoldersTable(self._db)
        self.passages = PassagesTable(self._db)
        self.sketches = SketchesTable(self._db)
        self.tags = TagsTable(self._db)
        self.rules = RulesTable(self._db)
        self.readable = None if person is None else ReadableFiles(self._db, person)
        self.changes = ChangesTable(self._db)
        self.vectors = VectorsTable(self._db)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction, rolled back on any error. Raises StorageFullError when the disk is full."""
        with self._db.transaction():
            yield

    def counts(self, model_id: int) -> Counts:
        """Count the files by state, and those embedded with this model."""
        rows = dict(self._db.execute("SELECT state, count(*) FROM files GROUP BY state").fetchall())
        embedded = self.embedded_count(model_id)
        number = {state: int(rows.get(state, 0)) for state in ("waiting", "read", "failed", "named")}
        return Counts(sum(number.values()), number["waiting"], number["read"], number["failed"], embedded)

    def file_count(self) -> int:
        """The number of files, whatever their state."""
        return self._db.scalar("SELECT count(*) FROM files")

    def embedded_count(self, model_id: int) -> int:
        """The number of files embedded with this model."""
        return self._db.scalar(
            """SELECT count(*) FROM files JOIN embedded AS e ON e.content_id = files.content_id AND e.model_id = ?
            WHERE files.state = 'read'""",
            (model_id,),
        )

    def passage_count(self, chunking_id: int) -> int:
        """The number of passages of this chunking config, without those of retired contents."""
        return self._db.scalar(
            """SELECT (SELECT sum(passages) FROM cuts WHERE recipe_id = ?1) - coalesce((SELECT sum(passages)
            FROM contents AS c JOIN cuts ON cuts.content_id = c.id AND cuts.recipe_id = ?1 WHERE c.let_go > 0), 0)""",
            (chunking_id,),
        )

    def passage_counts_of_files(self, chunking_id: int, model_id: int) -> tuple[int, int]:
        """(passages of the contents of all files, those of contents whose passages all have a vector of a model)."""
        row = self._db.execute(
            """SELECT coalesce(sum(passages), 0), coalesce(sum(passages) FILTER (WHERE content_id IN
            (SELECT content_id FROM embedded WHERE model_id = ?2)), 0) FROM cuts
            WHERE recipe_id = ?1 AND content_id IN (SELECT content_id FROM files)""",
            (chunking_id, model_id),
        ).fetchone()
        return int(row[0]), int(row[1])

    def token_count(self, chunking_id: int) -> int:
        """The number of tokens in the passages of this chunking config, counted by its own tokenizer."""
        return self._db.scalar("SELECT sum(tokens) FROM passages WHERE recipe_id = ?", (chunking_id,))

    def vector_count(self, model_id: int) -> int:
        """The number of passages with a vector of this model, without those of retired contents."""
        return self.vectors.count(model_id)

    def content_of(self, path: bytes) -> int | None:
        row = self._db.execute("SELECT content_id FROM files WHERE path = ?", (path,)).fetchone()
        return None if row is None or row[0] is None else int(row[0])

    def is_waiting(self, path: bytes) -> bool:
        """Whether the file at a path is queued for extraction."""
        return bool(self._db.scalar("SELECT state = 'waiting' FROM files WHERE path = ?", (path,)))

    def file_status(self, path: bytes, *, chunking_id: int, model_id: int, last_change: int) -> FileStatus | None:
        """The status of a file, None if it is unknown; `last_change` is the last one that the lexical index applied."""
        row = self._db.execute(
            """SELECT state, kind, id, size, mtime_ns, inode, problem, detail, content_id
            FROM files WHERE path = ?""",
            (path,),
        ).fetchone()
        if row is None:
            return None
        passages = "SELECT count(*) FROM passages WHERE content_id = ? AND recipe_id = ?"
        vectors = """SELECT count(*) FROM vectors WHERE model_id = ?3
            AND passage_id IN (SELECT id FROM passages WHERE content_id = ?1 AND recipe_id = ?2)"""
        chunked = "SELECT count(*) FROM cuts WHERE content_id = ? AND recipe_id = ?"
        changes = "SELECT count(*) FROM changes WHERE number > ?3 AND content_id = ?1 AND recipe_id = ?2"
        content = (row[8], chunking_id)
        return FileStatus(
            row[0], row[1], KnownFile(*row[2:6]), row[6] or "", row[7] or "", self._db.scalar(passages, content),
            self._db.scalar(vectors, (*content, model_id)), bool(self._db.scalar(chunked, content)),
            bool(self._db.scalar(changes, (*content, last_change))),
        )  # fmt: skip

    @property
    def database(self) -> Database:
        """The connection, for `core.store.integrity`."""
        return self._db

    @property
    def needs_checksums(self) -> bool:
        """Whether an older version wrote rows without a checksum: its counters are the first ones."""
        return bool(self._db.scalar("SELECT count(*) FROM counters WHERE checksum IS NULL"))

    def scrub_position(self) -> tuple[int, int]:
        """(number of the table, value of its span column) up to which rows were checked for bit rot."""
        sql = "SELECT value FROM counters WHERE name = ?"
        return self._db.scalar(sql, ("scrubbed_table",)), self._db.scalar(sql, ("scrubbed_place",))

    def set_scrub_position(self, table: int, place: int) -> None:
        """Store the position of `scrub_position`."""
        sql = "INSERT INTO counters (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2"
        self._db.executemany(sql, [("scrubbed_table", table), ("scrubbed_place", place)])

    @property
    def change_count(self) -> int:
        """The number of rows changed through this connection; differs after every change."""
        return self._db.change_count

    @property
    def data_version(self) -> int:
        """SQLite's `data_version`: differs after a change by another connection."""
        return self._db.scalar("PRAGMA data_version")

    def matching(self, file_filter: FileFilter) -> tuple[Ids, Ids]:
        """(file ids, content ids) that a filter matches, both ascending."""
        where, values = to_sql(file_filter)
        query = f"SELECT id, coalesce(content_id, 0) FROM files WHERE {where}"  # noqa: S608  user input is in values
        rows = self._db.execute(query, tuple(values)).fetchall()
        found = np.array(rows, np.int64).reshape(-1, 2)
        contents = np.unique(found[:, 1])
        return np.sort(found[:, 0]), contents[contents > 0]

    def document_keys(self, file_ids: Sequence[int]) -> dict[int, tuple[str, int]]:
        """For each file ("content", its content id), or ("file", its own id) if it has no text."""
        rows = self._db.execute(
            "SELECT id, content_id FROM files WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(file_ids)),),
        )
        return {row[0]: ("file", row[0]) if row[1] is None else ("content", row[1]) for row in rows}

    def file(self, file_id: int) -> tuple[bytes, str, int, int] | None:
        """(path, kind, size, mtime in ns) of a file; None if it is gone."""
        row = self._db.execute("SELECT path, kind, size, mtime_ns FROM files WHERE id = ?", (file_id,)).fetchone()
        return None if row is None else (row[0], row[1], row[2], row[3])
