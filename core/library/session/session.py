"""What runs between two changes of settings: an engine, an indexer if the library may be written, a searcher."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from core.document import Hit, Retriever
from core.engine.reranker import reranker_of
from core.engine.server import EngineServer
from core.errors import WaitTimeoutError
from core.events import EngineChanged, Event, PauseState, Progress, Report
from core.indexer import Indexer
from core.indexer.previous_model import PreviousModelSettings
from core.library.session.completion import obstacle
from core.library.session.query_executor import QueryExecutor
from core.models import ModelSpec
from core.search.query import Query
from core.search.rank.rerank import rerank_in_batches
from core.search.retrieve.filter_compiler import FilterEffect
from core.settings import Settings
from core.store.index_set import Indexes, IndexSet

OPENING = 120.0  # seconds that a query waits for the indexes to be opened


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
        self._answers: QueryExecutor | None = None
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
        """What writes; raises LibraryLockedError in a library that is only read."""

    @property
    @abstractmethod
    def pause_state(self) -> PauseState | None: ...

    @property
    def paused(self) -> bool:
        pause_state = self.pause_state
        return pause_state is not None and pause_state.reason == "paused"

    @abstractmethod
    def progress(self) -> Progress: ...

    @abstractmethod
    def queue_position(self, file_id: int) -> int | None:
        """At which place a file waits to be read: 0 if it is being read, None if it does not wait."""

    @abstractmethod
    def indexes(self) -> Indexes:
        """What questions are put to now; waits until that is open."""

    def search(self, query: Query, limit: int, lanes: Collection[Retriever], *, patience: bool) -> list[Hit]:
        """Waits for the indexes, and with `patience` for an engine that is starting."""
        while True:
            answering = self._answering()
            hits = self._found(answering, query, limit, lanes, patience=patience)
            if self._closed or answering is self._answering():  # else it ended in the middle of the question
                return hits

    def filter_effect(self, query: Query) -> FilterEffect | None:
        """How many files each filter of a query leaves; None if it has none."""
        return self._answering().searcher.filter_effect(query)

    def reranked(self, query: Query, hits: list[Hit]) -> Iterator[list[Hit]]:
        """The same hits, the first of them in the reranker's order, better and better; nothing without one."""
        asked, reranker = query.meaning.strip(), self.reranker
        if reranker is None or not asked:
            return

        def scores(some: list[Hit], within: float) -> list[float]:
            texts = self._answering().searcher.passage_texts(some)
            found: list[float] = reranker.scores(asked, texts, within=within).tolist()
            return found

        yield from rerank_in_batches(hits, scores)

    def rerank_by_sentence(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The same hits, reranked by their best sentences; unchanged if the engine is not ready."""
        return self._answering().rerank_by_sentence(query, hits)

    def has_meaning(self) -> bool:
        """Whether anything can be found by meaning yet."""
        return self._answering().has_meaning

    def close(self) -> None:
        """End the engines for good and close what searching opened."""
        if self.reranker is not None:
            self.reranker.close()
        self.engine.close()
        self._drop_previous()
        with self._lock:
            self._closed = True
            answers = self._answers
        if answers is not None:
            answers.close()

    @abstractmethod
    def _mend(self) -> None:
        """Have an index made again that turned out to be damaged."""

    @abstractmethod
    def _previous_fails(self) -> None:
        """The engine of the model used before cannot run: it answers in words only."""

    def _found(
        self, answering: QueryExecutor, query: Query, limit: int, lanes: Collection[Retriever], *, patience: bool
    ) -> list[Hit]:
        try:
            return answering.search(query, limit, lanes, patience=patience)
        except BaseException as error:
            damage = answering.indexes.words.note_damage(error)
            if damage is None:
                raise
            self._mend()
            raise damage from error

    def _answering(self) -> QueryExecutor:
        """What answers at the moment; what answered before is closed as soon as it is known to be past."""
        indexes = self.indexes()
        with self._lock:
            previous, self._answers = self._answers, self._answers_with(indexes)
            answers = self._answers
        if previous is not None and previous is not answers:
            previous.close()
        return answers

    def _answers_with(self, indexes: Indexes) -> QueryExecutor:
        if self._answers is not None and self._answers.indexes is indexes:
            return self._answers
        engine = self._asked_engine if self._is_in_use(indexes.model_spec) else lambda: self._previous_engine
        answers = QueryExecutor(self._root, indexes, engine)
        if self._closed:
            answers.close()
        return answers

    def _is_in_use(self, model_spec: ModelSpec) -> bool:
        return model_spec.fingerprint == self._settings.model_spec.fingerprint

    def _asked_engine(self) -> EngineServer | None:
        return self.engine

    def _drop_previous(self) -> None:
        if self._previous_engine is not None:
            self._previous_engine.close()

    def _previous_engine_changed(self, event: Event) -> None:
        if isinstance(event, EngineChanged) and event.status.state == "failed":
            self._previous_fails()

    def _engine_changed(self, event: Event) -> None:
        self._report(event)


class WritingSession(Session):
    """A session that indexes: the indexer opens the indexes, the searcher reads them."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        report: Report,
        previous: PreviousModelSettings | None = None,
        caught_up: Callable[[], None] = lambda: None,
    ) -> None:
        """`previous` answers until the model of the settings found all that it did; then `caught_up` is called."""
        super().__init__(root, settings, report, logs=root / "logs", previous=previous)
        self._caught_up = caught_up
        self._indexer = Indexer(
            root, settings, self.engine, report, previous=previous, on_model_switched=self._hand_over
        )
        self._indexer.start()

    @property
    def writer(self) -> Indexer:
        return self._indexer

    @property
    def pause_state(self) -> PauseState | None:
        return self._indexer.pause_state

    def progress(self) -> Progress:
        self._indexer.rescan_after_suspend()  # a window asks all the time: it costs no wake-up of our own
        return self._indexer.progress

    def queue_position(self, file_id: int) -> int | None:
        return self._indexer.queue_position(file_id)

    def _mend(self) -> None:
        self._indexer.wake()

    def close(self) -> None:
        self._indexer.close()
        super().close()

    def indexes(self) -> Indexes:
        self._indexer.opened.wait(OPENING)
        indexes = self._indexer.indexes
        if indexes is None:
            trouble = self._indexer.failure or obstacle(self._indexer.progress, "names")
            raise trouble or WaitTimeoutError("The library is still being opened.", "Try again soon.")
        return indexes

    def index_set(self) -> IndexSet:
        """The indexes of the model in use; waits until they are open."""
        self.indexes()
        assert self._indexer.index_set is not None
        return self._indexer.index_set

    def _previous_fails(self) -> None:
        self._indexer.disable_previous()

    def _hand_over(self) -> None:
        """The model in use answers from now on."""
        self._caught_up()
        self._drop_previous()
        if self._answers is not None:
            self._answering()  # closes what answered before, so that its indexes are let go

    def _engine_changed(self, event: Event) -> None:
        if isinstance(event, EngineChanged):
            self._indexer.wake()
        super()._engine_changed(event)
