"""The health of a library: why a file is not found, what is inconsistent and how to repair it."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path

from core.document import RETRIEVERS, Retriever
from core.errors import WaitTimeoutError
from core.events import MAX_RANK, ConsistencyReport, FileExplanation, Progress
from core.extract_workers.confinement import unconfined_sentence
from core.library.access.directory import ProgressCallback, is_locked, no_progress
from core.library.diagnostics.doctor import DAMAGED, Doctor
from core.library.diagnostics.explain import FileKnowledge, explain, real_path
from core.library.diagnostics.known_by_name import count_by_kind
from core.library.diagnostics.list_place import list_place
from core.library.diagnostics.privacy import PrivacyReport, privacy_report
from core.library.folders.folders import FolderManager
from core.library.queries import Queries
from core.library.session.manager import SessionManager
from core.library.session.session import Session
from core.library.session.writing import WritingSession
from core.messages import Message
from core.search.query import Query, parse
from core.store.catalogue.catalogue import FileStatus
from core.store.catalogue.database import catalogue_damaged
from core.store.integrity import verify
from core.store.lexical import set_aside
from core.watch.links import linked_folder

POLL_INTERVAL = 0.2  # seconds between two calls of a progress callback


class Diagnostics:
    """A part of `Library`."""

    def __init__(self, sessions: SessionManager, folders: FolderManager, queries: Queries) -> None:
        self._sessions = sessions
        self._folders = folders
        self._queries = queries

    def why(self, path: str | os.PathLike[str], query: str = "") -> FileExplanation:
        """The exact state of a file, and its place for a query in all and each retriever's results.

        Waits for an engine that starts.
        """
        explanation = self._sessions.ask(lambda session: self._explained(os.fspath(path), session))
        if not query.strip():
            return explanation
        parsed, known_as = parse(query), self._known_as(explanation.path)
        ranks = tuple((retriever, self._rank(known_as, parsed, retriever)) for retriever in RETRIEVERS)
        return replace(
            explanation,
            ranks=ranks,
            in_list=list_place(
                self._queries.search(parsed, MAX_RANK),
                known_as,
                by_relevance=parsed.is_by_relevance,
            ),
            broad_wildcards=self._queries.broad_wildcards(parsed),
        )

    def tags(self, path: str) -> list[str]:
        """The tags that the desktop has for a file, in order; none of a file that is not in the library."""
        with self._queries.access.catalogue() as catalogue:
            files = catalogue.tags.files_at([os.fsencode(path)])
            return sorted(tag for tags in catalogue.tags.of(files).values() for tag in tags)

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

    def rebuild(self) -> None:
        """Make the word index and the vector index again from the catalogue, without reading or embedding anything.

        Waits until the library is open again; how far the words are says `wait_until_read`. A library that is closed
        meanwhile goes on when it is opened. Raises LibraryLockedError in a library that is only read.
        """
        self._sessions.current.writer  # noqa: B018 - raises in a library that is only read
        self._sessions.restart(self._set_indexes_aside)

    def is_rebuilding(self) -> bool:
        """Whether the word index is made again, so that `cancel_rebuild` puts the one from before back."""
        return set_aside.is_set_aside(self._sessions.root)

    def cancel_rebuild(self) -> bool:
        """Use the word index from before a rebuild again; False if the rebuild is complete already.

        Waits until the library is open again. What has changed meanwhile is indexed after it, see `wait_until_read`.
        """
        if not self.is_rebuilding():
            return False
        put_back: list[bool] = []
        self._sessions.restart(lambda: put_back.append(set_aside.put_back(self._sessions.root)))
        return any(put_back)

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

    def _set_indexes_aside(self) -> None:
        """Keep the word index until the new one is complete; that of the vectors is made at the next opening."""
        set_aside.set_aside(self._sessions.root)
        shutil.rmtree(self._sessions.root / "vectors", ignore_errors=True)

    def disk_usage(self) -> dict[str, int]:
        """Bytes on disk of the catalogue, the word index and the vector index."""
        patterns = {"catalogue": "catalogue.sqlite*", "words": "words/**/*", "vectors": "vectors/**/*"}
        root = self._sessions.root
        return {name: sum(_size(path) for path in root.glob(pattern)) for name, pattern in patterns.items()}

    def by_name_only(self) -> dict[str, int]:
        """The number of files that are found by name only by their `core.document.ContentKind`."""
        with self._queries.access.catalogue() as catalogue:
            return count_by_kind(catalogue)

    def unconfined(self) -> str:
        """That, and why, the processes that read documents are not confined; empty where they are."""
        return unconfined_sentence()

    def privacy(self) -> PrivacyReport:
        """What leaves this machine, what is kept, and every connection that was made; waits for the disk."""
        size = sum(_size(path) for path in self._sessions.root.rglob("*"))
        return privacy_report(self._sessions.root, self._sessions.settings, size)

    def _doctor(self, tell: ProgressCallback, stop: threading.Event | None) -> Doctor:
        root, session = self._sessions.root, self._sessions.current
        vectors = session.index_set().vectors if isinstance(session, WritingSession) else None
        elsewhere = vectors is None and verify.is_marked_open(root) and is_locked(root)
        stop = stop or threading.Event()
        return Doctor(root, self._sessions.settings, tell, stop, vectors, open_elsewhere=elsewhere)

    def _explained(self, path: str, session: Session) -> FileExplanation:
        progress = session.progress()
        knowledge = FileKnowledge(
            folders=self._folders.rows(),
            rules=lambda row: self._folders.rules(row.exclusions),
            file_status=lambda name: self._file_status(name, session),
            queue_place=self._queue_place,
            member_count=self._member_count,
            reads_archives=self._sessions.settings.read_archives,
            scanning=progress.scanning,
            paused=session.pause_state is not None and session.pause_state.reason == "paused",
            embedding_obstacle=_embedding_obstacle(progress),
        )
        return explain(path, knowledge)

    def _file_status(self, path: bytes, session: Session) -> FileStatus | None:
        found = session.indexes()
        with self._queries.access.catalogue() as catalogue:
            return catalogue.file_status(
                path, chunking_id=found.chunking_id, model_id=found.model_id, last_change=found.words.last_change
            )

    def _queue_place(self, file_id: int) -> int | None:
        return self._sessions.current.queue_position(file_id)

    def _known_as(self, path: str) -> str:
        """A path as the library has it: through the links that are followed, without others."""
        rows = {row.path: row for row in self._folders.rows()}
        found = linked_folder(rows, os.fsencode(path))
        if found is not None:
            row = next(row for root, row in rows.items() if found[1].startswith(root.rstrip(b"/") + b"/"))
            if self._folders.rules(row.exclusions).follows(row.path, found[1]):
                return os.fsdecode(found[0])
        return real_path(path)

    def _member_count(self, file_id: int) -> int:
        with self._queries.access.catalogue() as catalogue:
            return catalogue.members.count(file_id)

    def _rank(self, path: str, query: Query, retriever: Retriever) -> int | None:
        """The place of a file among the results of one retriever, from 1."""
        return list_place(self._queries.search(query, MAX_RANK, lanes=[retriever]), path, by_relevance=False).rank


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
