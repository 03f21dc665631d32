"""The part of the door that questions come through: at once or step by step, and how they were read."""

from __future__ import annotations

from abc import ABC
from collections.abc import Collection, Iterator

from core.document import RETRIEVERS, Hit, Retriever
from core.library.session.session import Session
from core.search.query import Query, as_query, parse
from core.search.rank.sentence_rerank import MAX_SENTENCE_HITS
from core.search.relax import Relaxed, relaxed
from core.search.retrieve.filter_compiler import FilterEffect


class Queries(ABC):
    """What a library answers. It is a part of `Library`, which makes what is named here."""

    _session: Session

    def search(
        self,
        text: str | Query,
        limit: int = 10,
        *,
        lanes: Collection[Retriever] = RETRIEVERS,
        closely: bool | None = None,
    ) -> list[Hit]:
        """The best files for a text, best first; waits for the engine if it is just starting.

        Without an engine it finds by names and words alone: each hit tells which lanes found it. `closely` has the
        first ones read again, as `search_steps` does, which takes a second or two where little is known of them yet;
        left open, if all lanes are asked.
        """
        if limit < 1:
            return []
        query = as_query(text)
        if not (closely or (closely is None and set(RETRIEVERS) <= set(lanes))):
            return self._session.search(query, limit, lanes, patience=True)
        hits = self._session.search(query, max(limit, MAX_SENTENCE_HITS), lanes, patience=True)
        return [hits, *self.better_steps(query, hits)][-1][:limit]

    def search_steps(self, text: str | Query, limit: int = 10) -> Iterator[list[Hit]]:
        """What `found_steps` gives, and then `better_steps` of it."""
        query, hits = as_query(text), list[Hit]()
        for hits in self.found_steps(query, limit):
            yield hits
        yield from self.better_steps(query, hits)

    def found_steps(self, text: str | Query, limit: int = 10) -> Iterator[list[Hit]]:
        """The best files by names and words at once, then by all lanes when the engine gave the query's vector."""
        query = as_query(text)
        # What a document is like is known without an engine.
        yield self._session.search(query, limit, RETRIEVERS if query.likes else ("names", "words"), patience=False)
        if query.meaning and self._session.has_meaning():
            yield self._session.search(query, limit, RETRIEVERS, patience=True)

    def better_steps(self, text: str | Query, hits: list[Hit]) -> Iterator[list[Hit]]:
        """What was found as a reranker orders it, if there is one, and at last with the sentences that answer.

        In the order of those sentences if there is no reranker. Takes a second or two: who types on does not wait for
        it if it is asked for on a thread of its own.
        """
        query = as_query(text)
        if not (hits and query.meaning and self._session.has_meaning()):
            return
        for better in self._session.reranked(query, hits):
            before, hits = hits, better
            if hits != before:
                yield hits
        by_sentence = self._session.rerank_by_sentence(query, hits)
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
        return self._session.filter_effect(as_query(text))

    def relaxed(self, text: str | Query, limit: int = 10) -> list[Relaxed]:
        """What a query finds by names and words without one of its conditions, or else without any of them.

        Only what finds something is told, with at most `limit` documents counted.
        """
        return list(relaxed(as_query(text), lambda wider: len(self.search(wider, limit, lanes=("names", "words")))))
