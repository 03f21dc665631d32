"""The session in use: replaced when the settings change or the library is repaired."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from core.chunk import chunking_config
from core.document import Retriever
from core.errors import FindlingError, LibraryAwayError, LibraryClosedError, WaitTimeoutError
from core.events import FoldersChanged, Progress, Report
from core.indexer import Indexer
from core.library.access.directory import LibraryLock, save_settings, session_settings
from core.library.session import previous_model
from core.library.session.completion import WaitDeadline, await_retriever
from core.library.session.read_only import ReadOnlySession
from core.library.session.servers import SessionServers
from core.library.session.session import OPENING_TIMEOUT, Session
from core.library.session.shared_catalogue import SharedCatalogue
from core.library.session.writing import WritingSession
from core.settings import Settings
from core.store.catalogue.catalogue import Catalogue

T = TypeVar("T")


class SessionManager:
    """Shared by the parts of a library: its settings, the session in use, and a read-only view of the catalogue.

    Without a lock the library is only read. Any thread may call any method.
    """

    def __init__(
        self,
        root: Path,
        settings: Settings,
        report: Report,
        lock: LibraryLock | None,
        *,
        watch: bool = False,
        read_only_reason: str = "library.read_only",
    ) -> None:
        """`read_only_reason` is the code of the message that says why a library without a lock is only read."""
        self.root = root
        self._settings = settings
        self._watch = watch
        self._read_only_reason = read_only_reason
        self._report = report
        self._lock = lock
        self._shared = SharedCatalogue(root)
        self._restart_lock = threading.Lock()  # held while one session is closed and the next one opened
        self._swap_lock = threading.Lock()  # held briefly, so that a request reaches the session that will serve it
        self._settled = threading.Event()  # cleared while the session is replaced
        self._settled.set()
        self._start_next = False  # whether the engine was started while the session was replaced
        self._closed = False
        self.on_return: Callable[[], None] = lambda: None  # called once the library's folder is back
        self._session: Session = self._open_session()

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def current(self) -> Session:
        """The session in use."""
        return self._session

    def ask(self, question: Callable[[Session], T]) -> T:
        """What the session in use answers; if it is replaced meanwhile, what the one that follows answers.

        Waits as the question does, and while a session is replaced.
        """
        session = self._session
        while True:
            try:
                answer = question(session)
            except Exception:
                following = self._following(session)
                if following is None:
                    raise
            else:
                following = self._following(session)
                if following is None:
                    return answer
            session = following

    @property
    def writable(self) -> bool:
        return self._lock is not None

    @contextmanager
    def catalogue(self) -> Iterator[Catalogue]:
        """The catalogue for reading, for one thread at a time. Raises LibraryAwayError."""
        try:
            with self._shared.reading() as catalogue:
                yield catalogue
        except FindlingError:
            self.require_folder()
            raise

    def require_folder(self) -> None:
        """Raise LibraryAwayError if the library's folder is away, or was until now.

        Call it after an error. A library that is only read is opened again once its folder is back.
        """
        presence = self._shared.presence
        if not presence.is_away(now=True):
            return
        if self._lock is None and presence.has_returned():
            with self._shared.lock, self._restart_lock:  # in this order, as who reads the catalogue may call this
                if presence.is_away(now=True):  # no other thread was first
                    self._session.close()
                    self._shared.reopen()
                    self._session = self._open_session()
                    presence.renew()
        raise LibraryAwayError("storage.away", folder=self.root)

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
        threading.Thread(target=self._use_settings, args=(settings,), name="settings").start()

    def restart(self, between: Callable[[], None]) -> None:
        """Close the session, call `between`, and open another one; waits for all of it."""
        with self.writer():
            self._settled.clear()
        with self._restart_lock:
            if self._closed:
                self._settled.set()
                return
            self._replace_session(between)
        self._report(FoldersChanged())

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
                raise LibraryClosedError("library.closed")

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
        self._shared.close()
        if self._lock is not None:
            self._lock.release_cleanly(self._session.writer.failure)

    def _following(self, session: Session) -> Session | None:
        """The session that replaces one that is being closed; waits for it. None if it stays, or none follows."""
        if not session.closed:
            return None
        if not self._restart_lock.acquire(timeout=OPENING_TIMEOUT):
            raise WaitTimeoutError("library.changing_settings")
        try:
            return None if self._session.closed else self._session
        finally:
            self._restart_lock.release()

    def _wait_settled(self, deadline: WaitDeadline) -> None:
        if not self._settled.wait(deadline.left()):
            raise WaitTimeoutError("library.changing_settings")

    def _open_session(self, servers: SessionServers | None = None, replaced: Indexer | None = None) -> Session:
        before = previous_model.previous_model(self.root, self._settings)
        if self._lock is None:
            return ReadOnlySession(self.root, self._settings, self._report, before, reason=self._read_only_reason)
        if before is None:
            previous_model.forget(self.root)
        settings = replace(self._settings, watch=self._watch and self._settings.watch)
        return WritingSession(
            self.root,
            settings,
            self._report,
            before,
            self._forget_previous,
            servers,
            on_return=self._reopen_folder,
            replaced=replaced,
        )

    def _reopen_folder(self) -> None:
        """Take the library's folder again after it was away; raises as `Library.open`."""
        assert self._lock is not None
        self._lock.renew()
        Catalogue(self.root, writable=True).close()
        self._shared.reopen()
        self._shared.presence.renew()
        self.on_return()

    def _forget_previous(self) -> None:
        """Use the model of the settings for queries from now on, also after the next start."""
        with self._swap_lock:
            if self._settled.is_set():  # else the settings change, and their previous model was remembered already
                previous_model.forget(self.root)

    def _use_settings(self, settings: Settings) -> None:
        with self._restart_lock:
            if self._closed:
                self._settled.set()
                return
            if not self._is_in_use(settings):
                return  # the settings changed again meanwhile
            self._replace_session()
        self._report(FoldersChanged())

    def _is_in_use(self, settings: Settings) -> bool:
        """Whether a session with these settings is one with the latest."""
        return session_settings(settings) == session_settings(self._settings)

    def _replace_session(self, between: Callable[[], None] = lambda: None) -> None:
        """Open another session in place of the one in use, with the restart lock held."""
        replaced, settings = self._session, self._settings
        was_on, keep = replaced.servers.is_on, replaced.servers.fit(settings)
        replaced.close(keep_servers=keep, replaced=True)
        try:
            between()
        finally:
            self._open_next(replaced, settings, replaced.servers if keep else None)
        if was_on:  # changed settings must not leave a library without its engine
            self._session.engine.start()

    def _open_next(self, replaced: Session, settings: Settings, servers: SessionServers | None) -> None:
        """Open a session in place of a closed one, with its servers if they are given."""
        with self._swap_lock:
            try:
                self._session = self._open_session(servers, replaced.writer)
            except BaseException:
                replaced.servers.close()
                raise
            if self._is_in_use(settings):
                self._settled.set()
                if self._start_next:
                    self._session.engine.start()
                self._start_next = False
