"""Checks disk, catalogue, word index and vector index of a library for inconsistencies, and repairs them."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.chunk import chunking_config
from core.errors import FindlingError, LibraryDamagedError
from core.events import ConsistencyReport, Inconsistency
from core.extract_workers.confinement import unconfined_sentence
from core.library.access.directory import ProgressCallback
from core.library.diagnostics import catalogue_checks, implausible, small_files, vector_server_check
from core.library.diagnostics.catalogue_checks import Finding
from core.library.diagnostics.disk import compare_with_disk
from core.messages import Message
from core.settings import Settings
from core.store.catalogue.database import Database
from core.store.integrity import consistency, pages, verify
from core.store.integrity.backup import backups, made_at
from core.store.lexical.index import LexicalIndex
from core.store.vector import files
from core.store.vector.index import VectorIndex
from core.store.vector_servers.choice import chosen_store
from core.store.vector_servers.vectors import ServerVectors

DAMAGED = "damaged"  # the code of what only `core.library.diagnostics.recovery` repairs
LOOKUPS = "lookups"  # the code of what is repaired before anything else is written
MAX_EXAMPLES = 5
RECHECK_SECONDS = 1.0  # after which a difference that the indexer was about to write is gone

RepairRows = Callable[[Database, Sequence[Any]], object]


@dataclass(slots=True)
class Doctor:
    """Checks one library, open or not, and repairs it.

    `vectors` is the vector index of a library that this program has open. `open_elsewhere` says
    that another program holds the vector index in memory.
    """

    root: Path
    settings: Settings
    tell: ProgressCallback
    stop: threading.Event
    vectors: VectorIndex | ServerVectors | None = None
    open_elsewhere: bool = False
    _inconsistencies: list[Inconsistency] = field(default_factory=list)
    _repairs: list[Callable[[Database], object]] = field(default_factory=list)
    _counted: dict[str, int] = field(default_factory=dict)
    _disconnected: list[str] = field(default_factory=list)

    def examine(self) -> ConsistencyReport:
        """Check everything; takes as long as reading the library and listing the folders. Ends early with `stop`."""
        self._tell("work.checking_catalogue", 0, 0)
        found = pages.examine(verify.catalogue_path(self.root))
        if found.damage:
            self._add(DAMAGED, 1, Message("inconsistency.damaged"), (found.damage,))
            return self._report()
        if found.in_indexes:
            self._add_rows(LOOKUPS, [()], lambda database, _: database.execute("REINDEX"))
        for check in (
            self._check_rows,
            self._check_small_files,
            self._check_disk,
            self._check_word_index,
            self._check_vector_index,
        ):
            if not self.stop.is_set():
                check()
        if found.in_values and not self._inconsistencies:
            self._add(DAMAGED, 1, Message("inconsistency.damaged"))
        return self._report()

    def repair(self) -> None:
        """Repair what `examine` found, in a library that is closed; the next opening rebuilds the indexes.

        Raises FindlingError.
        """
        with closing(Database(verify.catalogue_path(self.root), writable=True)) as database:
            for number, repair_one in enumerate(self._repairs, start=1):
                self._tell("work.repairing", number, len(self._repairs))
                repair_one(database)

    def _check_rows(self) -> None:
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            self._counted["known"] = database.scalar("SELECT count(*) FROM files")
            for checks in (catalogue_checks, implausible):
                try:
                    self._add_findings(checks.findings(database, self._tell_rows, self.stop.is_set))
                except LibraryDamagedError:
                    if not self._inconsistencies:  # else a text that is no longer UTF-8, whose row is found already
                        raise

    def _add_findings(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            message = Message(f"inconsistency.{finding.code}", count=finding.count)
            self._add(finding.code, finding.count, message, finding.examples, repair_one=finding.repair)

    def _tell_rows(self, done: int, total: int) -> None:
        self._tell("work.checking_texts", done, total)

    def _check_small_files(self) -> None:
        self._add_findings(small_files.findings(self.root, self.stop.is_set))

    def _check_disk(self) -> None:
        def report(count: int) -> None:
            self._tell("work.scanning", count, self._counted["known"])

        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            library = os.fsencode(self.root)
            found = compare_with_disk(database, library, self.settings, report=report, stop=self.stop)
        self._disconnected += found.disconnected
        self._counted["on_disk"] = found.seen
        self._add_rows("new", found.new)
        self._add_rows("changed", found.changed)
        self._add_rows("gone", found.gone)

    def _check_word_index(self) -> None:
        self._tell("work.checking_words", 0, 0)
        fingerprint = chunking_config(self.settings).fingerprint
        folder = self.root / "words" / fingerprint
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            self._counted["passages"] = consistency.expected_lexical(database, fingerprint)
        problem = self._word_index_problem(fingerprint, folder)
        if problem and self.vectors is not None and not self.stop.wait(RECHECK_SECONDS):
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
            with closing(LexicalIndex(folder, writable=False)) as index:
                return self._compare_words(fingerprint, index)
        except FindlingError as error:
            return 1, Message("inconsistency.words_unusable", problem=error.sentence)
        except BaseException as error:
            if LexicalIndex.is_damage(error):
                return 1, Message("inconsistency.words_damaged")
            raise

    def _compare_words(self, fingerprint: str, index: LexicalIndex) -> tuple[int, Message] | None:
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
        if chosen_store(self.settings).is_server:
            self._check_vector_server()
            return
        problem = self._vector_index_problem()
        if problem and self.vectors is not None and not self.stop.wait(RECHECK_SECONDS):
            problem = self._vector_index_problem()
        if problem:
            self._add("vectors", *problem, repair_one=lambda _: files.delete(self._vector_file()))

    def _check_vector_server(self) -> None:
        vectors = self.vectors if isinstance(self.vectors, ServerVectors) else None
        checked = vector_server_check.check(self.root, self.settings, self._model, self.stop.is_set, vectors)
        self._counted["vectors"] = checked.found.expected
        self._counted["in_meaning"] = checked.found.expected - checked.found.missing
        if checked.trouble is not None:
            self._add("vectors_away", 1, checked.trouble)
        elif problem := _difference("vectors", checked.found):
            self._add(
                "vectors", *problem, repair_one=lambda _: vector_server_check.send_again(self.root, self.settings)
            )

    def _vector_index_problem(self) -> tuple[int, Message] | None:
        """(count, message) of what is wrong with the vector index; None if nothing is."""
        dimension = self.settings.model_spec.dimension
        vectors = self.vectors if isinstance(self.vectors, VectorIndex) else VectorIndex(self._vector_file(), dimension)
        ids = vectors.sound_ids()
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            found = consistency.compare_vectors(database, self._model(database), ids)
        self._counted["vectors"] = found.expected
        self._counted["in_meaning"] = found.expected - found.missing
        if self.vectors is None and found.expected and not files.exist(self._vector_file()):
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
        return files.log_path(self.root, model_spec.fingerprint, chunking.fingerprint)

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
        repair_one: Callable[[Database], object] | None = None,
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
            unconfined=unconfined_sentence(),
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
