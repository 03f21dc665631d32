"""Checks disk, catalogue, word index and vector index of a library for inconsistencies, and repairs them."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.chunk import chunking_config
from core.errors import FindlingError
from core.events import ConsistencyReport, Inconsistency
from core.library.access.directory import ProgressCallback
from core.messages import Message
from core.settings import Settings
from core.store.catalogue.database import Database
from core.store.catalogue.files import Files, KnownFile
from core.store.catalogue.folders_table import FoldersTable
from core.store.catalogue.vectors_table import Ids
from core.store.integrity import consistency, repair, verify
from core.store.integrity.backup import backups, made_at
from core.store.lexical.index import LexicalIndex
from core.store.vector.index import VectorIndex
from core.watch.ignore_rules import IgnoreRules
from core.watch.scan import ScannedFile, scan

DAMAGED = "damaged"  # the code of what only `core.library.diagnostics.recovery` repairs
MAX_EXAMPLES = 5
RECHECK_SECONDS = 1.0  # after which a difference that the indexer was about to write is gone

RepairRows = Callable[[Database, Sequence[Any]], None]


@dataclass(slots=True)
class Doctor:
    """Checks one library, open or not, and repairs it.

    `vector_ids` returns the ids in the vector index of a library that this program has open. `open_elsewhere` says
    that another program holds the vector index in memory.
    """

    root: Path
    settings: Settings
    tell: ProgressCallback
    stop: threading.Event
    vector_ids: Callable[[], Ids] | None = None
    open_elsewhere: bool = False
    _inconsistencies: list[Inconsistency] = field(default_factory=list)
    _repairs: list[Callable[[Database], None]] = field(default_factory=list)
    _counted: dict[str, int] = field(default_factory=dict)
    _disconnected: list[str] = field(default_factory=list)

    def examine(self) -> ConsistencyReport:
        """Check all_paths; takes as long as reading the catalogue and listing the folders. Ends early with `stop`."""
        self._tell("work.checking_catalogue", 0, 0)
        found = verify.find_damage(verify.catalogue_path(self.root))
        if found:
            self._add(DAMAGED, 1, Message("inconsistency.damaged"), (found,))
            return self._report()
        for check in (self._check_texts, self._check_disk, self._check_word_index, self._check_vector_index):
            if not self.stop.is_set():
                check()
        return self._report()

    def repair(self) -> None:
        """Repair what `examine` found, in a library that is closed; the next opening rebuilds the indexes.

        Raises FindlingError.
        """
        with closing(Database(verify.catalogue_path(self.root), writable=True)) as database:
            for number, repair_one in enumerate(self._repairs, start=1):
                self._tell("work.repairing", number, len(self._repairs))
                repair_one(database)

    def _check_texts(self) -> None:
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            self._counted["known"] = database.scalar("SELECT count(*) FROM files")
            texts = consistency.broken_contents(
                database, lambda done, total: self._tell("work.checking_texts", done, total), self.stop.is_set
            )
            chunkings, bad = consistency.miscounted_chunkings(database), consistency.bad_vectors(database)
            marks, textless = consistency.false_embedded_marks(database), consistency.textless_files(database)
        self._add_rows("texts", texts, repair.drop_contents)
        self._add_rows("textless", textless, repair.mark_files_waiting)
        self._add_rows("cuts", chunkings, repair.drop_chunkings)
        self._add_rows("bad_vectors", bad, repair.drop_vectors)
        self._add_rows("marks", marks, repair.drop_embedded_marks)

    def _check_disk(self) -> None:
        new: list[bytes] = []
        gone: list[bytes] = []
        changed: list[bytes] = []
        count = 0
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            files = Files(database)
            all_paths = {path for _, path in files.all_paths()}
            for row in FoldersTable(database).all():
                if not (row.connected and os.path.lexists(row.path)):
                    self._disconnected.append(os.fsdecode(row.path))
                    continue
                rules = IgnoreRules.from_settings(
                    self.settings, library=os.fsencode(self.root), exclusions=row.exclusions
                )
                known = files.stats_in(row.id)
                for entry in scan(row.path, rules, self.stop):
                    if not isinstance(entry, ScannedFile):
                        known = {path: file for path, file in known.items() if not _is_below(path, entry.path)}
                        continue
                    count += 1
                    self._tell("work.scanning", count, self._counted["known"])
                    file = known.pop(entry.path, None)
                    if file is None:
                        new += [entry.path] if entry.path not in all_paths else []
                    elif file != KnownFile.of(file.id, entry.size, entry.mtime_ns, entry.inode):
                        changed.append(entry.path)
                gone += [] if self.stop.is_set() else known
        self._counted["on_disk"] = count
        self._add_rows("new", new)
        self._add_rows("changed", changed)
        self._add_rows("gone", gone)

    def _check_word_index(self) -> None:
        self._tell("work.checking_words", 0, 0)
        fingerprint = chunking_config(self.settings).fingerprint
        folder = self.root / "words" / fingerprint
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            self._counted["passages"] = consistency.expected_lexical(database, fingerprint)
        problem = self._word_index_problem(fingerprint, folder)
        if problem and self.vector_ids is not None and not self.stop.wait(RECHECK_SECONDS):
            problem = self._word_index_problem(fingerprint, folder)
        if problem:
            self._add("words", *problem, repair_one=lambda _: shutil.rmtree(folder, ignore_errors=True))

    def _word_index_problem(self, fingerprint: str, folder: Path) -> tuple[int, Message] | None:
        """(count, message) of what is wrong with the word index; None if nothing is."""
        self._counted["in_words"] = 0
        if not folder.is_dir():
            count = self._counted["passages"]
            return (count, Message("inconsistency.words_absent")) if count else None
        if verify.broken_files(folder):
            return 1, Message("inconsistency.words_damaged")
        try:
            index = LexicalIndex(folder, writable=False)
        except FindlingError as error:
            return 1, Message("inconsistency.words_unusable", problem=error.sentence)
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            chunking = database.scalar("SELECT id FROM recipes WHERE fingerprint = ?", (fingerprint,))
            found = consistency.compare_lexical(database, chunking, index)
        self._counted["in_words"] = found.expected - found.missing
        return _difference("words", found)

    def _check_vector_index(self) -> None:
        self._tell("work.checking_vectors", 0, 0)
        if self.open_elsewhere:
            with consistency.snapshot(verify.catalogue_path(self.root)) as database:
                self._counted["vectors"] = consistency.expected_vectors(database, self._model(database))
            return
        problem = self._vector_index_problem()
        if problem and self.vector_ids is not None and not self.stop.wait(RECHECK_SECONDS):
            problem = self._vector_index_problem()
        if problem:
            self._add("vectors", *problem, repair_one=lambda _: self._vector_file().unlink(missing_ok=True))

    def _vector_index_problem(self) -> tuple[int, Message] | None:
        """(count, message) of what is wrong with the vector index; None if nothing is."""
        dimension = self.settings.model_spec.dimension
        ids = self.vector_ids() if self.vector_ids is not None else VectorIndex(self._vector_file(), dimension).ids()
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            found = consistency.compare_vectors(database, self._model(database), ids)
        self._counted["vectors"] = found.expected
        self._counted["in_meaning"] = found.expected - found.missing
        if self.vector_ids is None and found.expected and not self._vector_file().exists():
            return found.expected, Message("inconsistency.vectors_absent")
        return _difference("vectors", found)

    def _model(self, database: Database) -> int:
        """The catalogue's id of the model in use; 0 if nothing was embedded with it yet."""
        return database.scalar(
            """SELECT models.id FROM models JOIN recipes ON recipes.id = recipe_id
            WHERE models.fingerprint = ? AND recipes.fingerprint = ?""",
            (self.settings.model_spec.fingerprint, chunking_config(self.settings).fingerprint),
        )

    def _vector_file(self) -> Path:
        model_spec, chunking = self.settings.model_spec, chunking_config(self.settings)
        return self.root / "vectors" / f"{model_spec.fingerprint}-{chunking.fingerprint}.faiss"

    def _add_rows(self, code: str, rows: Sequence[Any], repair_rows: RepairRows | None = None) -> None:
        if rows:
            examples = tuple(os.fsdecode(path) for path in rows[:MAX_EXAMPLES] if isinstance(path, bytes))
            message = Message(f"inconsistency.{code}", count=len(rows))
            repair_one = None if repair_rows is None else (lambda database: repair_rows(database, rows))
            self._add(code, len(rows), message, examples, repair_one=repair_one)

    def _tell(self, code: str, done: int, total: int) -> None:
        self.tell(Message(code).sentence, done, total)

    def _add(
        self,
        code: str,
        count: int,
        message: Message,
        examples: tuple[str, ...] = (),
        *,
        repair_one: Callable[[Database], None] | None = None,
    ) -> None:
        self._inconsistencies.append(Inconsistency(code, count, message.sentence, message.remedy, examples))
        if repair_one is not None:
            self._repairs.append(repair_one)

    def _report(self) -> ConsistencyReport:
        copies = tuple(made_at(copy) for copy in backups(self.root))
        return ConsistencyReport(
            **self._counted,
            away=tuple(self._disconnected),
            copies=copies,
            ailments=tuple(self._inconsistencies),
            done=not self.stop.is_set(),
        )


def _difference(index: str, found: consistency.Difference) -> tuple[int, Message] | None:
    """(count, message) of an index that differs from the catalogue; None if it does not."""
    if not (found.missing or found.surplus):
        return None
    count = found.missing + found.surplus
    if found.missing and found.surplus:
        return count, Message(f"inconsistency.{index}_both", count=found.missing, surplus=found.surplus)
    return count, Message(f"inconsistency.{index}_{'missing' if found.missing else 'surplus'}", count=count)


def _is_below(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder + b"/")
