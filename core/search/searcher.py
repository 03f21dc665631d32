"""One query through the lanes: each finds passages or files, fusion ranks the files, evidence is gathered."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from core.document import RETRIEVERS, Hit, Retriever, RetrieverMatch
from core.embed import Vectors
from core.search.present.highlighter import Highlighter
from core.search.present.hit_builder import HitBuilder, RankedFile
from core.search.present.phrases import PhrasePattern, Phrases
from core.search.query import Group, Query
from core.search.rank.calibration import calibrate, calibration_input
from core.search.rank.collapse import group_near_duplicates
from core.search.rank.fusion import RECENCY_WEIGHT, Ranked, file_scores, passage_scores, recency
from core.search.rank.sentence_rerank import SentenceCandidates, best_sentences, rerank_by_sentence, sentence_candidates
from core.search.retrieve.filter_compiler import FilterCompiler, FilterEffect, needs_no_word
from core.search.retrieve.retrievers import FileKey, RankedPlace, Retrievers, RetrieverScores, placed, places
from core.store.candidate_mask import Candidates
from core.store.catalogue.catalogue import Catalogue
from core.store.catalogue.passages_table import PassageRow
from core.store.catalogue.vectors_table import Ids
from core.store.index_set import Indexes
from core.store.near_duplicates.compare import near_duplicates

DEPTH = 200  # passages asked of a lane
SHOWN = 3  # passages of a hit
# Of score: whatever is learnt of the hits that were found, they stay before those that only fulfil a condition.
BEHIND = 10.0


class Searcher:
    """Answers queries over one library, on any thread, one at a time."""

    def __init__(self, root: Path, index_set: Indexes) -> None:
        self._lock = threading.Lock()
        self._catalogue = Catalogue(root, writable=False)
        self._index_set = index_set
        self._lanes = Retrievers(self._catalogue, index_set)
        self._scopes = FilterCompiler(self._catalogue, index_set)
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
        depth = max(DEPTH, 4 * limit)
        with self._lock:
            if self._closed:  # other settings are being taken up: whoever asks again asks another searcher
                return []
            scope = self._scopes.of(query)
            if scope is not None and not (query.words or query.meaning or query.likes):
                return self._hits_of(scope, self._listed(scope.files, limit))
            vector = self._lanes.aim(query, vector)
            found = self._lanes.ask(query, vector, depth=depth, lanes=retrievers, scope=scope, files=limit)
            hits = self._answer(query, limit, found, scope)
            if scope is None or query.likes or len(hits) >= limit or not needs_no_word(Group(query.parts)):
                return hits
            return hits + self._others(hits, scope, found, limit - len(hits))

    def filter_effect(self, query: Query) -> FilterEffect | None:
        """How many files each filter of a query leaves; None if it has none, or the searcher is closed."""
        with self._lock:
            if self._closed:
                return None
            return self._scopes.narrowing(query, self._catalogue.counts(self._index_set.model_id).files)

    def passage_texts(self, hits: Sequence[Hit]) -> list[str]:
        """The text of each hit's best passage; empty for one that is gone meanwhile, or if the searcher is closed."""
        with self._lock:
            if self._closed:
                return [""] * len(hits)
            numbers = [hit.passages[0].passage_id if hit.passages else 0 for hit in hits]
            rows, evidence = (
                self._catalogue.passages.get_many(numbers),
                HitBuilder(self._catalogue, Highlighter([], [])),
            )
            return [evidence.text(rows[number]) if number in rows else "" for number in numbers]

    def sentence_candidates(self, query: Query, hits: list[Hit]) -> list[SentenceCandidates]:
        """The sentences of the first hits' best passages, of which the sentence rerank chooses one each."""
        with self._lock:
            if self._closed:
                return []
            rows = self._catalogue.passages.get_many([hit.passages[0].passage_id for hit in hits if hit.passages])
            return sentence_candidates(hits, rows, self._evidence(query))

    def rerank_by_sentence(
        self,
        query: Query,
        hits: list[Hit],
        candidates: Sequence[SentenceCandidates],
        cosines: Sequence[Vectors],
        vector: Vectors,
    ) -> list[Hit]:
        """The same hits, reranked by their best sentences, with snippets that begin with those sentences.

        `cosines` are those of each candidate's sentences with the query's `vector` (shape: dimension). Hits that a
        reranker has scored, and those of a `like:` query, keep their order.
        """
        reranked = list(hits)
        with self._lock:
            if self._closed:
                return hits
            evidence = self._evidence(query)
            for candidate, sentence in best_sentences(candidates, cosines):
                reranked[candidate.place] = evidence.closer(hits[candidate.place], candidate.row, sentence)
            if query.likes or any(hit.answers is not None for hit in hits):
                return reranked
            nearest = {one.place: float(of.max()) for one, of in zip(candidates, cosines, strict=True)}
            return rerank_by_sentence(reranked, nearest, self._lanes.scales(vector), self._index_set.model_spec.name)

    def _evidence(self, query: Query, scope: Candidates | None = None) -> HitBuilder:
        asked, languages = self._index_set.words.query_terms(query.words, complete=query.ends_in_prefix)
        phrases = [PhrasePattern(phrase.text, begun=not phrase.closed) for phrase in query.phrases]
        return HitBuilder(
            self._catalogue, Highlighter(asked, languages), scope, Phrases(phrases, asked if phrases else [], languages)
        )

    def _others(self, hits: Sequence[Hit], scope: Candidates, found: RetrieverScores, limit: int) -> list[Hit]:
        """The files of a scope that no lane found, behind the hits."""
        owners = self._catalogue.passages.contents_of(found.words.keys() | found.cosines.keys())
        known = {number for kind, number in found.names if kind == "content"} | set(owners.values())
        files = {number for kind, number in found.names if kind == "file"}
        for those in self._catalogue.contents.files_with(sorted(known)).values():
            files |= {file[0] for file in those}
        others = scope.files[~np.isin(scope.files, sorted(files))]
        score = min((hit.score - BEHIND for hit in hits), default=1.0)
        chance = min((hit.chance for hit in hits), default=1.0)
        return self._hits_of(scope, self._listed(others, limit), score, chance)

    def _listed(self, files: Ids, limit: int) -> list[FileKey]:
        """The first of some files, the newest first: nothing was asked but what they should be like."""
        newest = self._catalogue.newest(files, 2 * limit)
        contents = self._catalogue.document_keys(newest)
        return list(dict.fromkeys(contents[number] for number in newest if number in contents))[:limit]

    def _hits_of(
        self, scope: Candidates, keys: Sequence[FileKey], score: float = 1.0, chance: float = 1.0
    ) -> list[Hit]:
        """Files that no lane found."""
        evidence = HitBuilder(self._catalogue, Highlighter([], []), scope)
        return evidence.hits([[RankedFile(key, score, chance, (), [])] for key in keys])

    def _answer(self, query: Query, limit: int, found: RetrieverScores, scope: Candidates | None) -> list[Hit]:
        scores = passage_scores(found.words, found.cosines, found.scales)
        owners = self._catalogue.passages.contents_of(scores)
        held: dict[FileKey, list[int]] = {}
        for number in sorted(owners, key=lambda number: (-scores[number], number)):
            held.setdefault(("content", owners[number]), []).append(number)
        if scope is not None and len(scope.phrase_matches):
            _put_first(held.values(), frozenset(scope.phrase_matches.tolist()))
        names = dict(sorted(found.names.items()))  # of equals it is not the lane's order that tells
        ranked = file_scores({key: scores[numbers[0]] for key, numbers in held.items()}, names)
        best = self._folded(ranked, limit)
        shown = {key: held.get(key, [])[:SHOWN] for place in best for key, _ in place}
        rows = self._catalogue.passages.get_many([number for numbers in shown.values() for number in numbers])
        telling = _HitFacts(found, owners, scores, shown, self._index_set.model_spec.name)
        return self._evidence(query, scope).hits(
            [
                [telling.found(key, score, [rows[n] for n in shown[key] if n in rows]) for key, score in place]
                for place in best
            ]
        )

    def _folded(self, ranked: Ranked[FileKey], limit: int) -> list[Ranked[FileKey]]:
        """The best so many places, with the files that are shown at each: versions of a text are at one."""
        asked = limit
        while True:
            best = self._newest_first(ranked, asked)
            signed = self._catalogue.sketches.get_many([number for (kind, number), _ in best if kind == "content"])
            alike = near_duplicates(
                [signed.get(number, b"") if kind == "content" else b"" for (kind, number), _ in best]
            )
            places = group_near_duplicates(best, alike)
            if len(places) >= limit or len(best) < asked:
                return places[:limit]
            asked *= 2

    def _newest_first(self, ranked: Ranked[FileKey], limit: int) -> Ranked[FileKey]:
        """The first so many files, where the newer one of equals comes first."""
        if len(ranked) > limit:
            ranked = [entry for entry in ranked if entry[1] >= ranked[limit - 1][1] - RECENCY_WEIGHT]
        held = self._catalogue.contents.files_with([number for (kind, number), _ in ranked if kind == "content"])
        now = time.time()
        added = {
            ("content", number): recency(now - max(file[3] for file in files) / 1e9) for number, files in held.items()
        }
        newest = [(key, score + added.get(key, 0.0)) for key, score in ranked]
        return sorted(newest, key=lambda entry: -entry[1])[:limit]


def _put_first(listed: Iterable[list[int]], quoted: frozenset[int]) -> None:
    """Let each document's passages begin with those that have the phrase that was asked for."""
    for passages in listed:
        passages.sort(key=lambda number: number not in quoted)


class _HitFacts:
    """Tells of a ranked file which lanes found it, and with which passages."""

    def __init__(
        self,
        found: RetrieverScores,
        owners: Mapping[int, int],
        scores: Mapping[int, float],
        shown: Mapping[FileKey, Sequence[int]],
        model: str,
    ) -> None:
        """`owners` are the contents of the passages that were found, `shown` those that each file is listed with."""
        self._found = found
        self._model = model
        self._scores = scores
        self._has_meaning = bool(found.cosines)
        self._parts = {key: found.parts(key, numbers[0] if numbers else None) for key, numbers in shown.items()}
        self._best = max((self._evidence(key) for key in self._parts), default=0.0)
        self._places: dict[Retriever, dict[FileKey, RankedPlace]] = {
            "names": placed(found.names.items()),
            "words": places(found.words, owners),
            "meaning": places(found.meaning, owners),
        }

    def found(self, key: FileKey, score: float, passages: Sequence[PassageRow]) -> RankedFile:
        """`passages` are those that are shown, best first."""
        parts = self._parts[key]
        at = {retriever: of[key] for retriever, of in self._places.items() if key in of}
        findings = tuple(
            RetrieverMatch(retriever, place.rank, place.score, parts[retriever]) for retriever, place in at.items()
        )
        named = self._found.names.get(key, 0.0)
        likely = calibrate(
            self._evidence(key), self._best, named=named, model=self._model, has_meaning=self._has_meaning
        )
        shown = [(row, self._scores[row.id], self._retrievers_of(row.id)) for row in passages]
        return RankedFile(key, score, likely, findings, shown)

    def _evidence(self, key: FileKey) -> float:
        return calibration_input(self._parts[key], has_meaning=self._has_meaning)

    def _retrievers_of(self, number: int) -> frozenset[Retriever]:
        both: tuple[tuple[Retriever, Mapping[int, float]], ...] = (
            ("words", self._found.words),
            ("meaning", self._found.meaning),
        )
        return frozenset(retriever for retriever, scores in both if number in scores)
