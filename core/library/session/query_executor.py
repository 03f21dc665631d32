"""Answers queries: embeds them with the engine and searches one set of indexes."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

from core.document import Hit, HitPassage, Retriever
from core.embed import CurrentEmbedder, Vectors
from core.embed.query_adapter import QueryAdapter
from core.engine.server import Endpoint, EngineServer
from core.errors import EngineError, WaitTimeoutError
from core.library.session.second_model import SecondModel
from core.rights import Person
from core.search import Searcher
from core.search.facets import FacetField, FacetValue
from core.search.query import Query
from core.search.rank.second_stage import MAX_SECOND_HITS, NEAREST_SENTENCES
from core.search.rank.sentence_cache import SentenceCache
from core.search.rank.sentence_rerank import nearest_sentences, sentence_cosines
from core.store.index_set import Indexes

SAMPLES = 8
# As long as a usual passage; of no one's documents.
SAMPLE_TEXT = "A passage of a usual document has some two hundred words, about a lease, a journey or a recipe. " * 14
ENGINE_TIMEOUT = 60.0  # seconds a query waits for an engine that is starting, and not in vain


class QueryExecutor:
    """Searches one set of indexes, on any thread. `engine` returns the engine that embeds queries, None for none."""

    def __init__(
        self,
        root: Path,
        indexes: Indexes,
        engine: Callable[[], EngineServer | None],
        *,
        writable: bool = False,
        person: Person | None = None,
    ) -> None:
        """With `writable`, vectors of passages that a second model read are kept in the library's folder.

        With a `person`, only what this person may read is found.
        """
        self.indexes = indexes
        self.searcher = Searcher(root, indexes, person)
        self._engine = engine
        self._embedder: CurrentEmbedder[Endpoint] = CurrentEmbedder(in_flight=1)
        self._sentences = SentenceCache()
        self.second = SecondModel(root, writable=writable)
        self._root = root
        self._adapter: QueryAdapter | None = None
        self.load_adapter()
        self._rate: tuple[Endpoint, float] | None = None

    @property
    def has_vectors(self) -> bool:
        """Whether anything can be found by meaning yet."""
        return len(self.indexes.vectors) > 0

    def search(self, query: Query, limit: int, retrievers: Collection[Retriever], *, wait: bool) -> list[Hit]:
        """The best files; `wait` waits for an engine that is starting, not for a server that does not answer."""
        text = query.meaning.strip()
        by_meaning = "meaning" in retrievers and text and self.has_vectors
        vector = self._vector(text, wait=wait) if by_meaning else None
        return self.searcher.search(query, vector, limit=limit, retrievers=retrievers)

    def facets(self, query: Query, field: FacetField) -> tuple[FacetValue, ...]:
        """The counts of a field's values; does not wait for an engine that is starting."""
        vector = self._vector(query.meaning.strip(), wait=False) if query.meaning.strip() and self.has_vectors else None
        return self.searcher.facets(query, field, vector)

    def passages_in_file(self, query: Query, path: bytes) -> tuple[HitPassage, ...]:
        """The passages of one file that match a query, in the order of its text."""
        text = query.meaning.strip()
        vector = self._vector(text, wait=False) if text and self.has_vectors else None
        return self.searcher.passages_in_file(query, vector, path)

    def load_adapter(self) -> None:
        """Use the map of query vectors that is in the library's folder now, if there is one."""
        self._adapter = QueryAdapter.load(self._root, self.indexes.model_spec.fingerprint)

    def plain_vector(self, query: Query) -> Vectors | None:
        """The vector of a query as the model makes it, without a map; None if there is no text or no engine now."""
        text = query.meaning.strip()
        return self._embedded(text, wait=True) if text and self.has_vectors else None

    def rerank(self, query: Query, hits: list[Hit], vector: Vectors | None = None, *, second: bool = True) -> list[Hit]:
        """The same hits, reranked by their best sentences and a second model; unchanged if the engine is not ready.

        `vector` takes the place of the query's own; without `second`, no second model is asked.
        """
        engine = self._engine()
        endpoint = None if engine is None else engine.endpoint()
        text = query.meaning.strip()
        if endpoint is None or not text or query.phrases or not hits:  # the passage shown must contain the phrase
            return hits
        embedder = self._embedder.at(endpoint)
        try:
            candidates = self.searcher.sentence_candidates(query, hits)
            vector = self._mapped(embedder.embed_query(text)) if vector is None else vector
            sentences = self._sentences.vectors([sentence for one in candidates for sentence in one.texts], embedder)
            cosines = sentence_cosines(candidates, sentences, vector)
            read = None
            if second and endpoint.second is not None:
                texts = self.searcher.passage_texts(hits[:MAX_SECOND_HITS])
                nearest = nearest_sentences(candidates, cosines, NEAREST_SENTENCES)
                read = self.second.vectors(endpoint, text, texts, nearest)
            return self.searcher.rerank(query, hits, candidates, cosines, vector, read)
        except EngineError:
            return hits

    def measured_rate(self) -> float | None:
        """How many passages the engine embeds a second, measured with sample texts; None if it is not ready."""
        engine = self._engine()
        endpoint = None if engine is None else engine.endpoint()
        if endpoint is None:
            return None
        if self._rate is None or self._rate[0] != endpoint:
            embedder = self._embedder.at(endpoint)
            try:
                embedder.embed_query("warm up")
                started = time.monotonic()
                embedder.embed_passages([f"{number}. {SAMPLE_TEXT}" for number in range(SAMPLES)])
            except EngineError:
                return None
            self._rate = endpoint, SAMPLES / max(1e-3, time.monotonic() - started)
        return self._rate[1]

    def release_memory(self) -> None:
        """Give back memory that only searching needs, until the next search."""
        self._sentences.clear()
        self.second.release_memory()
        self.indexes.vectors.unload()
        self.indexes.words.release_memory()

    def close(self) -> None:
        """Close what was opened for queries; the engine and the indexes belong to the session."""
        self.searcher.close()
        self._embedder.close()
        self.second.close()

    def _vector(self, text: str, *, wait: bool) -> Vectors | None:
        """The vector to search with; None if there is no engine now."""
        vector = self._embedded(text, wait=wait)
        return None if vector is None else self._mapped(vector)

    def _mapped(self, vector: Vectors) -> Vectors:
        return vector if self._adapter is None else self._adapter.apply(vector)

    def _embedded(self, text: str, *, wait: bool) -> Vectors | None:
        engine = self._engine()
        if engine is None:
            return None
        try:
            engine.wake()
            endpoint = engine.wait_ready(ENGINE_TIMEOUT, for_user=False) if wait else engine.endpoint()
            return None if endpoint is None else self._embedder.at(endpoint).embed_query(text)
        except WaitTimeoutError:
            return None
        except EngineError:
            if self._embedder.endpoint is not None:
                engine.complain(self._embedder.endpoint)
            return None
