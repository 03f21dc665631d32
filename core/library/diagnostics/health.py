"""The part of the door that concerns a library's health: why a file is not found, and what is off and mended."""

from __future__ import annotations

import os
import threading
from abc import abstractmethod
from collections.abc import Callable, Collection
from dataclasses import replace

from core.document import RETRIEVERS, Retriever
from core.errors import WaitTimeoutError
from core.events import ConsistencyReport, FileExplanation, PauseState, Progress
from core.library.access.directory import Tell, is_held, say_nothing
from core.library.diagnostics.doctor import DAMAGED, Doctor
from core.library.diagnostics.explain import RANKED, FileKnowledge, explain
from core.library.folders.folders import Folders
from core.library.queries import Queries
from core.library.session.session import WritingSession
from core.store.catalogue.catalogue import FileStatus
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import verify

EVERY = 0.2  # seconds between two words about how far the reading is


class Health(Queries, Folders):
    """What a library tells of itself. It is a part of `Library`, which makes what is named here."""

    @abstractmethod
    def progress(self) -> Progress: ...

    @abstractmethod
    def wait(self, retriever: Retriever = "meaning", timeout: float | None = None) -> Progress: ...

    @property
    @abstractmethod
    def pause_state(self) -> PauseState | None: ...

    def why(self, path: str | os.PathLike[str], query: str = "") -> FileExplanation:
        """The exact state of a file, and its rank for a query in each lane; waits for the engine if it is starting."""
        session = self._session
        progress = session.progress()
        knowledge = FileKnowledge(
            folders=self._folder_rows(),
            rules=lambda row: self._rules(row.exclusions),
            standing=self._standing,
            place=session.queue_position,
            scanning=progress.scanning,
            paused=session.paused,
            meaning_stands=_stands(progress),
        )
        told = explain(os.fspath(path), knowledge)
        if not query.strip():
            return told
        return replace(
            told, ranks=tuple((retriever, self._rank(told.path, query, [retriever])) for retriever in RETRIEVERS)
        )

    def examine(self, tell: Tell = say_nothing, stop: threading.Event | None = None) -> ConsistencyReport:
        """Count disk, catalogue and indexes against one another; waits, some seconds for each 100,000 files.

        `tell(what, done, total)` is called on the way; with `stop` set it ends early, with what was counted so far.
        """
        return self._doctor(tell, stop).examine()

    def repair(self, tell: Tell = say_nothing, stop: threading.Event | None = None) -> ConsistencyReport:
        """Mend what `examine` finds, and begin anew; returns what was found. Files that are lacking are read after it.

        Raises LibraryLockedError in a library that is only read, LibraryDamagedError if it takes
        `core.library.diagnostics.recovery`, and StorageFullError.
        """
        self._session.writer  # noqa: B018 - raises in a library that is only read
        doctor = self._doctor(tell, stop)
        found = doctor.examine()
        if any(ailment.code == DAMAGED for ailment in found.ailments):
            raise catalogue_damaged(self._root)
        if found.done and found.ailments:
            self._anew(doctor.mend)
        return found

    def catch_up(self, tell: Tell = say_nothing, stop: threading.Event | None = None) -> None:
        """Wait until what was mended can be found by its words again; not for what makes way now. Raises as `wait`."""
        while stop is None or not stop.is_set():
            try:
                self.wait("words" if self.pause_state is None else "names", timeout=EVERY)
            except WaitTimeoutError:
                words = self.progress().words
                tell("Reading what is missing", words.done, words.total)
            else:
                return

    @abstractmethod
    def _anew(self, between: Callable[[], None]) -> None:
        """Close all that runs, do something, and begin again."""

    def _doctor(self, tell: Tell, stop: threading.Event | None) -> Doctor:
        session = self._session
        held = session.index_set().vectors.ids if isinstance(session, WritingSession) else None
        elsewhere = held is None and verify.is_marked_open(self._root) and is_held(self._root)
        return Doctor(self._root, self._settings, tell, stop or threading.Event(), held, open_elsewhere=elsewhere)

    def _standing(self, path: bytes) -> FileStatus | None:
        found = self._session.indexes()
        with self._reading:
            return self._catalogue.file_status(
                path, chunking_id=found.chunking_id, model_id=found.model_id, last_change=found.words.last_change
            )

    def _rank(self, path: str, query: str, lanes: Collection[Retriever]) -> int | None:
        """The place of a file in the list of a query, from 1."""
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        for number, hit in enumerate(self.search(query, RANKED, lanes=lanes), start=1):
            if real in hit.paths:
                return number
        return None


def _stands(progress: Progress) -> str:
    """Why nothing is embedded at the moment, as a sentence; empty if nothing is in the way."""
    if progress.trouble is not None:
        return progress.trouble.sentence
    return "" if progress.engine.state in ("ready", "busy") else progress.engine.detail
