"""Sentence rerank: reorders the first hits by the best sentence of their best passage, and shows it in the snippet.

A sentence is closer to the question that it answers than its whole passage is, especially across languages.
Measurements: .github/decisions/0102-sentence-rerank.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.document import RETRIEVERS, Hit, Retriever, Span
from core.embed import Vectors
from core.search.present.hit_builder import HitBuilder
from core.search.present.snippet import sentences_of
from core.search.rank.calibration import band_of, calibrate, calibration_input, with_all_words_floor
from core.search.rank.fusion import Scales
from core.store.catalogue.passages_table import PassageRow

MAX_SENTENCE_HITS = 15
MAX_CANDIDATE_CHARS = 16_000  # of sentences to embed: about two seconds on one processor if none is cached
SENTENCE_WEIGHT = 0.33  # of the best sentence in the semantic score; the passage has the rest of the weight
# In standard deviations: the maximum of several cosines is higher by chance where nothing answers.
MAX_COSINE_BIAS = 0.2
MIN_SENTENCE_CHARS, MAX_SENTENCE_CHARS = 20, 600
# In cosines: a sentence chosen for its words is replaced only by one that is clearly nearer.
MIN_COSINE_GAIN = 0.02


@dataclass(frozen=True, slots=True)
class SentenceCandidates:
    """The sentences of one hit's best passage.

    `place` is the hit's index in the list, `shown` the sentence that its snippet starts from; `sentences` are spans in
    the passage, `texts` their texts.
    """

    place: int
    row: PassageRow
    shown: Span
    sentences: tuple[Span, ...]
    texts: tuple[str, ...]


def sentence_candidates(
    hits: Sequence[Hit], rows: Mapping[int, PassageRow], builder: HitBuilder
) -> list[SentenceCandidates]:
    """The candidates of the first hits, within `MAX_CANDIDATE_CHARS`; `rows` by passage id."""
    found: list[SentenceCandidates] = []
    left = MAX_CANDIDATE_CHARS
    for place, hit in enumerate(hits[:MAX_SENTENCE_HITS]):
        row = rows.get(hit.passages[0].passage_id) if hit.passages else None
        if row is None:
            continue
        candidates = _candidates(place, row, builder)
        left -= sum(map(len, candidates.texts))
        if left < 0:
            break
        if len(candidates.sentences) > 1:
            found.append(candidates)
    return found


def sentence_cosines(candidates: Sequence[SentenceCandidates], vectors: Vectors, query: Vectors) -> list[Vectors]:
    """The cosines of each hit's sentences with the query, an array per hit.

    `vectors` (shape: n x dimension) are those of all candidates' texts in order; `query` has shape: dimension.
    """
    ends = np.cumsum([len(candidate.texts) for candidate in candidates])
    return np.split(vectors @ query, ends[:-1]) if candidates else []


def best_sentences(
    candidates: Sequence[SentenceCandidates], cosines: Sequence[Vectors]
) -> list[tuple[SentenceCandidates, Span]]:
    """The sentences clearly closer to the query than those shown; `cosines` are the result of `sentence_cosines`."""
    found: list[tuple[SentenceCandidates, Span]] = []
    for candidate, values in zip(candidates, cosines, strict=True):
        best = int(np.argmax(values))
        shown = values[candidate.sentences.index(candidate.shown)] if candidate.shown in candidate.sentences else -1.0
        if values[best] > shown + MIN_COSINE_GAIN:
            found.append((candidate, candidate.sentences[best]))
    return found


def rerank_by_sentence(hits: Sequence[Hit], best_cosines: Mapping[int, float], scales: Scales, model: str) -> list[Hit]:
    """Reorder the first `MAX_SENTENCE_HITS` hits by their scores adjusted for their best sentences.

    `best_cosines` maps a hit's index to the cosine of its best sentence. Ties keep their order, and `score` stays with
    the place, so that the list remains sorted by it.
    """
    if not best_cosines:
        return list(hits)
    scored = [_score(hit, best_cosines.get(place), scales) for place, hit in enumerate(hits[:MAX_SENTENCE_HITS])]
    best = max(scored_hit.calibration_input for scored_hit in scored)
    updated = [(scored_hit.hit.score + scored_hit.gain, _calibrated(scored_hit, best, model)) for scored_hit in scored]
    updated.sort(key=lambda pair: -pair[0])
    first = [replace(hit, score=before.score) for (_, hit), before in zip(updated, hits, strict=False)]
    return [*first, *hits[MAX_SENTENCE_HITS:]]


@dataclass(frozen=True, slots=True)
class _SentenceScore:
    """A hit with the cosine of its best sentence, the resulting gain in score, and its new calibration input."""

    hit: Hit
    cosine: float | None
    gain: float
    calibration_input: float


def _score(hit: Hit, cosine: float | None, scales: Scales) -> _SentenceScore:
    matches = {match.retriever: match for match in hit.findings}
    parts: dict[Retriever, float] = dict.fromkeys(RETRIEVERS, 0.0) | {
        retriever: match.part for retriever, match in matches.items()
    }
    if cosine is None or "meaning" not in matches:
        return _SentenceScore(hit, None, 0.0, calibration_input(parts, has_meaning=True))
    gain = SENTENCE_WEIGHT * (scales.meaning(cosine) - matches["meaning"].part)
    parts["meaning"] += gain - MAX_COSINE_BIAS
    return _SentenceScore(hit, cosine, gain, calibration_input(parts, has_meaning=True))


def _calibrated(scored: _SentenceScore, best: float, model: str) -> Hit:
    hit = scored.hit
    if not any(match.retriever == "meaning" for match in hit.findings):
        return hit  # the semantic part of its score is unknown
    name_share = next((match.score for match in hit.findings if match.retriever == "names"), 0.0)
    probability = calibrate(scored.calibration_input, best, name_share=name_share, model=model, has_meaning=True)
    probability = with_all_words_floor(probability, has_all_words=hit.says_all)
    return replace(hit, nearest=scored.cosine, chance=probability, band=band_of(probability))


def _candidates(place: int, row: PassageRow, builder: HitBuilder) -> SentenceCandidates:
    text = builder.text(row)
    spans = sentences_of(text)
    at = builder.snippet_start(row)
    shown = next((span for span in spans if span[0] <= at < span[1]), (0, 0))
    fit = tuple(span for span in spans if MIN_SENTENCE_CHARS <= span[1] - span[0] <= MAX_SENTENCE_CHARS)
    return SentenceCandidates(place, row, shown, fit, tuple(text[start:end].strip() for start, end in fit))
