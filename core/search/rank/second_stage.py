"""Second stage: the first hits in the order of two models, each read of the same passages, and of their neighbours.

The model that is read besides knows some languages better than the one of the library, and errs elsewhere; passages
that are near to each other answer the same questions. Measurements: .github/decisions/0950-second-stage.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core import tokenizers
from core.embed import Vectors
from core.models import ModelSpec
from core.store.lexical.language_detection import BEYOND_LATIN, LETTER_RUN, recognised_language

MAX_SECOND_HITS = 30
SECOND_WEIGHT = 0.5  # of the second model in the semantic score; the library's own has the rest
NEAREST_SENTENCES = 2  # of a passage, by the library's own model; the second one reads them, too
NEAREST_SHARE = 0.6  # of the second model's score that is for the nearest of them; the passage has the rest
BACKGROUND_SHARE = 0.5  # of the variance that is taken from the background; the rest is the model's usual one
SPECIAL_TOKENS = 2  # of a text, at its beginning and end
MAX_PIECES = 1.7  # of a word of a question, on average; German ones have 2.2, English ones 1.0 to 1.5
MIN_SHARE = 0.6  # of the first hits that are in the second model's language: with fewer it is not asked
# Of what its best sentence adds to the score of a hit: the second model knows some of it already.
SENTENCE_SHARE = 0.6
NEIGHBOURS = 5  # of a passage, among the first hits
NEIGHBOUR_SHARE = 0.3  # of the score of a passage that is theirs
MIN_NEIGHBOURHOOD = 4  # passages; among fewer, none is near to others


@dataclass(frozen=True, slots=True)
class SecondVectors:
    """The second model's vectors of the first hits' best passages, by place, and its vector of the query.

    `sentences` are those of the sentences of a passage that are nearest to the query (shape: n x dimension).
    """

    model_spec: ModelSpec
    by_place: Mapping[int, Vectors]
    query: Vectors
    sentences: Mapping[int, Vectors] = field(default_factory=dict)


def is_understood(question: str, model_spec: ModelSpec) -> bool:
    """Whether a question is in the language of a model.

    Most are too short to be recognised by their common words: then the model must know most of the words as a whole, as
    it does those of its own language.
    """
    words = LETTER_RUN.findall(question)
    if not words or any(map(BEYOND_LATIN.search, words)):
        return False
    language = recognised_language(question)
    if language:
        return language == model_spec.language
    pieces = len(tokenizers.load(model_spec).encode(" ".join(words), model_spec.token_limit)) - SPECIAL_TOKENS
    return pieces <= MAX_PIECES * len(words)


def second_texts(texts: Sequence[str], model_spec: ModelSpec) -> dict[int, str]:
    """The passages by place that a model understands; none if these are fewer than `MIN_SHARE`."""
    found = {place: text for place, text in enumerate(texts) if recognised_language(text) == model_spec.language}
    written = sum(bool(text.strip()) for text in texts)
    return found if found and len(found) >= MIN_SHARE * written else {}


def second_scores(second: SecondVectors, background: Vectors) -> dict[int, float]:
    """The semantic score by place that the second model gives; `background` are its vectors of passages on everything.

    Their mean is what a passage that has nothing to do with the query is given.
    """
    usual = second.model_spec.cosine_spread**2
    others = background @ second.query
    mean = float(others.mean()) if len(others) else 0.0
    variance = BACKGROUND_SHARE * float(others.var()) + (1 - BACKGROUND_SHARE) * usual if len(others) else usual
    found: dict[int, float] = {}
    for place, vector in second.by_place.items():
        cosine = float(vector @ second.query)
        if place in second.sentences:
            nearest = float((second.sentences[place] @ second.query).max())
            cosine += NEAREST_SHARE * (nearest - cosine)
        found[place] = (cosine - mean) / variance**0.5
    return found


def mutual_nearness(vectors: Vectors) -> Vectors:
    """How near passages are to each other (shape: n x n), in deviations from the usual.

    `vectors` has shape: n x dimension; a row of zeros is near to nothing.
    """
    nearness: Vectors = vectors @ vectors.T
    others = nearness[~np.eye(len(nearness), dtype=bool)]
    nearness = (nearness - others.mean()) / (others.std() + 1e-9)
    np.fill_diagonal(nearness, -np.inf)
    return nearness


def with_neighbours(scores: Vectors, nearness: Vectors) -> Vectors:
    """The scores, each mixed with those of its nearest neighbours (`mutual_nearness`), the nearer the more.

    Score regularization: Diaz, "Regularizing ad hoc retrieval scores", CIKM 2005.
    """
    nearest = np.argsort(-nearness, axis=1)[:, :NEIGHBOURS]
    weights = np.clip(np.take_along_axis(nearness, nearest, axis=1), 0.0, None) + 1e-6
    of_neighbours = (weights * scores[nearest]).sum(axis=1) / weights.sum(axis=1)
    mixed: Vectors = (1 - NEIGHBOUR_SHARE) * scores + NEIGHBOUR_SHARE * of_neighbours
    return mixed
