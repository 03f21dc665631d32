"""A closer look at the first hits: which sentence of the passage answers, and how near to the question it is.

A sentence is nearer to the question that it answers than the passage around it, the more so in another language. The
first hits ordered by both, a third of it by the sentence, nDCG@10 after and before. Multilingual: Chinese questions on
English paragraphs .850 (.811), German ones .945 (.924), all in Chinese .978 (.972), in English .986 (.983), TIME
.711 (.713); English model: medline .820 (.820), cranfield .421 (.414), cisi .451 (.453). A half of it
by the sentence is as good, but for TIME (.708), and so are ten hits, but for cranfield and cisi (-.007, -.003); the two
nearest sentences' mean is worse than the nearest one (-.01 where the languages differ).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.document import RETRIEVERS, Hit, Retriever
from core.embed import Vectors
from core.search.present.hit_builder import HitBuilder
from core.search.present.snippet import Span, sentences_of
from core.search.rank.calibration import at_least, band, probability
from core.search.rank.calibration import calibration_input as evidence_of
from core.search.rank.fusion import Scales
from core.store.catalogue.passages_table import PassageRow

HITS = 15
BUDGET = 16_000  # characters of sentences to embed: two seconds or so of one processor, where none is known yet
SENTENCE = 0.33  # what the nearest sentence has to say of a passage's meaning; the passage as a whole says the rest
# The nearest of several is nearer by chance: so many deviations where nothing answers.
BY_CHANCE = 0.2
SHORTEST, LONGEST = 20, 600  # characters of a sentence that can answer
# A sentence that was chosen for its words gives way only to one that is clearly nearer, in cosines.
CLEARLY = 0.02


@dataclass(frozen=True, slots=True)
class SentenceCandidates:
    """The best passage of a hit (its place in the list): its sentences, and the one that its snippet is about."""

    place: int
    row: PassageRow
    shown: Span
    sentences: tuple[Span, ...]
    texts: tuple[str, ...]


def sentence_candidates(
    hits: Sequence[Hit], rows: Mapping[int, PassageRow], evidence: HitBuilder
) -> list[SentenceCandidates]:
    """What there is to look at in the first hits, within the budget."""
    found: list[SentenceCandidates] = []
    left = BUDGET
    for place, hit in enumerate(hits[:HITS]):
        row = rows.get(hit.passages[0].passage_id) if hit.passages else None
        if row is None:
            continue
        look = _look(place, row, evidence)
        left -= sum(map(len, look.texts))
        if left < 0:
            break
        if len(look.sentences) > 1:
            found.append(look)
    return found


def nearness(looked_at: Sequence[SentenceCandidates], vectors: Vectors, query: Vectors) -> list[Vectors]:
    """The cosines of each look's sentences with the query.

    `vectors` (shape: n x dimension) are those of all texts of the looks in their order, `query` has the dimension.
    """
    ends = np.cumsum([len(look.texts) for look in looked_at])
    return np.split(vectors @ query, ends[:-1]) if looked_at else []


def best_sentences(
    looked_at: Sequence[SentenceCandidates], near: Sequence[Vectors]
) -> list[tuple[SentenceCandidates, Span]]:
    """The sentences that are nearer to the query than those shown, by the cosines of each look's sentences."""
    found: list[tuple[SentenceCandidates, Span]] = []
    for look, cosines in zip(looked_at, near, strict=True):
        best = int(np.argmax(cosines))
        shown = cosines[look.sentences.index(look.shown)] if look.shown in look.sentences else -1.0
        if cosines[best] > shown + CLEARLY:
            found.append((look, look.sentences[best]))
    return found


def rerank_by_sentence(hits: Sequence[Hit], nearest: Mapping[int, float], scales: Scales, model: str) -> list[Hit]:
    """The first hits by what their nearest sentences say too, among the places that they had.

    `nearest` is the best cosine of a hit's sentences, by the hit's place. The scores that order the list stay with its
    places, and equals stay as they were.
    """
    if not nearest:
        return list(hits)
    looked = [_looked_at(hit, nearest.get(place), scales) for place, hit in enumerate(hits[:HITS])]
    best = max(one.evidence for one in looked)
    told = [(one.hit.score + one.more, _told(one, best, model)) for one in looked]
    told.sort(key=lambda pair: -pair[0])
    first = [replace(hit, score=before.score) for (_, hit), before in zip(told, hits, strict=False)]
    return [*first, *hits[HITS:]]


@dataclass(frozen=True, slots=True)
class _LookedAt:
    """A hit, what its nearest sentence adds to its score, and the evidence for it then."""

    hit: Hit
    nearest: float | None
    more: float
    evidence: float


def _looked_at(hit: Hit, nearest: float | None, scales: Scales) -> _LookedAt:
    found = {finding.retriever: finding for finding in hit.findings}
    parts: dict[Retriever, float] = dict.fromkeys(RETRIEVERS, 0.0) | {
        retriever: finding.part for retriever, finding in found.items()
    }
    if nearest is None or "meaning" not in found:
        return _LookedAt(hit, None, 0.0, evidence_of(parts, has_meaning=True))
    more = SENTENCE * (scales.meaning(nearest) - found["meaning"].part)
    parts["meaning"] += more - BY_CHANCE
    return _LookedAt(hit, nearest, more, evidence_of(parts, has_meaning=True))


def _told(one: _LookedAt, best: float, model: str) -> Hit:
    hit = one.hit
    if not any(finding.retriever == "meaning" for finding in hit.findings):
        return hit  # how near it is to the query was not told
    named = next((finding.score for finding in hit.findings if finding.retriever == "names"), 0.0)
    likely = probability(one.evidence, best, named=named, model=model, has_meaning=True)
    likely = at_least(likely, says_all=hit.says_all)
    return replace(hit, nearest=one.nearest, chance=likely, band=band(likely))


def _look(place: int, row: PassageRow, evidence: HitBuilder) -> SentenceCandidates:
    text = evidence.text(row)
    spans = sentences_of(text)
    at = evidence.answering(row)
    shown = next((span for span in spans if span[0] <= at < span[1]), (0, 0))
    fit = tuple(span for span in spans if SHORTEST <= span[1] - span[0] <= LONGEST)
    return SentenceCandidates(place, row, shown, fit, tuple(text[start:end].strip() for start, end in fit))
