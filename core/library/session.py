"""What runs between two changes of settings: an engine, an indexer if the library may be written, a searcher."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Collection
from pathlib import Path

from core import paths
from core.chunk import recipe_for
from core.document import Hit, Lane
from core.embed import Embedder, Vectors
from core.engine.rerank import reranker_of
from core.engine.server import Endpoint, EngineServer
from core.errors import EngineError, LibraryLockedError, WaitTimeoutError
from core.events import EngineChanged, Event, Hold, Progress, Report
from core.indexer import Indexer
from core.indexer.meter import lanes as lane_progress
from core.library.door import borrowed
from core.library.waiting import obstacle
from core.search import Searcher
from core.search.closer import chosen
from core.search.language import read
from core.search.reranked import reranked, to_read
from core.settings import Settings
from core.store.catalogue import Catalogue
from core.store.shelf import Shelf

OPENING = 120.0  # seconds that a query waits for the indexes to be opened
PATIENCE = 60.0  # seconds that it waits for an engine that is starting


class Session(ABC):
    """The running parts of a library with one choice of settings."""

    def __init__(self, root: Path, settings: Settings, report: Report, *, logs: Path) -> None:
        self._root = root
        self._settings = settings
        self._report = report
        self._logs = logs
        self._lock = threading.Lock()
        self._searcher: Searcher | None = None
        self._closed = False
        self._asked: tuple[Endpoint, Embedder] | None = None
        self.engine = EngineServer(settings, logs, self._engine_changed)
        self.reranker = reranker_of(settings, logs, self._engine_changed)

    @property
    @abstractmethod
    def writer(self) -> Indexer:
        """What writes; raises LibraryLockedError in a library that is only read."""

    @property
    @abstractmethod
    def hold(self) -> Hold | None: ...

    @property
    def paused(self) -> bool:
        hold = self.hold
        return hold is not None and hold.reason == "paused"

    @abstractmethod
    def progress(self) -> Progress: ...

    @abstractmethod
    def place_of(self, file_id: int) -> int | None:
        """At which place a file waits to be read: 0 if it is being read, None if it does not wait."""

    @abstractmethod
    def _shelf(self) -> Shelf: ...

    def shelf(self) -> Shelf:
        """The indexes; waits until they are open."""
        return self._shelf()

    def search(self, text: str, limit: int, lanes: Collection[Lane], *, patience: bool) -> list[Hit]:
        """Waits for the indexes, and with `patience` for an engine that is starting."""
        asked = read(text).meaning.strip()
        wanted = "meaning" in lanes and asked and self.has_meaning()
        vector = self._query_vector(asked, patience=patience) if wanted else None
        try:
            return self._searching().search(text, vector, limit=limit, lanes=lanes)
        except BaseException as error:
            damage = self._shelf().words.note_damage(error)
            if damage is None:
                raise
            self._mend()
            raise damage from error

    @abstractmethod
    def _mend(self) -> None:
        """Have an index made again that turned out to be damaged."""

    def reranked(self, text: str, hits: list[Hit]) -> list[Hit]:
        """The same hits, the first of them in the reranker's order; as they are without one that is ready."""
        asked = read(text).meaning.strip()
        if self.reranker is None or not asked or len(to_read(hits)) < 2:
            return hits
        try:
            scores = self.reranker.scores(asked, self._searching().texts(to_read(hits)))
        except EngineError:
            return hits
        return reranked(hits, scores.tolist())

    def closer(self, text: str, hits: list[Hit]) -> list[Hit]:
        """The same hits with the sentences that answer, found by meaning; as they are if the engine is not there."""
        endpoint, query = self.engine.endpoint(), read(text)
        asked = query.meaning.strip()
        if endpoint is None or not asked or query.phrases or not hits:  # a phrase stays where it can be seen
            return hits
        embedder = self._embedder(endpoint)
        try:
            looked_at = self._searching().looks(text, hits)
            sentences = embedder.passages([said for look in looked_at for said in look.texts]) if looked_at else None
            if sentences is None:
                return hits
            return self._searching().closer(text, hits, chosen(looked_at, sentences, embedder.query(asked)))
        except EngineError:
            return hits

    def has_meaning(self) -> bool:
        """Whether anything can be found by meaning yet."""
        return len(self._shelf().vectors) > 0

    def close(self) -> None:
        """End the engines for good and close what searching opened."""
        if self.reranker is not None:
            self.reranker.close()
        self.engine.close()
        with self._lock:
            self._closed = True
            if self._asked is not None:
                self._asked[1].close()
            if self._searcher is not None:
                self._searcher.close()

    def _searching(self) -> Searcher:
        shelf = self._shelf()
        with self._lock:
            if self._searcher is None:
                self._searcher = Searcher(self._root, shelf)
                if self._closed:
                    self._searcher.close()
            return self._searcher

    def _query_vector(self, text: str, *, patience: bool) -> Vectors | None:
        """The vector of a query; None if there is no engine now, so that names and words answer."""
        try:
            self.engine.wake()
            endpoint = self.engine.wait_ready(PATIENCE) if patience else self.engine.endpoint()
            return None if endpoint is None else self._embedder(endpoint).query(text)
        except WaitTimeoutError:
            return None
        except EngineError:
            if self._asked is not None:
                self.engine.complain(self._asked[0])
            return None

    def _embedder(self, endpoint: Endpoint) -> Embedder:
        with self._lock:
            if self._asked is None or self._asked[0] != endpoint:
                if self._asked is not None:
                    self._asked[1].close()
                embedder = Embedder(
                    endpoint.base_url, endpoint.api_key, endpoint.profile, in_flight=1, served_as=endpoint.served_as
                )
                self._asked = (endpoint, embedder)
            return self._asked[1]

    def _engine_changed(self, event: Event) -> None:
        self._report(event)


class WritingSession(Session):
    """A session that indexes: the indexer opens the indexes, the searcher reads them."""

    def __init__(self, root: Path, settings: Settings, report: Report) -> None:
        super().__init__(root, settings, report, logs=root / "logs")
        self._indexer = Indexer(root, settings, self.engine, report)
        self._indexer.start()

    @property
    def writer(self) -> Indexer:
        return self._indexer

    @property
    def hold(self) -> Hold | None:
        return self._indexer.hold

    def progress(self) -> Progress:
        self._indexer.look_after_sleep()  # a window asks all the time: it costs no wake-up of our own
        return self._indexer.progress

    def place_of(self, file_id: int) -> int | None:
        return self._indexer.place_of(file_id)

    def _mend(self) -> None:
        self._indexer.nudge()

    def close(self) -> None:
        self._indexer.close()
        super().close()

    def _shelf(self) -> Shelf:
        self._indexer.opened.wait(OPENING)
        if self._indexer.shelf is None:
            trouble = self._indexer.failure or obstacle(self._indexer.progress, "names")
            raise trouble or WaitTimeoutError("The library is still being opened.", "Try again soon.")
        return self._indexer.shelf

    def _engine_changed(self, event: Event) -> None:
        if isinstance(event, EngineChanged):
            self._indexer.nudge()
        super()._engine_changed(event)


class ReadingSession(Session):
    """A session that only searches: it opens the indexes as they are at the first query."""

    def __init__(self, root: Path, settings: Settings, report: Report) -> None:
        super().__init__(root, settings, report, logs=paths.cache_dir() / "logs")
        self._catalogue = Catalogue(root, writable=False)
        self._opened: Shelf | None = None
        self._has_asked = False

    @property
    def writer(self) -> Indexer:
        raise LibraryLockedError("This library was opened to be read only.", "Open it without read_only to change it.")

    @property
    def hold(self) -> Hold | None:
        return None

    def _mend(self) -> None:
        """Whoever writes to the library next makes it again."""

    def place_of(self, file_id: int) -> int | None:
        waiting = [row[0] for row in self._catalogue.files.waiting()]
        return waiting.index(file_id) + 1 if file_id in waiting else None

    def progress(self) -> Progress:
        shelf = self._shelf()
        counts = self._catalogue.counts(shelf.model_id)
        names, words, meaning = lane_progress(counts, words_pending=shelf.pending(self._catalogue))
        return Progress(
            names=names,
            words=words,
            meaning=meaning,
            passages_done=self._catalogue.vectors_of(shelf.model_id),
            passages_total=self._catalogue.passages(shelf.recipe_id),
            passages_embedded=self._catalogue.vectors.sent(),
            engine=self.engine.status(),
        )

    def close(self) -> None:
        super().close()
        self._catalogue.close()

    def _query_vector(self, text: str, *, patience: bool) -> Vectors | None:
        """Where another program has the library open, its engine answers: a card has no room for two."""
        if not self._has_asked:
            settings = borrowed(self._root, self._settings)
            if settings is None:
                return None
            self._has_asked = True
            self._borrow(settings)
        return super()._query_vector(text, patience=patience)

    def _borrow(self, settings: Settings) -> None:
        with self._lock:
            if settings is not self._settings and not self._closed:
                self.engine = EngineServer(settings, self._logs, self._engine_changed)

    def _shelf(self) -> Shelf:
        with self._lock:
            if self._opened is None:
                recipe = recipe_for(self._settings)
                profile = self._settings.profile
                self._opened = Shelf(self._root, self._catalogue, profile, recipe.fingerprint, writable=False)
            return self._opened
