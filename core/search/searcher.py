"""Runs a query: the retrievers find candidates, fusion ranks the files, and the hits are built."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core.document import RETRIEVERS, Hit, HitPassage, Retriever, Span
from core.embed import Vectors
from core.rights import Person
from core.search.facets import FacetField, FacetValue, count_values
from core.search.file_passages import FilePassages
from core.search.file_ranker import FileRanker
from core.search.hit_reranker import HitReranker
from core.search.match_set import MatchSet
from core.search.present.highlighter import Highlighter
from core.search.present.hit_builder import HitBuilder, RankedFile
from core.search.present.phrases import PhrasePattern, Phrases
from core.search.present.tiers import TierJudge, in_tiers
from core.search.query import Group, Query, parse
from core.search.query.fields import Order
from core.search.query.rewrite import with_values
from core.search.rank.order import first_files, sorted_hits
from core.search.rank.second_stage import SecondVectors
from core.search.rank.sentence_rerank import SentenceCandidates
from core.search.retrieve.filter_compiler import FilterCompiler, FilterEffect, matches_without_words
from core.search.retrieve.options import options_as_text
from core.search.retrieve.retrievers import FileKey, Retrievers, RetrieverScores
from core.store.candidates import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Ids
from core.store.index_set import Indexes

MIN_DEPTH = 200  # passages of a retriever
# In score: large enough that no rerank moves a file that only passes the filters before a hit.
FILTER_ONLY_GAP = 10.0
NO_WORDS = Query("", ())


class Searcher:
    """Runs queries over one library; any thread may call it, and calls run one at a time."""

    def __init__(self, root: Path, index_set: Indexes, person: Person | None = None) -> None:
        """With a `person`, only what this person may read is searched, counted and shown."""
        self._mutex = threading.Lock()
        self._catalogue = Catalogue(root, writable=False, person=person)
        self._index_set = index_set
        self._retrievers = Retrievers(self._catalogue, index_set)
        self._filters = FilterCompiler(self._catalogue, index_set)
        self._match_set = MatchSet(self._catalogue, self._retrievers, self._filters, index_set.model_spec.name)
        self._ranker = FileRanker(self._catalogue, index_set.model_spec.name)
        self._file_passages = FilePassages(self._catalogue, self._retrievers, self._filters)
        self._reranker = HitReranker(self._catalogue, index_set, self._retrievers)
        self._closed = False

    def close(self) -> None:
        with self._mutex:
            self._closed = True
            self._catalogue.close()

    @contextmanager
    def reading(self) -> Iterator[Catalogue | None]:
        """The catalogue that is searched, for one thread at a time; None once the searcher is closed."""
        with self._lock:
            yield None if self._closed else self._catalogue

    def readable_now(self, paths: Iterable[str]) -> set[str]:
        """Those of some documents that may be shown by the rights on the disk at this moment; all without a person."""
        with self._lock:
            readable, named = self._catalogue.readable, {os.fsencode(path): path for path in paths}
            if readable is None or self._closed:
                return set() if self._closed else set(named.values())
            return {named[path] for path in readable.readable_now(named)}

    @property
    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Held while a query runs, which begins with the rights as they are then."""
        with self._mutex:
            if self._catalogue.readable is not None and not self._closed:
                self._catalogue.readable.refresh()
            yield

    def search(
        self, query: Query, vector: Vectors | None, *, limit: int, retrievers: Collection[Retriever] = RETRIEVERS
    ) -> list[Hit]:
        """The best files for a query, best first or in the query's own order; an empty query finds nothing.

        `vector` is the query's (shape: dimension), or None while there is none: then the other retrievers answer.
        """
        if not query.parts or limit < 1:
            return []
        depth = max(MIN_DEPTH, 4 * limit)
        with self._lock:
            if self._closed:  # the session is being replaced
                return []
            query = self._as_meant(query)
            scope = self._filters.compile(query)
            if query.is_arrangement or (scope and not (query.words or query.meaning or query.likes)):
                files = self._filters.everything() if scope is None else scope.files
                keys = self._first_keys(files, query.order, limit)
                return sorted_hits(self._unranked_hits(scope, keys), query.order)
            vector = self._retrievers.query_vector(query, vector)
            if query.order != "relevance":
                return self._search_in_order(query, vector, limit, retrievers, scope)
            found = self._retrievers.retrieve(
                query, vector, depth=depth, retrievers=retrievers, scope=scope, files=limit
            )
            hits = in_tiers(self._ranked_hits(query, limit, found, scope))
            if scope is None or query.likes or len(hits) >= limit or not matches_without_words(Group(query.parts)):
                return hits
            return in_tiers(hits + self._filter_only_hits(hits, scope, found, limit - len(hits)))

    def _search_in_order(
        self,
        query: Query,
        vector: Vectors | None,
        limit: int,
        retrievers: Collection[Retriever],
        scope: Candidates | None,
    ) -> list[Hit]:
        """The first of all matching files in the query's own order, with the passages that match best in each."""
        matching, best = self._match_set.files(query, vector, scope, retrievers)
        first = first_files(self._catalogue.facts, matching, query.order, 2 * limit)
        among = self._filters.candidates(np.array(first, np.int64), scope)
        depth = max(MIN_DEPTH, 4 * limit)
        found = self._retrievers.retrieve(
            query, vector, depth=depth, retrievers=retrievers, scope=among, files=len(first)
        )
        hits = self._ranked_hits(query, len(first), found, among, best)
        hits += self._filter_only_hits(
            hits, among, found, len(first)
        )  # those that match though no retriever ranks them
        return sorted_hits(hits, query.order)[:limit]

    def matching_files(
        self, query: Query, vector: Vectors | None = None, retrievers: Collection[Retriever] = RETRIEVERS
    ) -> list[tuple[int, str]]:
        """(id, path) of all files that match a query, see `MatchSet`; those of an empty query are all."""
        with self._lock:
            if self._closed:
                return []
            files = self._matching(self._as_meant(query), vector, retrievers)
            return [(number, os.fsdecode(path)) for number, _, path in self._catalogue.facts.titles(files)]

    def as_meant(self, query: Query) -> Query:
        """The query as it is searched for: what only its documents tell, such as options of commands, is text."""
        with self._lock:
            return query if self._closed else self._as_meant(query)

    def facets(
        self, query: Query, field: FacetField, vector: Vectors | None, retrievers: Collection[Retriever] = RETRIEVERS
    ) -> tuple[FacetValue, ...]:
        """How many documents that match have each value of a field; a filter of that field itself is left out."""
        with self._lock:
            if self._closed:
                return ()
            others = self._as_meant(parse(with_values(query, field, ())))
            files = self._matching(others, vector, retrievers)
            roots = [row.path for row in self._catalogue.folders.all() if not row.single]
            return count_values(self._catalogue.facts, field, files, roots, self._filters.languages)

    def _matching(self, query: Query, vector: Vectors | None, retrievers: Collection[Retriever]) -> Ids:
        vector = self._retrievers.query_vector(query, vector)
        return self._match_set.files(query, vector, self._filters.compile(query), retrievers)[0]

    def filter_effect(self, query: Query) -> FilterEffect | None:
        """The effect of each filter of a query; None if the query has none, or the searcher is closed."""
        with self._lock:
            if self._closed:
                return None
            return self._filters.effect(self._as_meant(query))

    def matcher(self, query: Query) -> Callable[[str], tuple[Span, ...]]:
        """A function that finds the words of a query in a text, in any of their forms, as spans in order."""
        with self._lock:
            return (lambda _text: ()) if self._closed else self._hit_builder(query).match_spans

    def passages_in_file(self, query: Query, vector: Vectors | None, path: bytes) -> tuple[HitPassage, ...]:
        """The passages of one file that match a query, in the order of its text; see `FilePassages.find`."""
        with self._lock:
            if self._closed:
                return ()
            readable = self._catalogue.readable
            if readable is not None and not readable.readable_now([path]):
                return ()
            query = self._as_meant(query)
            vector = self._retrievers.query_vector(query, vector)
            return self._file_passages.find(query, vector, path, self._hit_builder(query))

    def nearest_vector(self, path: bytes, vector: Vectors) -> Vectors | None:
        """The vector of a document's passage that is nearest to a query's `vector`; None if it has none."""
        with self._lock:
            return None if self._closed else self._retrievers.nearest_vector(path, vector)

    def passage_texts(self, hits: Sequence[Hit]) -> list[str]:
        """The text of each hit's best passage; empty if it was removed meanwhile, or the searcher is closed."""
        with self._lock:
            return [""] * len(hits) if self._closed else self._reranker.passage_texts(hits)

    def sentence_candidates(self, query: Query, hits: list[Hit]) -> list[SentenceCandidates]:
        """The sentences of the first hits' best passages, from which the sentence rerank chooses."""
        with self._lock:
            return [] if self._closed else self._reranker.sentence_candidates(hits, self._hit_builder(query))

    def rerank(
        self,
        query: Query,
        hits: list[Hit],
        candidates: Sequence[SentenceCandidates],
        cosines: Sequence[Vectors],
        vector: Vectors,
        second: SecondVectors | None = None,
    ) -> list[Hit]:
        """The hits reranked by their best sentences and by a second model, with snippets that start with those.

        `cosines` are those of each candidate's sentences with the query's `vector` (shape: dimension). Hits that a
        reranker has scored, and those of a `like:` query, keep their order.
        """
        with self._lock:
            if self._closed:
                return hits
            builder = self._hit_builder(query)
            return self._reranker.reranked(query, hits, candidates, cosines, vector, second, builder)

    def _as_meant(self, query: Query) -> Query:
        """The query as `as_meant` has it; what a person may not read does not tell."""
        within = None if self._catalogue.readable is None else self._filters.compile(NO_WORDS)
        return options_as_text(query, self._index_set.words, within)

    def _hit_builder(self, query: Query, scope: Candidates | None = None) -> HitBuilder:
        query = self._as_meant(query)
        terms, languages = self._index_set.words.query_terms(query.words, complete=query.ends_in_prefix)
        patterns = [PhrasePattern(phrase.text, is_prefix=not phrase.closed) for phrase in query.phrases]
        phrases = Phrases(patterns, terms if patterns else [], languages)
        highlighter = Highlighter(terms, languages)
        tiers = TierJudge(query, terms, languages, highlighter, self._index_set.words)
        return HitBuilder(self._catalogue, highlighter, scope, phrases, tiers)

    def _filter_only_hits(
        self, hits: Sequence[Hit], scope: Candidates, found: RetrieverScores, limit: int
    ) -> list[Hit]:
        """Hits for the files of a scope that no retriever found, scored below all `hits`."""
        owners = self._catalogue.passages.contents_of(found.words.keys() | found.cosines.keys())
        known = {number for kind, number in found.names if kind == "content"} | set(owners.values())
        files = {number for kind, number in found.names if kind == "file"}
        for copies in self._catalogue.contents.files_with(sorted(known)).values():
            files |= {file[0] for file in copies}
        others = scope.files[~np.isin(scope.files, sorted(files))]
        score = min((hit.score - FILTER_ONLY_GAP for hit in hits), default=1.0)
        probability = min((hit.chance for hit in hits), default=1.0)
        return self._unranked_hits(scope, self._first_keys(others, "date", limit), score, probability)

    def _first_keys(self, files: Ids, order: Order, limit: int) -> list[FileKey]:
        """The keys of the first files in an order; by relevance, the newest are the first."""
        first = first_files(self._catalogue.facts, files, order, 2 * limit)
        contents = self._catalogue.document_keys(first)
        return list(dict.fromkeys(contents[number] for number in first if number in contents))[:limit]

    def _unranked_hits(
        self, scope: Candidates | None, keys: Sequence[FileKey], score: float = 1.0, probability: float = 1.0
    ) -> list[Hit]:
        """Hits for files that no retriever found, without passages of their own."""
        builder = HitBuilder(self._catalogue, Highlighter([], []), scope)
        return builder.hits([[RankedFile(key, score, probability, (), [])] for key in keys])

    def _ranked_hits(
        self, query: Query, limit: int, found: RetrieverScores, scope: Candidates | None, best_input: float = 0.0
    ) -> list[Hit]:
        return self._hit_builder(query, scope).hits(self._ranker.ranked(found, limit, scope, best_input))
