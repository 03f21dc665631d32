"""What the lanes know of passages and files into one ranking, by scores that mean the same in every library.

Measured on cranfield, cisi, medline and adi with the English model, and on cranfield, medline and XQuAD within and
across languages with the multilingual one; nDCG@10 is the mean of all. The sum below: .645, and flat around its weight.
What did not win: reciprocal ranks (.637), which let a lane that knows nothing speak as loudly as one that knows;
min-max over the first 200 (.641), which depends on the library's size, and drags answers in another language down
(.908 instead of .922); the cosine as it is (other weights for each model); the sum of a file's passages instead of its
best one (-.002 to -.01); feedback from the first hits, to the words (-.003 to +.003) or to the query's vector (+.014
for meaning alone, nothing after fusion, and -.01 where one document answers); nearness of the words (+.001).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

# Of a sum of words' weights in the units of a meaning that stands out of the library's background.
WORDS = 0.55
# Somebody who types most of a file's name means that file, and meaning finds something for everything.
NAMES = 5.0
# A file of today against one of long ago: it only decides between equals.
RECENT = 0.02
A_YEAR = 365.25 * 86_400.0

Key = TypeVar("Key")
Ranked = list[tuple[Key, float]]


@dataclass(frozen=True, slots=True)
class Scales:
    """What makes the lanes' scores comparable, for one query.

    `mean` and `deviation` are those of the query's cosine with the library's passages; `weight` is the sum of the idf
    of the query's words, of which BM25 gives a passage that has each of them once about as much.
    """

    mean: float = 0.0
    deviation: float = 1.0
    weight: float = 1.0

    def meaning(self, cosine: float) -> float:
        """How many deviations a passage stands out of the background."""
        return (cosine - self.mean) / self.deviation

    def words(self, score: float) -> float:
        """What a BM25 score is worth: a query of many words has more by chance, as the root of their weights."""
        return WORDS * score / math.sqrt(self.weight) if self.weight > 0 else 0.0


def passage_scores(words: Mapping[int, float], cosines: Mapping[int, float], scales: Scales) -> dict[int, float]:
    """The score of each passage that a lane found, of its BM25 score and its cosine; a lane may be silent on it."""
    found = dict.fromkeys(words) | dict.fromkeys(cosines)
    floor = min(0.0, *map(scales.meaning, cosines.values())) if cosines else 0.0
    return {
        number: scales.words(words.get(number, 0.0)) + (scales.meaning(cosines[number]) if number in cosines else floor)
        for number in found
    }


def file_scores(best: Mapping[Key, float], names: Mapping[Key, float]) -> Ranked[Key]:
    """(file, score), best first, from the score of its best passage and what its name says (0 to 1).

    Files that are equal come in the order in which they were met.
    """
    found = dict.fromkeys((*best, *names))
    scored = [(key, best.get(key, 0.0) + NAMES * names.get(key, 0.0)) for key in found]
    return sorted(scored, key=lambda pair: -pair[1])


def recency(age: float) -> float:
    """The trifle for a file of an age in seconds; the clock of another machine may be ahead."""
    return RECENT / (1.0 + max(0.0, age) / A_YEAR)
