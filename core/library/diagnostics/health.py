"""The health of a library: why a file is not found, what is inconsistent and how to repair it."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from pathlib import Path

from core.document import RETRIEVERS, Retriever
from core.errors import WaitTimeoutError
from core.events import ConsistencyReport, FileExplanation, Progress
from core.library.access.directory import ProgressCallback, is_locked, no_progress
from core.library.diagnostics.doctor import DAMAGED, Doctor
from core.library.diagnostics.explain import MAX_RANK, FileKnowledge, explain
from core.library.folders.folders import FolderManager
from core.library.queries import Queries
from core.library.session.manager import SessionManager
from core.library.session.session import WritingSession
from core.messages import Message
from core.store.catalogue.catalogue import FileStatus
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import verify

POLL_INTERVAL = 0.2  # seconds between two calls of a progress callback


class Diagnostics:
    """A part of `Library`."""

    def __init__(self, sessions: SessionManager, folders: FolderManager, queries: Queries) -> None:
        self._sessions = sessions
        self._folders = folders
        self._queries = queries

    def why(self, path: str | os.PathLike[str], query: str = "") -> FileExplanation:
        """The exact state of a file, and its rank for a query by each retriever; waits for an engine that starts."""
        session = self._sessions.current
        progress = session.progress()
        knowledge = FileKnowledge(
            folders=self._folders.rows(),
            rules=lambda row: self._folders.rules(row.exclusions),
            file_status=self._file_status,
            queue_place=session.queue_position,
            scanning=progress.scanning,
            paused=session.pause_state is not None and session.pause_state.reason == "paused",
            embedding_obstacle=_embedding_obstacle(progress),
        )
        explanation = explain(os.fspath(path), knowledge)
        if not query.strip():
            return explanation
        ranks = tuple((retriever, self._rank(explanation.path, query, retriever)) for retriever in RETRIEVERS)
        return replace(explanation, ranks=ranks)

    def examine(self, tell: ProgressCallback = no_progress, stop: threading.Event | None = None) -> ConsistencyReport:
        """Compare disk, catalogue and indexes; waits, some seconds for each 100,000 files.

        With `stop` set it ends early, with what was counted so far.
        """
        return self._doctor(tell, stop).examine()

    def repair(self, tell: ProgressCallback = no_progress, stop: threading.Event | None = None) -> ConsistencyReport:
        """Repair what `examine` finds, and open the library again; returns what was found.

        Files that are missing are read after it, see `wait_until_read`. Raises LibraryLockedError in a library that is
        only read, LibraryDamagedError if `core.library.diagnostics.recovery` is needed, and StorageFullError.
        """
        self._sessions.current.writer  # noqa: B018 - raises in a library that is only read
        doctor = self._doctor(tell, stop)
        found = doctor.examine()
        if any(one.code == DAMAGED for one in found.ailments):
            raise catalogue_damaged(self._sessions.root)
        if found.done and found.ailments:
            self._sessions.restart(doctor.repair)
        return found

    def wait_until_read(self, tell: ProgressCallback = no_progress, stop: threading.Event | None = None) -> None:
        """Wait until what was repaired is found by its words again, or indexing is paused. Raises as `Library.wait`."""
        while stop is None or not stop.is_set():
            session = self._sessions.current
            try:
                self._sessions.wait("words" if session.pause_state is None else "names", POLL_INTERVAL)
            except WaitTimeoutError:
                words = session.progress().words
                tell(Message("work.reading_missing").sentence, words.done, words.total)
            else:
                return

    def disk_usage(self) -> dict[str, int]:
        """Bytes on disk of the catalogue, the word index and the vector index."""
        patterns = {"catalogue": "catalogue.sqlite*", "words": "words/**/*", "vectors": "vectors/**/*"}
        root = self._sessions.root
        return {name: sum(_size(path) for path in root.glob(pattern)) for name, pattern in patterns.items()}

    def _doctor(self, tell: ProgressCallback, stop: threading.Event | None) -> Doctor:
        root, session = self._sessions.root, self._sessions.current
        vector_ids = session.index_set().vectors.ids if isinstance(session, WritingSession) else None
        elsewhere = vector_ids is None and verify.is_marked_open(root) and is_locked(root)
        stop = stop or threading.Event()
        return Doctor(root, self._sessions.settings, tell, stop, vector_ids, open_elsewhere=elsewhere)

    def _file_status(self, path: bytes) -> FileStatus | None:
        found = self._sessions.current.indexes()
        with self._sessions.catalogue() as catalogue:
            return catalogue.file_status(
                path, chunking_id=found.chunking_id, model_id=found.model_id, last_change=found.words.last_change
            )

    def _rank(self, path: str, query: str, retriever: Retriever) -> int | None:
        """The place of a file among the results of one retriever, from 1."""
        real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        for number, hit in enumerate(self._queries.search(query, MAX_RANK, lanes=[retriever]), start=1):
            if real in hit.paths:
                return number
        return None


def _embedding_obstacle(progress: Progress) -> str:
    """Why nothing is embedded at the moment, as a sentence; empty if nothing is in the way."""
    if progress.trouble is not None:
        return progress.trouble.sentence
    return "" if progress.engine.state in ("ready", "busy") else progress.engine.detail


def _size(path: Path) -> int:
    """Bytes of a file; 0 of anything else, and of a file deleted since it was listed."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
