"""Searches a library, at once or in steps; the effect of filters, and the text of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from typing import Literal, TypeVar, cast, get_args

from core import memory
from core.document import RETRIEVERS, Document, Hit, HitPassage, Kind, Retriever, Span
from core.errors import TextDamagedError
from core.library.personal.access import Access
from core.library.session.manager import SessionManager
from core.library.session.query_executor import QueryExecutor
from core.library.session.session import Session
from core.rights import Person
from core.search.facets import FacetField, FacetValue
from core.search.present.tiers import in_tiers
from core.search.query import Query, as_query, parse
from core.search.rank.rerank import rerank_in_batches
from core.search.rank.second_stage import MAX_SECOND_HITS
from core.search.relax import Relaxed, relaxed
from core.search.retrieve.filter_compiler import FilterEffect
from core.store.lexical import wildcards

T = TypeVar("T")
RerankPart = Literal["sentences", "second", "reranker"]  # what the first hits may be reranked by
RERANK_PARTS: tuple[RerankPart, ...] = get_args(RerankPart)
MAX_MATCHED_CHARS = 10_000_000  # of a text in which words are looked for
MAX_MATCHES = 50_000


class Queries:
    """A part of `Library`. A query is a text, or the result of `parse`."""

    def __init__(self, sessions: SessionManager, person: Person | None = None) -> None:
        """With a `person`, only what this person may read is found, counted and returned."""
        self._sessions, self._person = sessions, person
        self.access = Access(sessions, person)

    def search(
        self,
        text: str | Query,
        limit: int = 10,
        *,
        lanes: Collection[Retriever] = RETRIEVERS,
        closely: bool | None = None,
        parts: Collection[RerankPart] = RERANK_PARTS,
    ) -> list[Hit]:
        """See `Library.search`; `parts` are those to rerank by, of the ones that there are."""
        if limit < 1:
            return []
        query = as_query(text)
        if not (closely or (closely is None and set(RETRIEVERS) <= set(lanes))):
            return self._retrieve(query, limit, lanes)
        hits = self._retrieve(query, max(limit, MAX_SECOND_HITS), lanes)
        return [hits, *self.reranking_steps(query, hits, parts)][-1][:limit]

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

    def reranking_steps(
        self, text: str | Query, hits: list[Hit], parts: Collection[RerankPart] = RERANK_PARTS
    ) -> Iterator[list[Hit]]:
        """The same hits reranked: by the reranker if there is one, then by their best sentences and a second model.

        Takes a second or two, so a front end that searches while the user types calls it on a thread of its own.
        """
        query = as_query(text)
        if not (hits and query.meaning and self._has_vectors()):
            return
        by_reranker = "reranker" in parts and query.order == "relevance"
        for better in self._reranker_steps(query, hits) if by_reranker else ():
            before, hits = hits, in_tiers(better)
            if hits != before:
                yield hits
        by_sentence = self._run(lambda executor: executor.rerank(query, hits, second="second" in parts))
        if by_sentence != hits:
            yield by_sentence

    @staticmethod
    def parse(text: str) -> Query:
        """The query of a text: its filters, phrases and other operators with their spans in the text.

        A front end that shows them parses once, and passes the query on instead of the text.
        """
        return parse(text)

    def as_meant(self, text: str | Query) -> Query:
        """The query as it is searched for: an option of a command (tar -xzf) is text where documents have it.

        Waits as a search does.
        """
        return self._run(lambda executor: executor.searcher.as_meant(as_query(text)))

    def facets(self, text: str | Query, field: FacetField) -> tuple[FacetValue, ...]:
        """How many documents that match a query each value of a field would leave, without those that none has.

        A filter of the field itself does not count. Waits as a search does.
        """
        return self._run(lambda executor: executor.facets(as_query(text), field))

    def matching_files(self, text: str | Query) -> list[tuple[int, str]]:
        """(id, path) of all files that match a query by name and words. Waits until the indexes are open."""
        query = as_query(text)
        return self._run(lambda executor: executor.searcher.matching_files(query, retrievers=("names", "words")))

    def filter_effect(self, text: str | Query) -> FilterEffect | None:
        """How many files each filter of a query leaves; None if it has no filter. Waits as a search does."""
        return self._run(lambda executor: executor.searcher.filter_effect(as_query(text)))

    def broad_wildcards(self, text: str | Query) -> tuple[tuple[str, int], ...]:
        """(wildcard, words that it stands for) of those that stand for too many: only the most frequent are searched.

        Waits as a search does. None for a person who may not read everything.
        """
        query = as_query(text)
        if not query.has_wildcards or self._person is not None:  # the words are those of all documents
            return ()
        terms, _ = self._run(lambda executor: executor.indexes.words.query_terms(query.words))
        return tuple((wildcards.typed(word.text), word.words) for word in terms if word.words > wildcards.MAX_WORDS)

    def relaxed(self, text: str | Query, limit: int = 10) -> list[Relaxed]:
        """What a query would find by names and words without one of its filters, or else without any of them.

        Only what finds something is returned, with at most `limit` documents counted.
        """
        return list(relaxed(as_query(text), lambda wider: len(self.search(wider, limit, lanes=("names", "words")))))

    def passages_in_file(self, text: str | Query, path: str) -> tuple[HitPassage, ...]:
        """All passages of a file with a word of the query, else the nearest ones by meaning; in the order of the text.

        Waits as a search does.
        """
        query = as_query(text)
        return self._run(lambda executor: executor.passages_in_file(query, os.fsencode(path)))

    def document(self, path: str) -> Document | None:
        """The extracted text of a file; None if there is none. `scans` are its pages that still have none."""
        with self.access.catalogue() as catalogue:
            readable, name = catalogue.readable, os.fsencode(path)
            content_id = catalogue.content_of(name)
            if readable is not None and not readable.readable_now([name]):
                return None
            content = None if content_id is None else catalogue.contents.get(content_id)
            if content is None:
                return None
            text = catalogue.contents.text(content.id)
            unread = catalogue.recognised.unread(content.id)
        kind = cast("Kind", content.kind)
        return Document(
            text, kind, content.title, content.author, content.parts, content.notes, content.extractor, scans=unread
        )

    def match_spans(self, query: str | Query, text: str) -> list[Span]:
        """Where a text has the words of a query, in any of their forms: spans in order, of at most MAX_MATCHES."""
        find = self._run(lambda executor: executor.searcher.matcher(as_query(query)))
        return list(find(text[:MAX_MATCHED_CHARS])[:MAX_MATCHES])

    def release_memory(self) -> None:
        """Give back the memory that only searching needs; the next search takes it again, and some tenths of a second.

        For a program that stays open unseen. Takes a moment itself.
        """
        self._sessions.current.release_memory()
        memory.release_free_memory()

    def _retrieve(self, query: Query, limit: int, lanes: Collection[Retriever], *, wait: bool = True) -> list[Hit]:
        return self.access.readable_now(self._run(lambda executor: executor.search(query, limit, lanes, wait=wait)))

    def _reranker_steps(self, query: Query, hits: list[Hit]) -> Iterator[list[Hit]]:
        reranker, text = self._sessions.current.reranker, query.meaning.strip()
        if reranker is None or not text:
            return

        def scores(some: list[Hit], within: float) -> list[float]:
            texts = self._run(lambda executor: executor.searcher.passage_texts(some))
            found: list[float] = reranker.scores(text, texts, within=within).tolist()
            return found

        yield from rerank_in_batches(hits, scores)

    def _run(self, search: Callable[[QueryExecutor], T]) -> T:
        """Search, and again if the indexes or the session were replaced meanwhile.

        Has a damaged word index rebuilt, and raises.
        """
        return self._sessions.ask(lambda session: self._search(session, search))

    def _search(self, session: Session, search: Callable[[QueryExecutor], T]) -> T:
        executor = None
        try:
            while True:
                executor = session.executor(self._person)
                found = search(executor)
                if session.closed or executor is session.executor(self._person):
                    return found
        except BaseException as error:
            self._sessions.require_folder()
            if isinstance(error, TextDamagedError):
                session.mend_text(error.content_id)
            damage = None if executor is None else executor.indexes.words.note_damage(error)
            if damage is None:
                raise
            session.rebuild_damaged()
            raise damage from error

    def _has_vectors(self) -> bool:
        return self._run(lambda executor: executor.has_vectors)
