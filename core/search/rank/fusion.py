"""Score fusion: a weighted sum of normalized lexical, semantic and filename scores.

Normalized scores mean the same in every library. Measured against reciprocal rank fusion, min-max and others:
.github/decisions/0101-score-fusion.md.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

LEXICAL_WEIGHT = 0.55  # of the normalized BM25 score, relative to the z-score of the cosine
FILENAME_WEIGHT = 5.0  # high, because a query with most of a file's name means that file
RECENCY_WEIGHT = 0.02  # of a file modified now; small, because it only breaks ties
# Meaning that a passage without a vector is taken to have above an average passage of the library, relative to the
# lexical part of its score: as those with such words have. Measured in .github/decisions/0900-exact-words-and-tiers.md.
EXPECTED_MEANING = 1.9
YEAR_SECONDS = 365.25 * 86_400.0

Key = TypeVar("Key")
Ranked = list[tuple[Key, float]]


@dataclass(frozen=True, slots=True)
class Scales:
    """Normalization of the retrievers' scores for one query.

    `mean` and `deviation` describe the cosines of the query with passages; `average` is the z-score of the mean of the
    library's own, above zero for a question on the subject of all of them. `weight` is the sum of the idf of the
    query's words, about the BM25 score of a passage that has each of them once. `passages` is the number of those with
    a vector. `is_foreign_script`: the library has hardly a passage in the query's script.
    """

    mean: float = 0.0
    deviation: float = 1.0
    weight: float = 1.0
    average: float = 0.0
    passages: int = 0
    is_foreign_script: bool = False

    def meaning(self, cosine: float) -> float:
        """The z-score of a cosine."""
        return (cosine - self.mean) / self.deviation

    def words(self, score: float) -> float:
        """A BM25 score, weighted and divided by the root of `weight`, because long queries score higher by chance."""
        return LEXICAL_WEIGHT * score / math.sqrt(self.weight) if self.weight > 0 else 0.0


def passage_scores(words: Mapping[int, float], cosines: Mapping[int, float], scales: Scales) -> dict[int, float]:
    """The fused score of each passage from its BM25 score and its cosine, either of which may be missing.

    While only some passages have a vector, the others have the meaning that is to be expected of their words.
    """
    lexical = {number: scales.words(words.get(number, 0.0)) for number in dict.fromkeys(words) | dict.fromkeys(cosines)}
    if not cosines:
        return lexical
    return {
        number: part
        + (scales.meaning(cosines[number]) if number in cosines else scales.average + EXPECTED_MEANING * part)
        for number, part in lexical.items()
    }


def file_scores(best: Mapping[Key, float], names: Mapping[Key, float]) -> Ranked[Key]:
    """(file, score) of each file, best first, from the scores of its best passage and of its name (0 to 1).

    Files of equal score keep their input order.
    """
    found = dict.fromkeys((*best, *names))
    scored = [(key, best.get(key, 0.0) + FILENAME_WEIGHT * names.get(key, 0.0)) for key in found]
    return sorted(scored, key=lambda pair: -pair[1])


def recency(age: float) -> float:
    """The score added for a file's age in seconds; negative ages (clock skew) count as zero."""
    return RECENCY_WEIGHT / (1.0 + max(0.0, age) / YEAR_SECONDS)
