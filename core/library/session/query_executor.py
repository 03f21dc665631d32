"""What a question is put to at a time: indexes, and the engine that makes its vector for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from pathlib import Path

from core.document import Hit, Retriever
from core.embed import Embedder, Vectors
from core.engine.server import Endpoint, EngineServer
from core.errors import EngineError, WaitTimeoutError
from core.search import Searcher
from core.search.query import Query
from core.search.rank.sentence_cache import SentenceCache
from core.search.rank.sentence_rerank import sentence_cosines
from core.store.index_set import Indexes

PATIENCE = 60.0  # seconds that a query waits for an engine that is starting


class QueryExecutor:
    """Answers from one set of indexes, on any thread. `engine` gives the engine when it is asked for a vector."""

    def __init__(self, root: Path, indexes: Indexes, engine: Callable[[], EngineServer | None]) -> None:
        self.indexes = indexes
        self.searcher = Searcher(root, indexes)
        self._engine = engine
        self._lock = threading.Lock()
        self._asked: tuple[Endpoint, Embedder] | None = None
        self._sentences = SentenceCache()
        self._closed = False

    @property
    def has_meaning(self) -> bool:
        """Whether anything can be found by meaning yet."""
        return len(self.indexes.vectors) > 0

    def search(self, query: Query, limit: int, lanes: Collection[Retriever], *, patience: bool) -> list[Hit]:
        """The best files; with `patience` it waits for an engine that is starting."""
        asked = query.meaning.strip()
        wanted = "meaning" in lanes and asked and self.has_meaning
        vector = self._vector(asked, patience=patience) if wanted else None
        return self.searcher.search(query, vector, limit=limit, retrievers=lanes)

    def rerank_by_sentence(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The same hits, reranked by their best sentences; unchanged if the engine is not ready."""
        engine = self._engine()
        endpoint = None if engine is None else engine.endpoint()
        asked = query.meaning.strip()
        if endpoint is None or not asked or query.phrases or not hits:  # a phrase stays where it can be seen
            return hits
        embedder = self._embedder(endpoint)
        try:
            candidates, vector = self.searcher.sentence_candidates(query, hits), embedder.embed_query(asked)
            sentences = self._sentences.vectors([text for one in candidates for text in one.texts], embedder)
            cosines = sentence_cosines(candidates, sentences, vector)
            return self.searcher.rerank_by_sentence(query, hits, candidates, cosines, vector)
        except EngineError:
            return hits

    def close(self) -> None:
        """Close what was opened for questions; the engine and the indexes are others' to close."""
        self.searcher.close()
        with self._lock:
            self._closed = True
            if self._asked is not None:
                self._asked[1].close()

    def _vector(self, text: str, *, patience: bool) -> Vectors | None:
        """The vector of a query; None if there is no engine now, so that names and words answer."""
        engine = self._engine()
        if engine is None:
            return None
        try:
            engine.wake()
            endpoint = engine.wait_ready(PATIENCE) if patience else engine.endpoint()
            return None if endpoint is None else self._embedder(endpoint).embed_query(text)
        except WaitTimeoutError:
            return None
        except EngineError:
            if self._asked is not None:
                engine.complain(self._asked[0])
            return None

    def _embedder(self, endpoint: Endpoint) -> Embedder:
        with self._lock:
            if self._asked is None or self._asked[0] != endpoint:
                if self._asked is not None:
                    self._asked[1].close()
                embedder = Embedder(
                    endpoint.base_url, endpoint.api_key, endpoint.model_spec, in_flight=1, served_as=endpoint.served_as
                )
                self._asked = (endpoint, embedder)
                if self._closed:
                    embedder.close()
            return self._asked[1]
