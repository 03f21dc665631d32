"""Searches a library, at once or in steps; the effect of filters, and the text of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import TypeVar, cast

from core.document import RETRIEVERS, Document, Hit, Kind, Retriever
from core.library.session.manager import SessionManager
from core.library.session.query_executor import QueryExecutor
from core.search.query import Query, as_query, parse
from core.search.rank.rerank import rerank_in_batches
from core.search.rank.sentence_rerank import MAX_SENTENCE_HITS
from core.search.relax import Relaxed, relaxed
from core.search.retrieve.filter_compiler import FilterEffect

T = TypeVar("T")


class Queries:
    """A part of `Library`. A query is a text, or the result of `parse`."""

    def __init__(self, sessions: SessionManager) -> None:
        self._sessions = sessions

    def search(
        self,
        text: str | Query,
        limit: int = 10,
        *,
        lanes: Collection[Retriever] = RETRIEVERS,
        closely: bool | None = None,
    ) -> list[Hit]:
        """See `Library.search`."""
        if limit < 1:
            return []
        query = as_query(text)
        if not (closely or (closely is None and set(RETRIEVERS) <= set(lanes))):
            return self._retrieve(query, limit, lanes)
        hits = self._retrieve(query, max(limit, MAX_SENTENCE_HITS), lanes)
        return [hits, *self.reranking_steps(query, hits)][-1][:limit]

    def search_steps(self, text: str | Query, limit: int = 10) -> Iterator[list[Hit]]:
        """The steps of `retrieval_steps`, and then those of `reranking_steps`."""
        query, hits = as_query(text), list[Hit]()
        for hits in self.retrieval_steps(query, limit):
            yield hits
        yield from self.reranking_steps(query, hits)

    def retrieval_steps(self, text: str | Query, limit: int = 10) -> Iterator[list[Hit]]:
        """The best files by names and words at once, then by all retrievers when the engine has embedded the query."""
        query = as_query(text)
        # A search by example needs no engine: the vectors of the example are in the index.
        yield self._retrieve(query, limit, RETRIEVERS if query.likes else ("names", "words"), wait=False)
        if query.meaning and self._has_vectors():
            yield self._retrieve(query, limit, RETRIEVERS)

    def reranking_steps(self, text: str | Query, hits: list[Hit]) -> Iterator[list[Hit]]:
        """The same hits reranked: by the reranker if there is one, then by their best sentences.

        Takes a second or two, so a front end that searches while a person types calls it on a thread of its own.
        """
        query = as_query(text)
        if not (hits and query.meaning and self._has_vectors()):
            return
        for better in self._reranker_steps(query, hits):
            before, hits = hits, better
            if hits != before:
                yield hits
        by_sentence = self._executor().rerank_by_sentence(query, hits)
        if by_sentence != hits:
            yield by_sentence

    @staticmethod
    def parse(text: str) -> Query:
        """The query of a text: its filters, phrases and other operators with their spans in the text.

        A front end that shows them parses once, and passes the query on instead of the text.
        """
        return parse(text)

    def filter_effect(self, text: str | Query) -> FilterEffect | None:
        """How many files each filter of a query leaves; None if it has no filter. Waits as a search does."""
        return self._executor().searcher.filter_effect(as_query(text))

    def relaxed(self, text: str | Query, limit: int = 10) -> list[Relaxed]:
        """What a query would find by names and words without one of its filters, or else without any of them.

        Only what finds something is returned, with at most `limit` documents counted.
        """
        return list(relaxed(as_query(text), lambda wider: len(self.search(wider, limit, lanes=("names", "words")))))

    def document(self, path: str) -> Document | None:
        """The extracted text of a file; None if there is none."""
        with self._sessions.catalogue() as catalogue:
            content_id = catalogue.content_of(os.fsencode(path))
            content = None if content_id is None else catalogue.contents.get(content_id)
            if content is None:
                return None
            text = catalogue.contents.text(content.id)
        kind = cast("Kind", content.kind)
        return Document(text, kind, content.title, content.author, content.parts, content.notes, content.extractor)

    def _retrieve(self, query: Query, limit: int, lanes: Collection[Retriever], *, wait: bool = True) -> list[Hit]:
        return self._run(lambda executor: executor.search(query, limit, lanes, wait=wait))

    def _reranker_steps(self, query: Query, hits: list[Hit]) -> Iterator[list[Hit]]:
        reranker, text = self._sessions.current.reranker, query.meaning.strip()
        if reranker is None or not text:
            return

        def scores(some: list[Hit], within: float) -> list[float]:
            texts = self._executor().searcher.passage_texts(some)
            found: list[float] = reranker.scores(text, texts, within=within).tolist()
            return found

        yield from rerank_in_batches(hits, scores)

    def _run(self, search: Callable[[QueryExecutor], T]) -> T:
        """Search, and again if the indexes were replaced meanwhile. Has a damaged word index rebuilt, and raises."""
        session = self._sessions.current
        while True:
            executor = session.executor()
            try:
                found = search(executor)
            except BaseException as error:
                damage = executor.indexes.words.note_damage(error)
                if damage is None:
                    raise
                session.rebuild_damaged()
                raise damage from error
            if session.closed or executor is session.executor():
                return found

    def _has_vectors(self) -> bool:
        return self._executor().has_vectors

    def _executor(self) -> QueryExecutor:
        return self._sessions.current.executor()
