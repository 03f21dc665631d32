"""The session in use: replaced when the settings change or the library is repaired."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.chunk import chunking_config
from core.document import Retriever
from core.errors import FindlingError, WaitTimeoutError
from core.events import FoldersChanged, Progress, Report
from core.indexer import Indexer
from core.library.access.directory import LibraryLock, save_settings, session_settings
from core.library.session import previous_model
from core.library.session.completion import WaitDeadline, await_retriever
from core.library.session.read_only import ReadOnlySession
from core.library.session.session import Session, WritingSession
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue


class SessionManager:
    """Shared by the parts of a library: its settings, the session in use, and a read-only view of the catalogue.

    Without a lock the library is only read. Any thread may call any method.
    """

    def __init__(
        self, root: Path, settings: Settings, report: Report, lock: LibraryLock | None, *, watch: bool = False
    ) -> None:
        self.root = root
        self._settings = settings
        self._watch = watch
        self._report = report
        self._lock = lock
        self._catalogue = Catalogue(root, writable=False)
        self._catalogue_lock = threading.Lock()
        self._restart_lock = threading.Lock()  # held while one session is closed and the next one opened
        self._swap_lock = threading.Lock()  # held briefly, so that a request reaches the session that will serve it
        self._settled = threading.Event()  # cleared while the session is replaced
        self._settled.set()
        self._start_next = False  # whether the engine was started while the session was replaced
        self._closed = False
        self._session: Session = self._open_session()

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def current(self) -> Session:
        """The session in use."""
        return self._session

    @property
    def writable(self) -> bool:
        return self._lock is not None

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        """The catalogue for reading, for one thread at a time."""
        with self._catalogue_lock:
            yield self._catalogue

    @contextmanager
    def writer(self) -> Iterator[Indexer]:
        """The indexer, which is not replaced meanwhile; raises LibraryLockedError in a library that is only read."""
        with self._swap_lock:
            yield self._session.writer

    def change_settings(self, settings: Settings) -> None:
        """Use other settings from now on; a new session starts on another thread if the present one is affected.

        Raises StorageFullError, and LibraryLockedError in a library that is only read.
        """
        with self.writer():
            save_settings(settings, self.root)
            before, self._settings = self._settings, settings
            if session_settings(before) == session_settings(settings):
                return
            self._settled.clear()
        threading.Thread(target=self._replace_session, args=(settings,), name="settings").start()

    def restart(self, between: Callable[[], None]) -> None:
        """Close the session, call `between`, and open another one; waits for all of it."""
        with self.writer():
            settings = self._settings
            self._settled.clear()
        self._replace_session(settings, between)

    def start_engine(self) -> None:
        """Start the engine, also after it failed; while the session is replaced, that of the next one."""
        with self._swap_lock:
            if self._settled.is_set():
                self._session.engine.start()
            else:
                self._start_next = True

    def wait_engine(self, timeout: float | None = None) -> None:
        """Start the engine if it is off and wait until it is ready; raises EngineError, WaitTimeoutError."""
        deadline = WaitDeadline(timeout)
        self._wait_settled(deadline)
        self.start_engine()
        self._session.engine.wait_ready(deadline.left())

    def wait(self, retriever: Retriever, timeout: float | None) -> Progress:
        """See `Library.wait`."""
        deadline = WaitDeadline(timeout)
        while True:
            self._wait_settled(deadline)
            writer = self._session.writer
            if not await_retriever(writer, retriever, deadline.left()):
                raise WaitTimeoutError("library.not_complete", seconds=timeout)
            if not writer.ended:
                return writer.progress
            if self._closed:
                raise FindlingError("library.closed")

    def token_count(self) -> int:
        """The size of the library's text so far, in tokens of the model in use; waits for the disk."""
        catalogue = Catalogue(self.root, writable=False)  # this takes long, and the shared one is for short reads
        try:
            return catalogue.token_count(catalogue.passages.chunking_id(chunking_config(self._settings).fingerprint))
        finally:
            catalogue.close()

    def close(self) -> None:
        """Close the session and release the library; waits some seconds at most."""
        with self._restart_lock:
            self._closed = True
            self._session.close()
            self._settled.set()
        with self._catalogue_lock:
            self._catalogue.close()
        if self._lock is not None:
            self._lock.release_cleanly(self._session.writer.failure)

    def _wait_settled(self, deadline: WaitDeadline) -> None:
        if not self._settled.wait(deadline.left()):
            raise WaitTimeoutError("library.changing_settings")

    def _open_session(self) -> Session:
        before = previous_model.previous_model(self.root, self._settings)
        if self._lock is None:
            return ReadOnlySession(self.root, self._settings, self._report, before)
        if before is None:
            previous_model.forget(self.root)
        settings = replace(self._settings, watch=self._watch and self._settings.watch)
        return WritingSession(self.root, settings, self._report, before, self._forget_previous)

    def _forget_previous(self) -> None:
        """Use the model of the settings for queries from now on, also after the next start."""
        with self._swap_lock:
            if self._settled.is_set():  # else the settings change, and their previous model was remembered already
                previous_model.forget(self.root)

    def _replace_session(self, settings: Settings, between: Callable[[], None] = lambda: None) -> None:
        with self._restart_lock:
            if self._closed or settings is not self._settings:
                return  # the settings changed again meanwhile
            replaced = self._session
            replaced.close()
            try:
                between()
            finally:
                self._open_next(replaced, settings)
        self._report(FoldersChanged())

    def _open_next(self, replaced: Session, settings: Settings) -> None:
        """Open a session in place of a closed one."""
        with self._swap_lock:
            self._session = self._open_session()
            self._session.writer.resume_from(replaced.writer)
            if settings is self._settings:
                self._settled.set()
                if self._start_next:
                    self._session.engine.start()
                self._start_next = False
