"""Runs a query: the retrievers find candidates, fusion ranks the files, and the hits are built."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import numpy as np

from core.document import RETRIEVERS, Hit, Retriever
from core.embed import Vectors
from core.search.present.highlighter import Highlighter
from core.search.present.hit_builder import HitBuilder, RankedFile
from core.search.present.phrases import PhrasePattern, Phrases
from core.search.present.ranked_file import RankedFileBuilder
from core.search.query import Group, Query
from core.search.rank.collapse import group_near_duplicates
from core.search.rank.fusion import RECENCY_WEIGHT, Ranked, file_scores, passage_scores, recency
from core.search.rank.sentence_rerank import SentenceCandidates, best_sentences, rerank_by_sentence, sentence_candidates
from core.search.retrieve.filter_compiler import FilterCompiler, FilterEffect, matches_without_words
from core.search.retrieve.retrievers import FileKey, Retrievers, RetrieverScores
from core.store.candidate_mask import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.vectors_table import Ids
from core.store.index_set import Indexes
from core.store.near_duplicates.compare import near_duplicates

MIN_DEPTH = 200  # passages of a retriever
PASSAGES_PER_HIT = 3
# In score: large enough that no rerank moves a file that only passes the filters before a hit.
FILTER_ONLY_GAP = 10.0


class Searcher:
    """Runs queries over one library; any thread may call it, and calls run one at a time."""

    def __init__(self, root: Path, index_set: Indexes) -> None:
        self._lock = threading.Lock()
        self._catalogue = Catalogue(root, writable=False)
        self._index_set = index_set
        self._retrievers = Retrievers(self._catalogue, index_set)
        self._filters = FilterCompiler(self._catalogue, index_set)
        self._closed = False

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._catalogue.close()

    def search(
        self, query: Query, vector: Vectors | None, *, limit: int, retrievers: Collection[Retriever] = RETRIEVERS
    ) -> list[Hit]:
        """The best files for a query, best first; an empty query finds nothing.

        `vector` is the query's (shape: dimension), or None while there is none: then the other retrievers answer.
        """
        if not query.parts or limit < 1:
            return []
        depth = max(MIN_DEPTH, 4 * limit)
        with self._lock:
            if self._closed:  # the session is being replaced
                return []
            scope = self._filters.compile(query)
            if scope is not None and not (query.words or query.meaning or query.likes):
                return self._unranked_hits(scope, self._newest_keys(scope.files, limit))
            vector = self._retrievers.query_vector(query, vector)
            found = self._retrievers.retrieve(
                query, vector, depth=depth, retrievers=retrievers, scope=scope, files=limit
            )
            hits = self._ranked_hits(query, limit, found, scope)
            if scope is None or query.likes or len(hits) >= limit or not matches_without_words(Group(query.parts)):
                return hits
            return hits + self._filter_only_hits(hits, scope, found, limit - len(hits))

    def filter_effect(self, query: Query) -> FilterEffect | None:
        """The effect of each filter of a query; None if the query has none, or the searcher is closed."""
        with self._lock:
            if self._closed:
                return None
            return self._filters.effect(query, self._catalogue.counts(self._index_set.model_id).files)

    def passage_texts(self, hits: Sequence[Hit]) -> list[str]:
        """The text of each hit's best passage; empty if it was removed meanwhile, or the searcher is closed."""
        with self._lock:
            if self._closed:
                return [""] * len(hits)
            ids = [hit.passages[0].passage_id if hit.passages else 0 for hit in hits]
            rows = self._catalogue.passages.get_many(ids)
            builder = HitBuilder(self._catalogue, Highlighter([], []))
            return [builder.text(rows[passage]) if passage in rows else "" for passage in ids]

    def sentence_candidates(self, query: Query, hits: list[Hit]) -> list[SentenceCandidates]:
        """The sentences of the first hits' best passages, from which the sentence rerank chooses."""
        with self._lock:
            if self._closed:
                return []
            rows = self._catalogue.passages.get_many([hit.passages[0].passage_id for hit in hits if hit.passages])
            return sentence_candidates(hits, rows, self._hit_builder(query))

    def rerank_by_sentence(
        self,
        query: Query,
        hits: list[Hit],
        candidates: Sequence[SentenceCandidates],
        cosines: Sequence[Vectors],
        vector: Vectors,
    ) -> list[Hit]:
        """The hits reranked by their best sentences, with snippets that start with those sentences.

        `cosines` are those of each candidate's sentences with the query's `vector` (shape: dimension). Hits that a
        reranker has scored, and those of a `like:` query, keep their order.
        """
        reranked = list(hits)
        with self._lock:
            if self._closed:
                return hits
            builder = self._hit_builder(query)
            for candidate, sentence in best_sentences(candidates, cosines):
                reranked[candidate.place] = builder.with_sentence(hits[candidate.place], candidate.row, sentence)
            if query.likes or any(hit.answers is not None for hit in hits):
                return reranked
            best_cosines = {one.place: float(of.max()) for one, of in zip(candidates, cosines, strict=True)}
            return rerank_by_sentence(
                reranked, best_cosines, self._retrievers.scales(vector), self._index_set.model_spec.name
            )

    def _hit_builder(self, query: Query, scope: Candidates | None = None) -> HitBuilder:
        terms, languages = self._index_set.words.query_terms(query.words, complete=query.ends_in_prefix)
        phrases = [PhrasePattern(phrase.text, is_prefix=not phrase.closed) for phrase in query.phrases]
        return HitBuilder(
            self._catalogue, Highlighter(terms, languages), scope, Phrases(phrases, terms if phrases else [], languages)
        )

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
        return self._unranked_hits(scope, self._newest_keys(others, limit), score, probability)

    def _newest_keys(self, files: Ids, limit: int) -> list[FileKey]:
        """The keys of the last modified files, newest first."""
        newest = self._catalogue.newest(files, 2 * limit)
        contents = self._catalogue.document_keys(newest)
        return list(dict.fromkeys(contents[number] for number in newest if number in contents))[:limit]

    def _unranked_hits(
        self, scope: Candidates, keys: Sequence[FileKey], score: float = 1.0, probability: float = 1.0
    ) -> list[Hit]:
        """Hits for files that no retriever found, without passages of their own."""
        builder = HitBuilder(self._catalogue, Highlighter([], []), scope)
        return builder.hits([[RankedFile(key, score, probability, (), [])] for key in keys])

    def _ranked_hits(self, query: Query, limit: int, found: RetrieverScores, scope: Candidates | None) -> list[Hit]:
        scores = passage_scores(found.words, found.cosines, found.scales)
        owners = self._catalogue.passages.contents_of(scores)
        by_file: dict[FileKey, list[int]] = {}
        for number in sorted(owners, key=lambda number: (-scores[number], number)):
            by_file.setdefault(("content", owners[number]), []).append(number)
        if scope is not None and len(scope.phrase_matches):
            _phrase_matches_first(by_file.values(), frozenset(scope.phrase_matches.tolist()))
        names = dict(sorted(found.names.items()))  # ties do not depend on the retriever's order
        ranked = file_scores({key: scores[numbers[0]] for key, numbers in by_file.items()}, names)
        best = self._collapsed(ranked, limit)
        shown = {key: by_file.get(key, [])[:PASSAGES_PER_HIT] for place in best for key, _ in place}
        rows = self._catalogue.passages.get_many([number for numbers in shown.values() for number in numbers])
        files = RankedFileBuilder(found, owners, scores, shown, self._index_set.model_spec.name)
        return self._hit_builder(query, scope).hits(
            [
                [files.ranked_file(key, score, [rows[n] for n in shown[key] if n in rows]) for key, score in place]
                for place in best
            ]
        )

    def _collapsed(self, ranked: Ranked[FileKey], limit: int) -> list[Ranked[FileKey]]:
        """The first `limit` places of the result list with their files; near-duplicates share a place."""
        count = limit
        while True:
            best = self._newest_first(ranked, count)
            sketches = self._catalogue.sketches.get_many([number for (kind, number), _ in best if kind == "content"])
            pairs = near_duplicates(
                [sketches.get(number, b"") if kind == "content" else b"" for (kind, number), _ in best]
            )
            places = group_near_duplicates(best, pairs)
            if len(places) >= limit or len(best) < count:
                return places[:limit]
            count *= 2

    def _newest_first(self, ranked: Ranked[FileKey], limit: int) -> Ranked[FileKey]:
        """The first `limit` files, ties broken by recency."""
        if len(ranked) > limit:
            ranked = [entry for entry in ranked if entry[1] >= ranked[limit - 1][1] - RECENCY_WEIGHT]
        by_file = self._catalogue.contents.files_with([number for (kind, number), _ in ranked if kind == "content"])
        now = time.time()
        recency_scores = {
            ("content", number): recency(now - max(file[3] for file in files) / 1e9)
            for number, files in by_file.items()
        }
        newest = [(key, score + recency_scores.get(key, 0.0)) for key, score in ranked]
        return sorted(newest, key=lambda entry: -entry[1])[:limit]


def _phrase_matches_first(by_file: Iterable[list[int]], matching: frozenset[int]) -> None:
    """Move the passages that match a phrase of the query to the front of each document's list."""
    for passages in by_file:
        passages.sort(key=lambda number: number not in matching)
