"""Answers queries: embeds them with the engine and searches one set of indexes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from core.document import Hit, Retriever
from core.embed import CurrentEmbedder, Vectors
from core.engine.server import Endpoint, EngineServer
from core.errors import EngineError, WaitTimeoutError
from core.search import Searcher
from core.search.query import Query
from core.search.rank.sentence_cache import SentenceCache
from core.search.rank.sentence_rerank import sentence_cosines
from core.store.index_set import Indexes

ENGINE_TIMEOUT = 60.0  # seconds a query waits for an engine that is starting


class QueryExecutor:
    """Searches one set of indexes, on any thread. `engine` returns the engine that embeds queries, None for none."""

    def __init__(self, root: Path, indexes: Indexes, engine: Callable[[], EngineServer | None]) -> None:
        self.indexes = indexes
        self.searcher = Searcher(root, indexes)
        self._engine = engine
        self._embedder: CurrentEmbedder[Endpoint] = CurrentEmbedder(in_flight=1)
        self._sentences = SentenceCache()

    @property
    def has_vectors(self) -> bool:
        """Whether anything can be found by meaning yet."""
        return len(self.indexes.vectors) > 0

    def search(self, query: Query, limit: int, retrievers: Collection[Retriever], *, wait: bool) -> list[Hit]:
        """The best files; `wait` waits for an engine that is starting."""
        text = query.meaning.strip()
        by_meaning = "meaning" in retrievers and text and self.has_vectors
        vector = self._vector(text, wait=wait) if by_meaning else None
        return self.searcher.search(query, vector, limit=limit, retrievers=retrievers)

    def rerank_by_sentence(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The same hits, reranked by their best sentences; unchanged if the engine is not ready."""
        engine = self._engine()
        endpoint = None if engine is None else engine.endpoint()
        text = query.meaning.strip()
        if endpoint is None or not text or query.phrases or not hits:  # the passage shown must contain the phrase
            return hits
        embedder = self._embedder.at(endpoint)
        try:
            candidates, vector = self.searcher.sentence_candidates(query, hits), embedder.embed_query(text)
            sentences = self._sentences.vectors([sentence for one in candidates for sentence in one.texts], embedder)
            cosines = sentence_cosines(candidates, sentences, vector)
            return self.searcher.rerank_by_sentence(query, hits, candidates, cosines, vector)
        except EngineError:
            return hits

    def close(self) -> None:
        """Close what was opened for queries; the engine and the indexes belong to the session."""
        self.searcher.close()
        self._embedder.close()

    def _vector(self, text: str, *, wait: bool) -> Vectors | None:
        """The vector of a query; None if there is no engine now."""
        engine = self._engine()
        if engine is None:
            return None
        try:
            engine.wake()
            endpoint = engine.wait_ready(ENGINE_TIMEOUT) if wait else engine.endpoint()
            return None if endpoint is None else self._embedder.at(endpoint).embed_query(text)
        except WaitTimeoutError:
            return None
        except EngineError:
            if self._embedder.endpoint is not None:
                engine.complain(self._embedder.endpoint)
            return None
