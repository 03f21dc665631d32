"""A library looked through: disk, catalogue, word index and vector index counted against one another, and mended."""

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

DAMAGED = "damaged"  # what `core.library.diagnostics.recovery` cures
EXAMPLES = 5
SECOND_LOOK = 1.0  # seconds after which a difference that another thread was just making good is gone

Mend = Callable[[Database, Sequence[Any]], None]


@dataclass(slots=True)
class Doctor:
    """Looks through one library, open or not. `held` gives the ids in the vector index of an open one."""

    root: Path
    settings: Settings
    tell: ProgressCallback
    stop: threading.Event
    held: Callable[[], Ids] | None = None
    open_elsewhere: bool = False  # then the vector index is in another program's memory
    ailments: list[Inconsistency] = field(default_factory=list)
    cures: list[Callable[[Database], None]] = field(default_factory=list)
    _counted: dict[str, int] = field(default_factory=dict)
    _away: list[str] = field(default_factory=list)

    def examine(self) -> ConsistencyReport:
        """Count everything; takes as long as reading the catalogue and listing the folders. Ends early with `stop`."""
        self.tell("Checking the catalogue", 0, 0)
        found = verify.find_damage(verify.catalogue_path(self.root))
        if found:
            self._note(
                DAMAGED, 1, "The catalogue is damaged.", "Repairing sets it aside and saves what it holds.", (found,)
            )
            return self._checkup()
        for look in (self._texts, self._disk, self._words, self._vectors):
            if not self.stop.is_set():
                look()
        return self._checkup()

    def repair(self) -> None:
        """Cure what `examine` found, in a library that is closed; opening it does the rest. Raises FindlingError."""
        with closing(Database(verify.catalogue_path(self.root), writable=True)) as database:
            for number, cure in enumerate(self.cures, start=1):
                self.tell("Mending", number, len(self.cures))
                cure(database)

    def _texts(self) -> None:
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            self._counted["known"] = database.scalar("SELECT count(*) FROM files")
            texts = consistency.broken_contents(
                database, lambda done, total: self.tell("Checking the texts", done, total), self.stop.is_set
            )
            cuts, bad = consistency.miscounted_chunkings(database), consistency.bad_vectors(database)
            marks, textless = consistency.false_embedded_marks(database), consistency.textless_files(database)
        again = "They are read again."
        cut = "They are cut again."
        self._found("texts", texts, "Texts that are not whole: {}.", again, repair.drop_contents)
        self._found(
            "textless", textless, "Files that count as read but have no text: {}.", again, repair.mark_files_waiting
        )
        self._found("cuts", cuts, "Texts that lack some of their passages: {}.", cut, repair.drop_chunkings)
        again = "They are embedded again."
        self._found("bad_vectors", bad, "Vectors that are not whole: {}.", again, repair.drop_vectors)
        self._found(
            "marks",
            marks,
            "Documents that lack vectors without waiting for them: {}.",
            again,
            repair.drop_embedded_marks,
        )

    def _disk(self) -> None:
        new: list[bytes] = []
        gone: list[bytes] = []
        changed: list[bytes] = []
        count = 0
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            files = Files(database)
            everything = {path for _, path in files.all_paths()}
            for row in FoldersTable(database).all():
                if not (row.connected and os.path.lexists(row.path)):
                    self._away.append(os.fsdecode(row.path))
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
                    self.tell("Looking at the folders", count, self._counted["known"])
                    file = known.pop(entry.path, None)
                    if file is None:
                        new += [entry.path] if entry.path not in everything else []
                    elif file != KnownFile.of(file.id, entry.size, entry.mtime_ns, entry.inode):
                        changed.append(entry.path)
                gone += [] if self.stop.is_set() else known
        self._counted["on_disk"] = count
        again = "The folders are looked at again."
        self._found("new", new, "Files in your folders that are not known yet: {}.", again, None)
        self._found("changed", changed, "Files that changed without being noticed: {}.", again, None)
        self._found("gone", gone, "Files that are known but not there any more: {}.", again, None)

    def _words(self) -> None:
        self.tell("Checking the word index", 0, 0)
        fingerprint = chunking_config(self.settings).fingerprint
        folder = self.root / "words" / fingerprint
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            self._counted["passages"] = consistency.expected_lexical(database, fingerprint)
        first = self._words_off(fingerprint, folder)
        if first and self.held is not None and not self.stop.wait(SECOND_LOOK):
            first = self._words_off(fingerprint, folder)
        if first:
            self._note("words", *first, cure=lambda _: shutil.rmtree(folder, ignore_errors=True))

    def _words_off(self, fingerprint: str, folder: Path) -> tuple[int, str, str] | None:
        """(count, sentence, cure) of what is wrong with the word index."""
        again = "It is made again from the catalogue."
        self._counted["in_words"] = 0
        if not folder.is_dir():
            count = self._counted["passages"]
            return (count, "The word index is missing.", again) if count else None
        if verify.broken_files(folder):
            return 1, "The word index is damaged.", again
        try:
            index = LexicalIndex(folder, writable=False)
        except FindlingError as error:
            return 1, error.sentence, again
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            chunking = database.scalar("SELECT id FROM recipes WHERE fingerprint = ?", (fingerprint,))
            found = consistency.compare_lexical(database, chunking, index)
        self._counted["in_words"] = found.expected - found.missing
        return _off("word index", "passage", found, again)

    def _vectors(self) -> None:
        self.tell("Checking the vector index", 0, 0)
        if self.open_elsewhere:
            with consistency.snapshot(verify.catalogue_path(self.root)) as database:
                self._counted["vectors"] = consistency.expected_vectors(database, self._model(database))
            return
        first = self._vectors_off()
        if first and self.held is not None and not self.stop.wait(SECOND_LOOK):
            first = self._vectors_off()
        if first:
            self._note("vectors", *first, cure=lambda _: self._vector_file().unlink(missing_ok=True))

    def _vectors_off(self) -> tuple[int, str, str] | None:
        dimension = self.settings.model_spec.dimension
        held = self.held() if self.held is not None else VectorIndex(self._vector_file(), dimension).ids()
        with consistency.snapshot(verify.catalogue_path(self.root)) as database:
            found = consistency.compare_vectors(database, self._model(database), held)
        self._counted["vectors"] = found.expected
        self._counted["in_meaning"] = found.expected - found.missing
        again = "It is made again from the catalogue."
        if self.held is None and found.expected and not self._vector_file().exists():
            return found.expected, "The vector index is missing.", again
        return _off("vector index", "vector", found, again)

    def _model(self, database: Database) -> int:
        """The number of the model in use in the catalogue, 0 if nothing was embedded with it yet."""
        return database.scalar(
            """SELECT models.id FROM models JOIN recipes ON recipes.id = recipe_id
            WHERE models.fingerprint = ? AND recipes.fingerprint = ?""",
            (self.settings.model_spec.fingerprint, chunking_config(self.settings).fingerprint),
        )

    def _vector_file(self) -> Path:
        model_spec, chunking = self.settings.model_spec, chunking_config(self.settings)
        return self.root / "vectors" / f"{model_spec.fingerprint}-{chunking.fingerprint}.faiss"

    def _found(self, code: str, what: Sequence[Any], sentence: str, cure: str, mend: Mend | None) -> None:
        if what:
            examples = tuple(os.fsdecode(path) for path in what[:EXAMPLES] if isinstance(path, bytes))
            by = None if mend is None else (lambda database: mend(database, what))
            self._note(code, len(what), sentence.format(f"{len(what):,}"), cure, examples, cure=by)

    def _note(
        self,
        code: str,
        count: int,
        sentence: str,
        says: str,
        examples: tuple[str, ...] = (),
        *,
        cure: Callable[[Database], None] | None = None,
    ) -> None:
        self.ailments.append(Inconsistency(code, count, sentence, says, examples))
        if cure is not None:
            self.cures.append(cure)

    def _checkup(self) -> ConsistencyReport:
        copies = tuple(made_at(copy) for copy in backups(self.root))
        return ConsistencyReport(
            **self._counted,
            away=tuple(self._away),
            copies=copies,
            ailments=tuple(self.ailments),
            done=not self.stop.is_set(),
        )


def _off(index: str, of: str, found: consistency.Difference, cure: str) -> tuple[int, str, str] | None:
    """(count, sentence, cure) of an index that holds something else than the catalogue."""
    lacks = f"lacks {_counted(found.missing, of)}" if found.missing else ""
    surplus = f"holds {_counted(found.surplus, of)} too many" if found.surplus else ""
    if not (lacks or surplus):
        return None
    return found.missing + found.surplus, f"The {index} {' and '.join(filter(None, (lacks, surplus)))}.", cure


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def _is_below(path: bytes, place: bytes) -> bool:
    return path == place or path.startswith(place + b"/")
