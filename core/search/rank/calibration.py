"""How likely a hit is an answer: a chance for each model, and the band that a person is told.

A logistic curve over the evidence for a hit, and what it lacks of the best hit's: where one document answers, as one
paragraph of a book does, the others are near it in meaning and still none. Evidence is what stands out in meaning, with
a third of what the words are worth: the words alone promise too much where a subject is everywhere. Fitted to the first
ten hits of each query of cranfield, cisi, medline and SQuAD (and German XQuAD on English texts, the multilingual one),
each collection counting the same, and half as much again to those of foreign queries, which nothing answers.

On collections left out of the fit, judged right (told), strong, likely, weak, none. English: TIME .50 (.61), .74 (.39),
.33 (.17), .02; XQuAD .98 (.69), .66 (.42), .06 (.17), .00; adi -, -, .61 (.14), .21. Multilingual: TIME .73 (.72),
.67 (.41), .33 (.18), .07; XQuAD in English .96 (.83), .35 (.41), .05 (.18), .00; in German .95 (.79), .49 (.42),
.11 (.17), .00; in Chinese .95 (.78), .63 (.43), .13 (.18), .00; Chinese on English .98 (.68), .90 (.40), .42, .02. Of
foreign queries' hits .5 % are told strong, 1.4 to 3.5 % likely; a tenth (English) to a third of these queries are
told that nothing answers. Without what is lacking of the best, strong ones of SQuAD were right at .39, now at .57 to
.78. `python -m tests.tools.quality --calibration` prints that table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from core.document import Band, Retriever

# A model's curve: chance = 1 / (1 + exp(-(base + slope * evidence - behind * what it lacks of the best hit's))).
CURVES = {"all-MiniLM-L6-v2": (-3.7, 0.6, 0.26), "multilingual-e5-small": (-5.2, 1.05, 0.29)}
ELSEWHERE = (-4.5, 0.8, 0.28)
WORDS_ALONE = (-3.0, 1.05, 0.0)
WORDS_BESIDE = 0.36  # of the words' part of the score
NAMED = 0.3  # a file with this share of the query in its name, or less, is no answer by its name
# A passage with every word of the query is no answer by that alone, but nobody may be told that nothing speaks for it:
# where all documents say nearly the same, no word and no meaning stands out. A reranker has read it, and may say so.
SAYS_ALL = 0.12
BANDS: tuple[tuple[float, Band], ...] = ((0.55, "strong"), (0.3, "likely"), (0.1, "weak"))


def calibration_input(parts: Mapping[Retriever, float], *, has_meaning: bool) -> float:
    """What speaks for a file, of what words and meaning add to its score; words alone without the query's vector."""
    return parts["meaning"] + WORDS_BESIDE * parts["words"] if has_meaning else parts["words"]


def probability(told: float, best: float, *, named: float, model: str, has_meaning: bool) -> float:
    """The chance, 0 to 1, that a file is an answer.

    `told` is the evidence for it, `best` that for the hit of the list that has most; `named` is the share of the query
    in its name.
    """
    base, slope, behind = CURVES.get(model, ELSEWHERE) if has_meaning else WORDS_ALONE
    height = base + slope * told - behind * max(0.0, best - told)
    return max(1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, height)))), named - NAMED)


def at_least(likely: float, *, says_all: bool) -> float:
    """A chance, and what a passage with every word of the query has at least."""
    return max(likely, SAYS_ALL) if says_all else likely


def band(likely: float) -> Band:
    """What a chance is called; "none" if nothing speaks for it being an answer."""
    return next((name for least, name in BANDS if likely >= least), "none")
