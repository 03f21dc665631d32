"""Reranks the first hits by what was embedded for them: their best sentences, a second model, their neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.document import Hit, Retriever
from core.embed import Vectors
from core.search.present.highlighter import Highlighter
from core.search.present.hit_builder import HitBuilder
from core.search.present.tiers import in_tiers
from core.search.query import Query
from core.search.rank.second_stage import (
    MAX_SECOND_HITS,
    MIN_NEIGHBOURHOOD,
    SECOND_WEIGHT,
    SENTENCE_SHARE,
    SecondVectors,
    mutual_nearness,
    second_scores,
    with_neighbours,
)
from core.search.rank.sentence_rerank import (
    MAX_SENTENCE_HITS,
    SentenceCandidates,
    best_sentences,
    reordered,
    sentence_candidates,
    sentence_gains,
    with_sentence_probabilities,
)
from core.search.retrieve.retrievers import Retrievers
from core.search.retrieve.score_stats import background_of
from core.store.catalogue.catalogue import Catalogue
from core.store.index_set import Indexes


class HitReranker:
    """Reranks the hits of one library. Not thread-safe."""

    def __init__(self, catalogue: Catalogue, index_set: Indexes, retrievers: Retrievers) -> None:
        self._catalogue, self._index_set, self._retrievers = catalogue, index_set, retrievers

    def passage_texts(self, hits: Sequence[Hit]) -> list[str]:
        """The text of each hit's best passage; empty if it was removed meanwhile."""
        ids = _best_passages(hits)
        rows = self._catalogue.passages.get_many(ids)
        builder = HitBuilder(self._catalogue, Highlighter([], []))
        builder.load(rows.values())
        return [builder.text(rows[passage]) if passage in rows else "" for passage in ids]

    def sentence_candidates(self, hits: list[Hit], builder: HitBuilder) -> list[SentenceCandidates]:
        """The sentences of the first hits' best passages; `builder` is that of the query's hits."""
        first = [hit.passages[0].passage_id for hit in hits[:MAX_SENTENCE_HITS] if hit.passages]
        rows = self._catalogue.passages.get_many(first)
        return sentence_candidates(hits, rows, builder)

    def reranked(
        self,
        query: Query,
        hits: list[Hit],
        candidates: Sequence[SentenceCandidates],
        cosines: Sequence[Vectors],
        vector: Vectors,
        second: SecondVectors | None,
        builder: HitBuilder,
    ) -> list[Hit]:
        """The hits in their new order, with snippets that start with their best sentences.

        See `Searcher.rerank`; `builder` is that of the query's hits.
        """
        shown = list(hits)
        for candidate, sentence in best_sentences(candidates, cosines):
            shown[candidate.place] = builder.with_sentence(hits[candidate.place], candidate.row, sentence)
        if query.order != "relevance" or query.likes or any(hit.answers is not None for hit in hits):
            return shown
        best_cosines = {one.place: float(of.max()) for one, of in zip(candidates, cosines, strict=True)}
        scales, model = self._retrievers.scales(query, vector), self._index_set.model_spec.name
        gains = sentence_gains(shown[:MAX_SENTENCE_HITS], best_cosines, scales)
        if second is not None:
            gains = self._with_second(shown[:MAX_SECOND_HITS], gains, second)
        return in_tiers(reordered(with_sentence_probabilities(shown, best_cosines, scales, model), gains))

    def _with_second(self, hits: Sequence[Hit], sentences: Sequence[float], second: SecondVectors) -> list[float]:
        """What to add to the scores of hits: for their best `sentences`, a second model, and their neighbours."""
        parts = [{match.retriever: match.part for match in hit.findings} for hit in hits]
        gains = [SENTENCE_SHARE * gain for gain in sentences] + [0.0] * (len(hits) - len(sentences))
        for place, score in second_scores(second, background_of(second.model_spec)).items():
            if "meaning" in parts[place]:
                gains[place] += SECOND_WEIGHT * (score - parts[place]["meaning"])
        compared = [place for place in second.by_place if "meaning" in parts[place]]
        if len(compared) >= MIN_NEIGHBOURHOOD:
            nearness = mutual_nearness(self._vectors(_best_passages([hits[place] for place in compared])))
            alone = np.array([_text_score(parts[place]) + gains[place] for place in compared], np.float32)
            for place, change in zip(compared, with_neighbours(alone, nearness) - alone, strict=True):
                gains[place] += float(change)
        return gains

    def _vectors(self, passages: Sequence[int]) -> Vectors:
        """The library's own vectors of passages (shape: n x dimension); zeros for one that has none."""
        found: dict[int, Vectors] = {}
        for ids, vectors in self._catalogue.vectors.read(self._index_set.model_id, np.unique(passages)):
            found.update(zip(ids.tolist(), vectors, strict=True))
        nothing: Vectors = np.zeros(self._index_set.model_spec.dimension, np.float32)
        return np.array([found.get(passage, nothing) for passage in passages])


def _best_passages(hits: Sequence[Hit]) -> list[int]:
    return [hit.passages[0].passage_id if hit.passages else 0 for hit in hits]


def _text_score(parts: Mapping[Retriever, float]) -> float:
    return parts.get("words", 0.0) + parts.get("meaning", 0.0)
