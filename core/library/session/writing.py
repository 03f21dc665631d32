"""A session of a library that is open for writing: it indexes, and searches what it has indexed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.errors import WaitTimeoutError
from core.events import EngineChanged, Event, PauseState, Progress, Report
from core.indexer import Indexer
from core.indexer.previous_model import PreviousModelSettings
from core.library.session.completion import obstacle
from core.library.session.query_executor import QueryExecutor
from core.library.session.servers import SessionServers
from core.library.session.session import OPENING_TIMEOUT, Session
from core.rights import Person
from core.settings import Settings
from core.store.index_set import Indexes, IndexSet


class WritingSession(Session):
    """A session that indexes and searches; its indexer owns the indexes."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        report: Report,
        previous: PreviousModelSettings | None = None,
        caught_up: Callable[[], None] = lambda: None,
        servers: SessionServers | None = None,
        on_return: Callable[[], None] = lambda: None,
        replaced: Indexer | None = None,
    ) -> None:
        """Queries use `previous` until the model of the settings has caught up; then `caught_up` is called.

        `on_return` is called when the library's folder is back after it was away; it may raise FindlingError.
        The commands and the pause of `replaced`, which is closed, go on.
        """
        super().__init__(root, settings, report, logs=root / "logs", previous=previous, servers=servers)
        self._caught_up = caught_up
        self._indexer = Indexer(
            root,
            settings,
            self.engine,
            report,
            previous=previous,
            on_model_switched=self._switch_model,
            on_return=on_return,
        )
        if replaced is not None:  # first: it must not read while indexing is paused
            self._indexer.resume_from(replaced)
        self._indexer.start()

    @property
    def is_writable(self) -> bool:
        return True

    @property
    def writer(self) -> Indexer:
        return self._indexer

    @property
    def pause_state(self) -> PauseState | None:
        return self._indexer.pause_state

    def progress(self) -> Progress:
        self._indexer.rescan_after_suspend()  # a window polls progress anyway, so this needs no timer
        self._indexer.notice_absence()
        return self._indexer.progress

    def release_memory(self) -> None:
        super().release_memory()
        indexes = self._indexer.indexes
        if indexes is not None and not self._closed:
            indexes.vectors.unload()
            indexes.words.release_memory()

    def executor(self, person: Person | None = None) -> QueryExecutor:
        self._indexer.spare_time.note_question()
        return super().executor(person)

    def queue_position(self, file_id: int) -> int | None:
        return self._indexer.queue_position(file_id)

    def rebuild_damaged(self) -> None:
        self._indexer.wake()

    def mend_text(self, content_id: int) -> None:
        self._indexer.commands.mend_text(content_id)

    def close(self, *, keep_servers: bool = False, replaced: bool = False) -> None:
        with self._lock:  # first: what is asked from now on is asked of the session that follows
            self._closed = True
        self._indexer.close(execute_all=not replaced)
        super().close(keep_servers=keep_servers)

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
        self._indexer.commands.disable_previous()

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
