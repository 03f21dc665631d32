"""Sentence rerank: reorders the first hits by the best sentence of their best passage, and shows it in the snippet.

A sentence is closer to the question that it answers than its whole passage is, especially across languages.
Measurements: .github/decisions/0102-sentence-rerank.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from unicodedata import category

import numpy as np

from core.document import RETRIEVERS, TIERS, Hit, Retriever, Span
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
MIN_LETTER_SHARE = 0.4  # of the characters of a sentence, without white space
MIN_SENTENCE_CHARS, MAX_SENTENCE_CHARS = 20, 600
# In cosines: a sentence chosen for its words is replaced only by one that is clearly nearer.
MIN_COSINE_GAIN = 0.02


@dataclass(frozen=True, slots=True)
class SentenceCandidates:
    """The sentences of one hit's best passage.

    `place` is the hit's index in the list, `shown` the sentence that its snippet starts from; `sentences` are spans in
    the passage, `texts` their texts. `has_match` says whether the snippet has a word of the query.
    """

    place: int
    row: PassageRow
    shown: Span
    sentences: tuple[Span, ...]
    texts: tuple[str, ...]
    has_match: bool = True


def sentence_candidates(
    hits: Sequence[Hit], rows: Mapping[int, PassageRow], builder: HitBuilder
) -> list[SentenceCandidates]:
    """The candidates of the first hits, within `MAX_CANDIDATE_CHARS`; `rows` by passage id."""
    found: list[SentenceCandidates] = []
    left = MAX_CANDIDATE_CHARS
    builder.load(rows.values())
    for place, hit in enumerate(hits[:MAX_SENTENCE_HITS]):
        row = rows.get(hit.passages[0].passage_id) if hit.passages else None
        if row is None:
            continue
        candidates = replace(_candidates(place, row, builder), has_match=bool(hit.marks))
        left -= sum(map(len, candidates.texts))
        if left < 0:
            break
        if len(candidates.sentences) > 1:
            found.append(candidates)
    return found


def is_prose(text: str) -> bool:
    """Whether enough of a text is letters: rows of digits, rules and symbols are no sentences, though they embed."""
    written = [char for char in text if not char.isspace()]
    return sum(char.isalpha() or category(char).startswith("M") for char in written) > len(written) * MIN_LETTER_SHARE


def sentence_cosines(candidates: Sequence[SentenceCandidates], vectors: Vectors, query: Vectors) -> list[Vectors]:
    """The cosines of each hit's sentences with the query, an array per hit.

    `vectors` (shape: n x dimension) are those of all candidates' texts in order; `query` has shape: dimension.
    """
    ends = np.cumsum([len(candidate.texts) for candidate in candidates])
    return np.split(vectors @ query, ends[:-1]) if candidates else []


def best_sentences(
    candidates: Sequence[SentenceCandidates], cosines: Sequence[Vectors]
) -> list[tuple[SentenceCandidates, Span]]:
    """The sentences clearly closer to the query than those shown, and the closest where the one shown has no match.

    `cosines` are the result of `sentence_cosines`.
    """
    found: list[tuple[SentenceCandidates, Span]] = []
    for candidate, values in zip(candidates, cosines, strict=True):
        best = int(np.argmax(values))
        shown = values[candidate.sentences.index(candidate.shown)] if candidate.shown in candidate.sentences else -1.0
        if values[best] > shown + MIN_COSINE_GAIN or not candidate.has_match:
            found.append((candidate, candidate.sentences[best]))
    return found


def nearest_sentences(
    candidates: Sequence[SentenceCandidates], cosines: Sequence[Vectors], count: int
) -> dict[int, list[str]]:
    """The texts of the sentences that are nearest to the query, nearest first, by the place of their hit."""
    return {
        candidate.place: [candidate.texts[number] for number in np.argsort(-values)[:count]]
        for candidate, values in zip(candidates, cosines, strict=True)
    }


def sentence_gains(hits: Sequence[Hit], best_cosines: Mapping[int, float], scales: Scales) -> list[float]:
    """What its best sentence adds to the score of each hit.

    `best_cosines` maps a hit's index to the cosine of its best sentence.
    """
    return [_score(hit, best_cosines.get(place), scales).gain for place, hit in enumerate(hits)]


def with_sentence_probabilities(
    hits: Sequence[Hit], best_cosines: Mapping[int, float], scales: Scales, model: str
) -> list[Hit]:
    """The hits in their order, the first `MAX_SENTENCE_HITS` with probabilities that know their best sentences."""
    if not best_cosines:
        return list(hits)
    scored = [_score(hit, best_cosines.get(place), scales) for place, hit in enumerate(hits[:MAX_SENTENCE_HITS])]
    best = max(scored_hit.calibration_input for scored_hit in scored)
    return [
        *(_calibrated(scored_hit, best, model, scales) for scored_hit in scored),
        *hits[MAX_SENTENCE_HITS:],
    ]


def reordered(hits: Sequence[Hit], gains: Sequence[float]) -> list[Hit]:
    """The first hits, as many as there are `gains`, in the order of their scores with these, within their tiers.

    Ties keep their order, and `score` stays with the place, so that the list remains sorted by it.
    """
    scored = [(hit.score + gain, hit) for hit, gain in zip(hits, gains, strict=False)]
    scored.sort(key=lambda pair: (TIERS.index(pair[1].tier), -pair[0]))
    first = [replace(hit, score=before.score) for (_, hit), before in zip(scored, hits, strict=False)]
    return [*first, *hits[len(gains) :]]


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


def _calibrated(scored: _SentenceScore, best: float, model: str, scales: Scales) -> Hit:
    hit = scored.hit
    if not any(match.retriever == "meaning" for match in hit.findings):
        return hit  # the semantic part of its score is unknown
    name_share = next((match.score for match in hit.findings if match.retriever == "names"), 0.0)
    probability = calibrate(
        scored.calibration_input,
        best,
        name_share=name_share,
        model=model,
        has_meaning=True,
        passages=scales.passages,
        is_foreign_script=scales.is_foreign_script,
    )
    probability = with_all_words_floor(probability, has_all_words=hit.says_all)
    return replace(hit, nearest=scored.cosine, chance=probability, band=band_of(probability))


def _candidates(place: int, row: PassageRow, builder: HitBuilder) -> SentenceCandidates:
    text = builder.text(row)
    spans = sentences_of(text)
    at = builder.snippet_start(row)
    shown = next((span for span in spans if span[0] <= at < span[1]), (0, 0))
    fit = tuple(
        (start, end)
        for start, end in spans
        if MIN_SENTENCE_CHARS <= end - start <= MAX_SENTENCE_CHARS and is_prose(text[start:end])
    )
    return SentenceCandidates(place, row, shown, fit, tuple(text[start:end].strip() for start, end in fit))
