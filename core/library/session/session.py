"""A session: the engine, the indexer (of a writable library) and the query executor of one choice of settings."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from core.engine.reranker import reranker_of
from core.engine.server import EngineServer
from core.errors import WaitTimeoutError
from core.events import EngineChanged, Event, PauseState, Progress, Report
from core.indexer import Indexer
from core.indexer.previous_model import PreviousModelSettings
from core.library.session.completion import obstacle
from core.library.session.query_executor import QueryExecutor
from core.models import ModelSpec
from core.settings import Settings
from core.store.index_set import Indexes, IndexSet

OPENING_TIMEOUT = 120.0  # seconds a query waits until the indexes are open


class Session(ABC):
    """The running parts of a library with one choice of settings."""

    def __init__(
        self, root: Path, settings: Settings, report: Report, *, logs: Path, previous: PreviousModelSettings | None
    ) -> None:
        self._root = root
        self._settings = settings
        self._report = report
        self._logs = logs
        self._lock = threading.Lock()
        self._executor: QueryExecutor | None = None
        self._closed = False
        self._previous = previous
        self.engine = EngineServer(settings, logs, self._engine_changed)
        self.reranker = reranker_of(settings, logs, self._engine_changed)
        self._previous_engine: EngineServer | None = None
        if previous is not None and previous.can_embed and not self._is_in_use(previous.settings.model_spec):
            self._previous_engine = EngineServer(previous.settings, logs / "former", self._previous_engine_changed)

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

    def executor(self) -> QueryExecutor:
        """The query executor of the indexes in use; waits until they are open.

        The previous executor is closed once other indexes are in use.
        """
        indexes = self.indexes()
        with self._lock:
            previous, self._executor = self._executor, self._executor_of(indexes)
            executor = self._executor
        if previous is not None and previous is not executor:
            previous.close()
        return executor

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Stop the engines and close what searching opened."""
        with self._lock:  # first, so that no other engine takes the place of the one closed here
            self._closed = True
            executor, engine = self._executor, self.engine
        if self.reranker is not None:
            self.reranker.close()
        engine.close()
        self._close_previous_engine()
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
        engine = self._query_engine if self._is_in_use(indexes.model_spec) else lambda: self._previous_engine
        executor = QueryExecutor(self._root, indexes, engine)
        if self._closed:
            executor.close()
        return executor

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


class WritingSession(Session):
    """A session that indexes and searches; its indexer owns the indexes."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        report: Report,
        previous: PreviousModelSettings | None = None,
        caught_up: Callable[[], None] = lambda: None,
    ) -> None:
        """Queries use `previous` until the model of the settings has caught up; then `caught_up` is called."""
        super().__init__(root, settings, report, logs=root / "logs", previous=previous)
        self._caught_up = caught_up
        self._indexer = Indexer(
            root, settings, self.engine, report, previous=previous, on_model_switched=self._switch_model
        )
        self._indexer.start()

    @property
    def writer(self) -> Indexer:
        return self._indexer

    @property
    def pause_state(self) -> PauseState | None:
        return self._indexer.pause_state

    def progress(self) -> Progress:
        self._indexer.rescan_after_suspend()  # a window polls progress anyway, so this needs no timer
        return self._indexer.progress

    def queue_position(self, file_id: int) -> int | None:
        return self._indexer.queue_position(file_id)

    def rebuild_damaged(self) -> None:
        self._indexer.wake()

    def close(self) -> None:
        self._indexer.close()
        super().close()

    def indexes(self) -> Indexes:
        self._indexer.opened.wait(OPENING_TIMEOUT)
        indexes = self._indexer.indexes
        if indexes is None:
            trouble = self._indexer.failure or obstacle(self._indexer.progress, "names")
            raise trouble or WaitTimeoutError("library.still_opening")
        return indexes

    def index_set(self) -> IndexSet:
        """The indexes of the model in use; waits until they are open."""
        self.indexes()
        assert self._indexer.index_set is not None
        return self._indexer.index_set

    def _disable_previous(self) -> None:
        self._indexer.disable_previous()

    def _switch_model(self) -> None:
        """Use the model of the settings for queries from now on."""
        self._caught_up()
        self._close_previous_engine()
        if self._executor is not None:
            self.executor()  # closes the previous one, so that its indexes are closed, too

    def _engine_changed(self, event: Event) -> None:
        if isinstance(event, EngineChanged):
            self._indexer.wake()
        super()._engine_changed(event)
