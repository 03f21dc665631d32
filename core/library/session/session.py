"""A session: the engine, the indexer (of a writable library) and the query executor of one choice of settings."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from pathlib import Path

from core.engine.reranker import RerankServer
from core.engine.server import EngineServer
from core.events import EngineChanged, Event, PauseState, Progress, Report
from core.indexer import Indexer
from core.indexer.previous_model import PreviousModelSettings
from core.library.session import second_model
from core.library.session.personal_executors import PersonalExecutors
from core.library.session.query_executor import QueryExecutor
from core.library.session.servers import SessionServers
from core.models import ModelSpec
from core.rights import Person
from core.settings import Settings
from core.store.index_set import Indexes

OPENING_TIMEOUT = 120.0  # seconds a query waits until the indexes are open


class Session(ABC):
    """The running parts of a library with one choice of settings."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        report: Report,
        *,
        logs: Path,
        previous: PreviousModelSettings | None,
        servers: SessionServers | None = None,
    ) -> None:
        """`servers` are those of an earlier session, to be used further; without them it has its own."""
        self._root = root
        self._settings = settings
        self._report = report
        self._logs = logs
        self._lock = threading.Lock()
        self._executor: QueryExecutor | None = None
        self._personal = PersonalExecutors(self._make_executor)
        self._closed = False
        self._previous = previous
        self.servers = servers or SessionServers(settings, logs)
        self.servers.listen(self._engine_changed)
        self._previous_engine: EngineServer | None = None
        if previous is not None and previous.can_embed and not self._is_in_use(previous.settings.model_spec):
            self._previous_engine = EngineServer(previous.settings, logs / "former", self._previous_engine_changed)

    @property
    def engine(self) -> EngineServer:
        """The embedding server."""
        return self.servers.engine

    @property
    def reranker(self) -> RerankServer | None:
        """The reranker; None without one."""
        return self.servers.reranker

    @property
    @abstractmethod
    def is_writable(self) -> bool:
        """Whether this process may write into the library's folder."""

    @property
    @abstractmethod
    def writer(self) -> Indexer:
        """The indexer; raises LibraryLockedError in a library that is only read."""

    @property
    @abstractmethod
    def pause_state(self) -> PauseState | None: ...

    @abstractmethod
    def progress(self) -> Progress: ...

    @abstractmethod
    def queue_position(self, file_id: int) -> int | None:
        """The position of a file in the queue of files to read (0: being read); None if it is not in it."""

    @abstractmethod
    def indexes(self) -> Indexes:
        """The indexes that queries use now; waits until they are open."""

    def mend_text(self, content_id: int) -> None:  # noqa: B027 - one that is only read cannot
        """Read the documents with a damaged text again; returns at once."""

    def executor(self, person: Person | None = None) -> QueryExecutor:
        """The query executor of the indexes in use, or that of a person; waits until they are open.

        The previous executor is closed once other indexes are in use.
        """
        indexes = self.indexes()
        if person is not None:
            return self._personal.of(person, indexes)
        with self._lock:
            previous, self._executor = self._executor, self._executor_of(indexes)
            executor = self._executor
        if previous is not None and previous is not executor:
            previous.close()
        return executor

    def release_memory(self) -> None:
        """Give back memory that only searching needs, until the next search."""
        with self._lock:
            executor = self._executor
        if executor is not None:
            executor.release_memory()
        self._personal.release_memory()

    def forget_second_vectors(self) -> None:
        """Forget what a second model made of passages, which may be those of documents that are removed."""
        with self._lock:
            executor = self._executor
        if executor is not None:
            executor.second.clear()
        elif self.is_writable:
            second_model.forget(self._root)

    @property
    def closed(self) -> bool:
        """Whether it is closed, or about to be: what it answers may be wrong."""
        return self._closed

    def close(self, *, keep_servers: bool = False, replaced: bool = False) -> None:  # noqa: ARG002 - in subclasses
        """Stop the engines (but not `keep_servers`, for the next session) and close what searching opened.

        Commands that wait are executed, but not if it is `replaced` by a session that resumes from them.
        """
        with self._lock:  # first, so that no other engine takes the place of the one closed here
            self._closed = True
            executor, servers = self._executor, self.servers
        if not keep_servers:
            servers.close()
        self._close_previous_engine()
        self._personal.close()
        if executor is not None:
            executor.close()

    @abstractmethod
    def rebuild_damaged(self) -> None:
        """Rebuild an index that was found to be damaged."""

    @abstractmethod
    def _disable_previous(self) -> None:
        """Search the previous model by words only, as its engine cannot run."""

    def _executor_of(self, indexes: Indexes) -> QueryExecutor:
        if self._executor is not None and self._executor.indexes is indexes:
            return self._executor
        executor = self._make_executor(indexes)
        if self._closed:
            executor.close()
        return executor

    def _make_executor(self, indexes: Indexes, person: Person | None = None) -> QueryExecutor:
        engine = self._query_engine if self._is_in_use(indexes.model_spec) else lambda: self._previous_engine
        # What a second model read for one person is kept for them alone, and not in the library's folder.
        return QueryExecutor(self._root, indexes, engine, writable=self.is_writable and person is None, person=person)

    def _is_in_use(self, model_spec: ModelSpec) -> bool:
        return model_spec.fingerprint == self._settings.model_spec.fingerprint

    def _query_engine(self) -> EngineServer | None:
        """The engine that embeds queries, None if there is none to use now."""
        return self.engine

    def _close_previous_engine(self) -> None:
        if self._previous_engine is not None:
            self._previous_engine.close()

    def _previous_engine_changed(self, event: Event) -> None:
        if isinstance(event, EngineChanged) and event.status.state == "failed":
            self._disable_previous()

    def _engine_changed(self, event: Event) -> None:
        self._report(event)
